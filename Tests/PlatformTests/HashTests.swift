import Platform
import Testing

@Suite struct HashTests {
    /// FIPS 180-2 appendix B and RFC 1321 appendix A.5.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `computes SHA-256 as published`(text: String, digest: String) throws {
        #expect(try Hash.sha256(Array(text.utf8)) == digest)
    }

    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func `computes MD5 as published`(text: String, digest: String) throws {
        #expect(try Hash.md5(Array(text.utf8)) == digest)
    }

    /// RFC 3720 appendix B.4: 32 bytes of zeros, of ones, and counting up; and the usual check value.
    @Test func `computes CRC-32C as published`() {
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
        #expect(CRC32C.text(of: "123456789".utf8) == "e3069283")
    }
}
