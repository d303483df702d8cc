import CCrypto

/// Digests by libcrypto, which is loaded when first needed.
package enum Hash {
    /// 32 bytes as 64 hexadecimal digits (FIPS 180-4).
    package static func sha256(_ bytes: [UInt8]) throws(SystemError) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        let result = unsafe crypto_sha256(bytes, bytes.count, &digest)
        try check(result, "SHA-256")
        return hex(digest)
    }

    /// 16 bytes as 32 hexadecimal digits (RFC 1321): for the names Magento gives its locks, nothing else.
    package static func md5(_ bytes: [UInt8]) throws(SystemError) -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        let result = unsafe crypto_md5(bytes, bytes.count, &digest)
        try check(result, "MD5")
        return hex(digest)
    }

    private static func check(_ result: Int32, _ name: String) throws(SystemError) {
        guard result != 0 else { return }
        var why = [CChar](repeating: 0, count: 200)
        let isMissing = unsafe crypto_load(&why, why.count) != 0
        let text = String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let detail = isMissing ? "\(text); install the package libssl3" : "libcrypto refuses it"
        throw SystemError("hash", name, detail: detail)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
