internal import CZstd
package import Platform

/// The pieces of a recording's text from an open file, unpacked when it is zstd's, whatever its name says.
package struct RecordingFile: ~Copyable {
    private static let piece = 1 << 18
    /// Why the text of a packed recording ends before its end.
    static let cut = "it ends within its packed text: was it cut?"
    /// What a zstd frame begins with.
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    private let file: FileDescriptor
    private var packed: [UInt8] = []
    private var taken = 0
    private var isAtFrameEnd = true
    private var unpacker: Unpacker?
    private var isStarted = false

    /// Follows links: a person named the file.
    package init(_ path: String) throws(SystemError) { file = try Files.open(path, links: .followed) }

    /// More of the text; empty at its end.
    package mutating func next() throws -> [UInt8] {
        if !isStarted {
            isStarted = true
            packed = try file.read(limit: Self.piece)
            guard packed.starts(with: Self.magic) else {
                defer { packed = [] }
                return packed
            }
            unpacker = try Unpacker()
        }
        guard let unpacker else { return try file.read(limit: Self.piece) }
        while true {
            if taken == packed.count {
                packed = try file.read(limit: Self.piece)
                taken = 0
                if packed.isEmpty {
                    if isAtFrameEnd { return [] }
                    throw RecordingFault(line: 0, Self.cut)
                }
            }
            let text = try unpacker.unpack(
                packed, from: &taken, into: Self.piece, isAtFrameEnd: &isAtFrameEnd)
            if !text.isEmpty { return text }
        }
    }

    /// The stream of the library; freed with its owner.
    @safe private final class Unpacker {
        private let stream: OpaquePointer

        init() throws(RecordingFault) {
            var message = [CChar](repeating: 0, count: 200)
            guard let stream = unsafe czstd_open(&message, message.count) else {
                throw RecordingFault(line: 0, RecordingFile.text(message))
            }
            unsafe self.stream = stream
        }

        deinit { unsafe czstd_close(stream) }

        func unpack(
            _ packed: [UInt8], from taken: inout Int, into size: Int, isAtFrameEnd: inout Bool
        ) throws(RecordingFault) -> [UInt8] {
            var message = [CChar](repeating: 0, count: 200)
            var (used, given, result): (Int, Int, Int32) = (0, 0, 0)
            let text = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                unsafe packed.withUnsafeBufferPointer { bytes in
                    guard let base = bytes.baseAddress else { return }
                    unsafe result = czstd_unpack(
                        stream, base + taken, bytes.count - taken, &used, buffer.baseAddress, buffer.count,
                        &given, &message, message.count)
                }
                count = min(max(given, 0), size)
            }
            guard result >= 0 else {
                throw RecordingFault(line: 0, "it cannot be unpacked: \(RecordingFile.text(message))")
            }
            taken += used
            isAtFrameEnd = result == 0
            return text
        }
    }

    static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
