internal import CMicrohttpd
internal import Synchronization
#if canImport(Glibc)
    import Glibc
#endif

/// Serves one page over HTTP on a loopback address, with libmicrohttpd, on a thread of its own.
@safe package final class PageServer: @unchecked Sendable {
    /// A loopback address and a port; 0 lets the system choose.
    package struct Address: Hashable, Sendable {
        package var isIPv6: Bool
        package var port: UInt16

        package init(isIPv6: Bool = false, port: UInt16) {
            self.isIPv6 = isIPv6
            self.port = port
        }

        package var text: String { "\(isIPv6 ? "[::1]" : "127.0.0.1"):\(port)" }
    }

    /// What the thread of the server asks; lives as long as it does.
    private final class Page: Sendable {
        let make: @Sendable () -> [UInt8]?
        init(_ make: @escaping @Sendable () -> [UInt8]?) { self.make = make }
    }

    /// What was bound.
    package let address: Address
    private let server: OpaquePointer
    private let page: Page

    /// `page` is called for each request, on the server's thread; nil answers 503. Throws why it cannot listen.
    package init(
        _ address: Address, path: String, contentType: String, page: @escaping @Sendable () -> [UInt8]?
    ) throws(SystemError) {
        let made = Page(page)
        self.page = made
        var problem = [CChar](repeating: 0, count: 200)
        let begun = unsafe cmicrohttpd_begin(
            address.isIPv6, address.port, path, contentType,
            { context, size in
                guard let context = unsafe context,
                    let bytes = unsafe Unmanaged<Page>.fromOpaque(context).takeUnretainedValue().make(),
                    let copy = unsafe malloc(max(1, bytes.count))
                else { return nil }
                unsafe bytes.withUnsafeBytes { bytes in
                    if let base = bytes.baseAddress { unsafe memcpy(copy, base, bytes.count) }
                }
                unsafe size?.pointee = bytes.count
                return unsafe copy.assumingMemoryBound(to: UInt8.self)
            }, Unmanaged.passUnretained(made).toOpaque(), &problem, problem.count)
        guard let begun = unsafe begun else {
            let words = problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw SystemError("listen on", address.text, detail: String(decoding: words, as: UTF8.self))
        }
        unsafe self.server = unsafe begun
        self.address = Address(isIPv6: address.isIPv6, port: unsafe cmicrohttpd_port(begun))
    }

    deinit { unsafe cmicrohttpd_end(server) }
}
