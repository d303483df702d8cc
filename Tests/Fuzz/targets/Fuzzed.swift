/// A reader of what comes from outside, and what it is fed at first. It may refuse its bytes; it must not trap, nor
/// break what is said of it, nor take longer than its input is worth.
package struct Fuzzed: Sendable {
    package let name: String
    package let seeds: [[UInt8]]
    package let read: @Sendable ([UInt8]) -> Void

    init(_ name: String, _ seeds: [String], _ read: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.seeds = seeds.map { Array($0.utf8) }
        self.read = read
    }

    package static let all = documents + logs + answers + kept + people + recordings

    /// A promise that is broken ends the run as a trap does.
    static func hold(_ isKept: Bool, _ promise: @autoclosure () -> String) {
        if !isKept { fatalError(promise()) }
    }
}
