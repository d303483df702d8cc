package import Monitoring

extension Detail {
    /// What the logs said last behind an entity.
    package struct Lines: Hashable, Sendable, Codable {
        /// One of them, with where it was read.
        package struct Line: Hashable, Sendable, Codable, Comparable {
            /// Its time by the clock that is shown.
            package var line: OutcomeLine
            package var source: String

            package init(_ line: OutcomeLine, from source: String) {
                self.line = line
                self.source = source
            }

            /// The older first; two that are neither before nor behind each other are the same line.
            package static func < (left: Line, right: Line) -> Bool {
                (left.line.at, left.source, left.line.number) < (
                    right.line.at, right.source, right.line.number
                )
            }
        }

        /// The oldest first.
        package var lines: [Line]
        /// Of these there were older ones, which are not kept.
        package var isCut: Set<Outcome>
        /// Sources that count attempts and give no lines of them.
        package var without: [String]

        package init(_ lines: [Line] = [], isCut: Set<Outcome> = [], without: [String] = []) {
            self.lines = lines
            self.isCut = isCut
            self.without = without
        }

        package func last(_ outcome: Outcome) -> Line? { lines.last { $0.line.outcome == outcome } }
    }
}
