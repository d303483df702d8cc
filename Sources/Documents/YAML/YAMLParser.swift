import CYAML

/// The events of one text; owns libyaml's parser. All unsafe code of this module is here.
@safe final class YAMLParser {
    enum Event {
        case scalar(String, Node.Style)
        case alias
        case sequence, sequenceEnd
        case mapping, mappingEnd
        case document, end
        case failed
    }

    struct Mark {
        var line: Int
        var column: Int
        var bytes: Range<Int>
    }

    private let handle: OpaquePointer
    /// The byte at which each character begins, and the end; nil when all are one byte long.
    private let offsets: [UInt32]?
    private let bytes: [UInt8]

    /// Nil when there is no memory.
    init?(_ bytes: [UInt8]) {
        // libyaml copies the bytes, so the pointer need not outlive the call.
        let opened = unsafe bytes.withUnsafeBufferPointer { unsafe cyaml_open($0.baseAddress, $0.count) }
        guard let opened = unsafe opened else { return nil }
        unsafe handle = opened
        self.bytes = bytes
        offsets = bytes.allSatisfy { $0 < 0x80 } ? nil : Self.starts(bytes)
    }

    deinit { unsafe cyaml_close(handle) }

    func next() -> Event {
        switch unsafe cyaml_next(handle) {
        case CYAML_DOCUMENT: .document
        case CYAML_SCALAR: .scalar(value, style)
        case CYAML_ALIAS: .alias
        case CYAML_SEQUENCE: .sequence
        case CYAML_SEQUENCE_END: .sequenceEnd
        case CYAML_MAPPING: .mapping
        case CYAML_MAPPING_END: .mappingEnd
        case CYAML_END: .end
        default: .failed
        }
    }

    var anchor: String? {
        guard let text = unsafe cyaml_anchor(handle) else { return nil }
        return unsafe String(cString: text)
    }

    var hasTag: Bool { unsafe cyaml_has_tag(handle) != 0 }

    /// Of the present event.
    var mark: Mark {
        var index = 0
        var line = 0
        var column = 0
        var end = 0
        unsafe cyaml_start(handle, &index, &line, &column)
        unsafe cyaml_end(handle, &end)
        let start = byte(index)
        return Mark(line: line + 1, column: column + 1, bytes: start..<max(start, byte(end)))
    }

    /// What is wrong, after `.failed`.
    var fault: YAMLFault {
        var line = 0
        var column = 0
        var offset = 0
        let text = unsafe cyaml_problem(handle, &line, &column, &offset)
        if offset <= bytes.count {
            let before = bytes[..<offset]
            line = before.count { $0 == 0x0A }
            let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            column = before[lineStart...].count { $0 & 0xC0 != 0x80 }
        }
        var fault = unsafe YAMLFault(
            words: text.map { unsafe String(cString: $0) } ?? "cannot be read",
            at: YAMLSpot(line: line + 1, column: column + 1))
        if let context = unsafe cyaml_context(handle, &line, &column) {
            unsafe fault.context = String(cString: context)
            fault.beganAt = YAMLSpot(line: line + 1, column: column + 1)
        }
        return fault
    }

    /// How many lines end in a part of the text.
    func lines(in part: Range<Int>) -> Int { bytes[part.clamped(to: bytes.indices)].count { $0 == 0x0A } }

    private var value: String {
        var count = 0
        guard let start = unsafe cyaml_value(handle, &count) else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    private var style: Node.Style {
        switch unsafe cyaml_style(handle) {
        case CYAML_SINGLE_QUOTED: .singleQuoted
        case CYAML_DOUBLE_QUOTED: .doubleQuoted
        case CYAML_BLOCK: .block
        default: .plain
        }
    }

    private func byte(_ character: Int) -> Int {
        guard let offsets else { return min(character, bytes.count) }
        return character < offsets.count ? Int(offsets[character]) : bytes.count
    }

    private static func starts(_ bytes: [UInt8]) -> [UInt32] {
        var starts: [UInt32] = []
        for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            starts.append(UInt32(clamping: offset))
        }
        return starts
    }
}
