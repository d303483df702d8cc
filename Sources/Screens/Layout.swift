package import Display

/// What stands on a screen of a size.
package enum Layout: Hashable, Sendable {
    /// One line: how all is.
    case word
    /// The worst rows of all panes.
    case small
    /// Panes one above the other.
    case stacked
    /// Panes side by side in two bands; sources when one is in trouble.
    case bands
    /// The same in three, with the sources and the events.
    case large

    package init(_ size: Size) {
        let (rows, columns) = (size.rows, size.columns)
        self =
            if rows < 6 || columns < 30 {
                .word
            } else if rows >= 50, columns >= 160 {
                .large
            } else if columns >= 100, rows >= 14 {
                // A low one keeps its panes too: side by side they need two titles, not five.
                .bands
            } else if columns >= 60, rows >= 20 {
                .stacked
            } else {
                .small
            }
    }

    package var hasPanes: Bool { self == .stacked || self == .bands || self == .large }
}
