/// What a cell means; a theme says how that looks (`screens/README.md`, "Colour").
package enum Role: UInt8, Sendable, CaseIterable {
    case text, strong, quiet, dim, faint, rule
    case focus, focusTitle
    case critical, unknown, warning, stale, ok, off
    case lease
    case production, productionFrame
    case armed
    case chart, chartOver
    case field
}
