import CSystem

extension TemporaryFolder {
    /// Gives an extended attribute to a file below the folder, or with an empty name to the folder; false where the
    /// file system has none.
    package func set(_ attribute: String, _ value: [UInt8], on name: String = "") -> Bool {
        let file = unsafe system_open_read(Int32(system_here), name.isEmpty ? path : path(name), false)
        guard file >= 0 else { return false }
        defer { _ = system_close(file) }
        return unsafe value.withUnsafeBytes {
            unsafe system_set_attribute(file, attribute, $0.baseAddress, $0.count)
        } == 0
    }
}
