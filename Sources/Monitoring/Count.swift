/// A count that may be a lower bound, because counting further would cost the server too much.
package struct Count: Hashable, Sendable, Codable {
    package var value: Int
    /// True: there are at least `value`, shown as `5000+`.
    package var isBound: Bool

    package init(_ value: Int, isBound: Bool = false) {
        self.value = value
        self.isBound = isBound
    }

    package static func + (left: Count, right: Count) -> Count {
        let sum = left.value.addingReportingOverflow(right.value)
        return Count(
            sum.overflow ? .max : sum.partialValue, isBound: left.isBound || right.isBound || sum.overflow)
    }
}
