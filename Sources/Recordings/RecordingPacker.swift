internal import CZstd

/// Packs a recording's text as zstd, piece by piece.
@safe final class RecordingPacker {
    enum End: Int32 {
        case goesOn = 0
        /// All that was taken can be unpacked.
        case flushed = 1
        case ended = 2
    }

    private static let piece = 1 << 17
    private let stream: OpaquePointer

    init() throws(RecordingFault) {
        var message = [CChar](repeating: 0, count: 200)
        guard let stream = unsafe czstd_pack_open(&message, message.count) else {
            throw RecordingFault(line: 0, RecordingFile.text(message))
        }
        unsafe self.stream = stream
    }

    deinit { unsafe czstd_pack_close(stream) }

    func pack(_ text: [UInt8], _ end: End) throws(RecordingFault) -> [UInt8] {
        var packed: [UInt8] = []
        var place = 0
        while true {
            var message = [CChar](repeating: 0, count: 200)
            var (used, given, result): (Int, Int, Int32) = (0, 0, 0)
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.piece) { buffer, count in
                // One byte more, so that there is a base also of nothing.
                unsafe (text[place...] + [0]).withUnsafeBufferPointer { bytes in
                    unsafe result = czstd_pack(
                        stream, end.rawValue, bytes.baseAddress, bytes.count - 1, &used, buffer.baseAddress,
                        buffer.count, &given, &message, message.count)
                }
                count = min(max(given, 0), Self.piece)
            }
            guard result >= 0 else {
                throw RecordingFault(line: 0, "it cannot be packed: \(RecordingFile.text(message))")
            }
            packed += piece
            place += used
            if place == text.count, result == 0 || end == .goesOn { return packed }
        }
    }
}
