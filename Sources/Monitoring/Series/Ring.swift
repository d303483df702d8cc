/// The newest values over places that only grow, kept as runs: most figures stand still, and a run takes eight bytes
/// whatever its length. NaN is a gap.
struct Ring: Sendable {
    private struct Run {
        var start: Int32
        var value: Float
    }

    /// How many places are kept.
    let count: Int
    /// By their start; each goes on to the next one's, the last to the newest place.
    private var runs: [Run] = []

    init(count: Int) { self.count = count }

    /// What the runs take.
    var bytes: Int { runs.capacity * MemoryLayout<Run>.stride }

    /// Writes the newest place anew, or one after it; what is between the two is as the newest was.
    mutating func write(_ value: Float, at place: Int) {
        let start = Int32(clamping: place)
        if let last = runs.last, last.start >= start {
            runs.removeLast()
        }
        if let last = runs.last, last.value == value || (last.value.isNaN && value.isNaN) { return }
        runs.append(Run(start: start, value: value))
        forget(before: place - count + 1)
    }

    /// `length` values up to the place `end`, oldest first; nil where nothing was written up to `newest`, and gaps.
    func values(_ length: Int, to end: Int, newest: Int?) -> [Double?] {
        var values = [Double?](repeating: nil, count: length)
        guard let newest else { return values }
        let window = max(newest - count + 1, 0)...max(newest, 0)
        var run = 0
        for step in values.indices {
            let place = end - length + 1 + step
            guard window.contains(place) else { continue }
            while run + 1 < runs.count, Int(runs[run + 1].start) <= place { run += 1 }
            guard run < runs.count, Int(runs[run].start) <= place, !runs[run].value.isNaN else { continue }
            values[step] = Double(runs[run].value)
        }
        return values
    }

    /// Runs that end before `place`, some at a time.
    private mutating func forget(before place: Int) {
        guard runs.count > 8, Int(runs[runs.count / 4].start) <= place else { return }
        runs.removeFirst(runs.count / 4)
    }
}
