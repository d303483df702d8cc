import Platform

/// A password that is fetched once, perhaps by a program, and again as soon as it was refused.
actor RememberedSecret {
    private let fetch: @Sendable () async throws -> Secret
    private var known: Secret?

    init(_ fetch: @escaping @Sendable () async throws -> Secret) { self.fetch = fetch }

    func value() async throws -> Secret {
        if let known { return known }
        let fetched = try await fetch()
        known = fetched
        return fetched
    }

    /// The one to try in place of one that was refused; nil when there is no other. A refused one is kept by
    /// nobody: the next read begins with what is to be had then, and never with what is known to be wrong.
    func value(insteadOf refused: Secret) async throws -> Secret? {
        if known == refused { known = nil }
        let newest = try await value()
        guard newest == refused else { return newest }
        known = nil
        return nil
    }

    /// The newest one was refused too.
    func forget(_ refused: Secret) {
        if known == refused { known = nil }
    }
}
