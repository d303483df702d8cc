import Engine
import Monitoring

extension EngineState {
    /// What is kept of alerts, none of it empty.
    mutating func fillAlerts(_ number: Int64) {
        var alert = KeptAlert(
            EntityID(.queue, "erp", in: "db"), .noConsumer, .critical, since: WallTime(seconds: number),
            openedAt: WallTime(seconds: number + 20), sentence: "nobody takes messages")
        alert.folded = [.init(entity: EntityID(.integration, "orders"), kind: .silent)]
        alerts = [alert]
        troubles = [
            Trouble(
                entity: EntityID(.integration, "orders"), from: WallTime(seconds: number),
                until: WallTime(seconds: number + 60))
        ]
        notices = KeptNotices(toldThrough: ["file": 3], newest: 4)
        learnedSeconds = 10_800
        comparedWith = "baseline of 2026-11-20, 9 d"
        normals["integration:orders"] = KeptNormal(
            since: WallTime(seconds: number), by: "mira", at: WallTime(seconds: number + 9))
    }

    /// As a version kept it that had none.
    mutating func emptyAlerts() {
        alerts = []
        troubles = []
        notices = KeptNotices()
        learnedSeconds = nil
        comparedWith = nil
        normals = [:]
    }
}
