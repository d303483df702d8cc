package import Monitoring
import Text

/// Reads queues, nodes and alarms of a RabbitMQ broker: at most 500 queues in a named virtual host cost two
/// requests a read, and a third each minute.
package struct RabbitMQProbe: Examinable {
    package var schedule: ProbeSchedule { source.schedule }
    private let source: RabbitMQSource
    private let transport: any RabbitMQTransport
    private let clock: any TimeSource
    private let memory = RabbitMQMemory()
    private let listing: BrokerQueues?

    /// `listing` is told which queues there are, for the database that knows who of their consumers lives.
    package init(
        _ source: RabbitMQSource, over transport: any RabbitMQTransport, clock: any TimeSource,
        listing: BrokerQueues? = nil
    ) {
        self.listing = listing
        self.source = source
        self.transport = transport
        self.clock = clock
    }

    @concurrent package func read() async throws(ReadFailure) -> Sample {
        var reader = RabbitMQReader(source, over: transport, memory: memory, clock: clock)
        let facts: [Fact]
        do throws(ReadFailure) {
            facts = try await reader.read()
        } catch {
            if error.kind == .unreachable || error.kind == .timedOut { memory.noteSilence() }
            throw error
        }
        for case .queues(let queues) in facts {
            listing?.list(queues.lazy.map { ExactName($0.name) }, of: source.name)
        }
        return Sample(facts, cost: reader.cost, serverTime: reader.serverTime)
    }

    @concurrent package func close() async { await transport.close() }

    /// Looks at the broker step by step.
    @concurrent package func examine() async -> [DoctorStep] {
        var reader = RabbitMQReader(source, over: transport, memory: RabbitMQMemory(), clock: clock)
        var steps: [DoctorStep] = source.insecure.map { [.withoutTLS($0)] } ?? []
        do {
            let overview = try await reader.overview(anew: true)
            let cluster = overview.clusterName.isEmpty ? "" : ", cluster \(overview.clusterName)"
            steps.append(DoctorStep("login", .ok, "RabbitMQ \(overview.version)\(cluster)"))
            let nodes = try await reader.nodes()
            if !nodes.names.isEmpty {
                let names = Sanitizer.line(nodes.names.joined(separator: ", "), maxBytes: 256)
                steps.append(
                    DoctorStep("nodes", .ok, "\(Figures.counted(nodes.names.count, "node")): \(names)"))
            }
        } catch {
            let error = await transport.explained(error, timeout: .seconds(2))
            let isLogin = error.kind == .loginRefused || error.kind == .denied
            return steps + [
                DoctorStep(isLogin ? "login" : "connect", .failed, error.message, advice: error.advice),
                DoctorStep("read", .skipped, "the broker could not be asked"),
            ]
        }
        do {
            let sample = try await read()
            for case .notice(let notice) in sample.facts {
                let isWell = notice.status >= .warning
                steps.append(
                    DoctorStep(
                        notice.status == .ok ? "privileges" : "read", isWell ? .ok : .failed, notice.text,
                        advice: notice.status == .ok ? RabbitMQBodies.tagAdvice : ""))
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
