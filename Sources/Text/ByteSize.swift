/// Amounts of bytes as people read them: `812 B`, `64.0 KB`, `1.9 MB`; 1024 to the next unit.
package enum ByteSize {
    package static func text(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return "\(max(0, bytes)) B" }
        var value = Double(bytes) / 1024
        var unit = 0
        let units = ["KB", "MB", "GB", "TB", "PB"]
        while value >= 1023.95, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        return Figures.fixed(value, decimals: 1) + " " + units[unit]
    }
}
