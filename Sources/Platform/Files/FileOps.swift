/// The steps of durable writing inside one directory: the seam at which tests record them and build the
/// states a power cut can leave. File numbers mean something to the conformer only.
package protocol FileOps: Sendable {
    /// A new file, exclusively, with exactly this mode.
    func create(_ name: String, mode: UInt32) throws(SystemError) -> Int32
    /// The file for appending; made with this mode when it is not there.
    func openForAppending(_ name: String, mode: UInt32) throws(SystemError) -> Int32
    /// One write; answers how many bytes were taken.
    func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemError) -> Int
    func sync(_ file: Int32) throws(SystemError)
    func close(_ file: Int32) throws(SystemError)
    /// A name that is not there is no error.
    func remove(_ name: String) throws(SystemError)
    /// A second name for the same file.
    func link(_ name: String, as other: String) throws(SystemError)
    func rename(_ name: String, to other: String) throws(SystemError)
    func syncDirectory() throws(SystemError)
    /// The whole file, or nil when it is not there; refused when longer than `limit` bytes.
    func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]?
    /// At most `limit` bytes from `offset` on; none at the end, and none when the file is not there.
    func read(_ name: String, at offset: Int64, limit: Int) throws(SystemError) -> [UInt8]
    /// Its bytes, or nil when it is not there; anything but a regular file is refused.
    func size(_ name: String) throws(SystemError) -> Int64?
}

extension FileOps {
    /// However many writes it takes: the one after a short one says why it was short.
    package func write(all bytes: [UInt8], of name: String, to file: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let taken = try write(rest, to: file)
            guard taken > 0 else { throw SystemError("write", name, detail: "nothing was taken") }
            rest = rest.dropFirst(taken)
        }
    }
}
