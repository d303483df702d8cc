/// The Castagnoli checksum (RFC 3720, appendix B.4) that ends each line of a journal: it finds torn and
/// flipped bytes, it is no protection against people.
package enum CRC32C {
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
        }
        return ~value
    }

    /// Eight hexadecimal digits.
    package static func text(of bytes: some Sequence<UInt8>) -> String {
        let digits = String(of(bytes), radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
