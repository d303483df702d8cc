package import Monitoring
import Text

/// Reads queues, alarms and the health of a RabbitMQ broker: at most 100 queues
/// in a named virtual host cost three requests a read.
package struct RabbitMQProbe: Examinable {
    package var schedule: ProbeSchedule { source.schedule }
    private let source: RabbitMQSource
    private let transport: any RabbitMQTransport
    private let clock: any TimeSource

    package init(_ source: RabbitMQSource, over transport: any RabbitMQTransport, clock: any TimeSource) {
        self.source = source
        self.transport = transport
        self.clock = clock
    }

    @concurrent package func read() async throws(ReadFailure) -> Sample {
        var reader = RabbitMQReader(source, over: transport, clock: clock)
        let facts = try await reader.read()
        return Sample(facts, cost: reader.cost)
    }

    @concurrent package func close() async { await transport.close() }

    /// Looks at the broker step by step.
    @concurrent package func examine() async -> [DoctorStep] {
        var reader = RabbitMQReader(source, over: transport, clock: clock)
        var steps: [DoctorStep] = []
        do {
            let overview = try await reader.overview()
            steps.append(DoctorStep("login", .ok, "RabbitMQ \(overview.version)"))
        } catch {
            let isLogin = error.kind == .loginRefused || error.kind == .denied
            return [
                DoctorStep(isLogin ? "login" : "connect", .failed, error.message, advice: error.advice),
                DoctorStep("read", .skipped, "the broker could not be asked"),
            ]
        }
        do {
            let sample = try await read()
            for case .notice(let notice) in sample.facts {
                steps.append(
                    DoctorStep("read", notice.status < .warning ? .failed : .ok, notice.text))
            }
            for case .queues(let queues) in sample.facts {
                let cost = sample.cost
                steps.append(
                    DoctorStep(
                        "read", .ok,
                        "\(Figures.counted(queues.count, "queue")) with \(Figures.counted(cost.queries, "request")), "
                            + ByteSize.text(cost.bytes)))
            }
        } catch {
            steps.append(
                DoctorStep(
                    error.kind == .denied ? "privileges" : "read", .failed, error.message,
                    advice: error.advice))
        }
        return steps
    }
}
