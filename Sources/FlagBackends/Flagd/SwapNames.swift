import Platform

/// The names that a change of a flag file takes beside it: hidden, told apart from everybody else's, and for one
/// change alone.
struct SwapNames {
    /// The file that is to take the place.
    let new: String
    /// A second name of the file that is replaced; it says what was in it.
    let old: String

    /// Whoever renames from such a name is a console and holds the folder.
    static let prefix = ".hypercare-"

    init(for file: String, replacing bytes: [UInt8]) throws(SystemError) {
        let start = "\(try Self.start(of: file))\(Self.random(64))"
        new = start + Self.newEnding
        old = "\(start)-\(try Self.sum(of: bytes))\(Self.oldEnding)"
    }

    /// Under which a text of somebody else is kept beside the file.
    static func kept(of file: String) -> String { "\(keptPrefix(of: file))\(random(32))" }
    static func keptPrefix(of file: String) -> String { "\(file.utf8.count > 200 ? "flags" : file).kept-" }

    /// What a killed change has left beside `file`.
    enum Leftover: Equatable {
        case new
        /// With the sum of what it held when it was replaced.
        case old(String)
    }

    static func start(of file: String) throws(SystemError) -> String {
        "\(prefix)\(try Hash.sha256(Array(file.utf8)).prefix(8))-"
    }

    static func sum(of bytes: [UInt8]) throws(SystemError) -> String {
        String(try Hash.sha256(bytes).prefix(16))
    }

    /// Nil for a name that no change of this file has given.
    static func leftover(_ name: String, start: String) -> Leftover? {
        guard name.hasPrefix(start) else { return nil }
        let rest = name.dropFirst(start.count)
        if rest.hasSuffix(newEnding) { return isSum(rest.dropLast(newEnding.count)) ? .new : nil }
        guard rest.hasSuffix(oldEnding) else { return nil }
        let parts = rest.dropLast(oldEnding.count).split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy(isSum) ? .old(String(parts[1])) : nil
    }

    private static let newEnding = ".new"
    private static let oldEnding = ".old"

    private static func isSum(_ text: Substring) -> Bool {
        text.utf8.count == 16 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    private static func random(_ bits: Int) -> String {
        let digits = String(UInt64.random(in: 0...(UInt64.max >> (64 - bits))), radix: 16)
        return String(repeating: "0", count: bits / 4 - digits.count) + digits
    }
}
