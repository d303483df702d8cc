import Engine
import EngineAPI
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
        ended = [
            EndedAlert(
                AlertRow(
                    EntityID(.queue, "erp", in: "db"), label: "erp", .growing, .warning,
                    since: WallTime(seconds: number - 900), openedAt: WallTime(seconds: number - 800),
                    sentence: "grows"), endedAt: WallTime(seconds: number - 60))
        ]
        let key = AlertKey(entity: alert.entity, kind: alert.kind)
        let silence = Silence(
            id: "s\(number)", SilenceMatcher(key, .critical), by: "mira", why: "closed",
            at: WallTime(seconds: number), until: WallTime(seconds: number + 3600))
        silences = KeptSilences(silences: [silence], covered: [.init(key, silence)], untold: [key])
        notices = KeptNotices(toldThrough: ["file": 3], newest: 4)
        learnedSeconds = 10_800
        comparedWith = "baseline of 2026-11-20, 9 d"
        normals["integration:orders"] = KeptNormal(
            since: WallTime(seconds: number), by: "mira", at: WallTime(seconds: number + 9))
        offers["integration:stock"] = KeptOffer(.latency, since: WallTime(seconds: number))
    }

    /// As a version kept it that had none.
    mutating func emptyAlerts() {
        alerts = []
        troubles = []
        ended = []
        silences = KeptSilences()
        notices = KeptNotices()
        learnedSeconds = nil
        comparedWith = nil
        normals = [:]
        offers = [:]
    }
}
