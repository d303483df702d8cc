/// Searching in bytes.
enum Bytes {
    /// Where `needle` first occurs in `haystack`, as an index of `haystack`; its start for an empty needle.
    static func find(_ needle: ArraySlice<UInt8>, in haystack: ArraySlice<UInt8>) -> Int? {
        let hay = haystack.span
        let pin = needle.span
        guard !pin.isEmpty else { return haystack.startIndex }
        let last = hay.count - pin.count
        var start = 0
        while start <= last {
            if hay[start] == pin[0] {
                var matched = 1
                while matched < pin.count, hay[start &+ matched] == pin[matched] { matched &+= 1 }
                if matched == pin.count { return haystack.startIndex + start }
            }
            start &+= 1
        }
        return nil
    }
}
