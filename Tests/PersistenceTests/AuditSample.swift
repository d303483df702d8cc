import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport

@testable import Persistence

extension AuditAuthor {
    static let mira = AuditAuthor(host: "bastion", person: .mira)
}

extension AuditEntry {
    /// Of the change with that number.
    static func sample(_ number: Int, phase: Phase = .intent, reason: String = "") -> AuditEntry {
        AuditEntry(
            phase: phase,
            at: Timestamp(boot: .seconds(number), wall: WallTime(seconds: 1_795_834_800), bootID: "test"),
            environment: "eu-shop",
            change: FlagChange(
                opID: "op\(number)", flag: "erp.v2", backend: "features", from: .on, to: .off,
                expectedRevision: "r\(number)", reason: reason))
    }
}
