/// Texts as a program's arguments and environment are handed to the kernel.
enum CStrings {
    /// Calls `body` with a pointer to each text and a null pointer behind the last.
    static func with<Answer>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Answer
    ) -> Answer {
        let bytes = texts.flatMap { $0.utf8CString }
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            var offset = 0
            for text in texts {
                unsafe pointers.append(bytes.baseAddress.map { unsafe $0 + offset })
                offset += text.utf8.count + 1
            }
            unsafe pointers.append(nil)
            return unsafe body(&pointers)
        }
    }

    /// `NAME=VALUE`, in a fixed order.
    static func environment(_ variables: [String: String]) -> [String] {
        variables.map { $0.key + "=" + $0.value }.sorted()
    }
}
