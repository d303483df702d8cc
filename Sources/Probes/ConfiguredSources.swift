package import Configuration
package import Monitoring
import Platform
import Text

extension SourceSettings {
    /// The probe of a log, a command, a release or a broker as its config sets it up; one that cannot work says so at
    /// each read. Nil for a database, which has a probe for each thing it tells.
    package func probe(
        in environment: EnvironmentSettings, clock: any TimeSource, brokerQueues: BrokerQueues? = nil
    ) -> (any Examinable)? {
        switch details {
        case .mysql: nil
        case .rabbitmq(let settings): rabbitMQ(settings, environment, clock, brokerQueues)
        case .log(let settings): log(settings, environment, clock)
        case .release(let settings): release(settings, environment, clock)
        case .command(let settings):
            CommandProbe(
                CommandSource(
                    name, settings.run, via: settings.via,
                    output: settings.output == .json ? .json : .nagios,
                    counts: settings.counts == .totals ? .totals : .sinceLast,
                    integrations: outcomes(in: environment).map(\.integration),
                    environment: Environment.ofProcess.forChildren(), interval: settings.interval,
                    deadline: settings.deadline, outputCap: settings.maxOutput,
                    trust: FileTrust(groups: environment.trustedGroups)), clock: clock)
        }
    }

    private func rabbitMQ(
        _ settings: RabbitMQSettings, _ environment: EnvironmentSettings, _ clock: any TimeSource,
        _ brokerQueues: BrokerQueues?
    ) -> any Examinable {
        var source = RabbitMQSource(
            name, address: settings.url, virtualHosts: settings.virtualHosts,
            withoutConsumers: environment.queues.withoutConsumer.map(NamePattern.init),
            ignored: environment.queues.ignore.map(NamePattern.init), interval: settings.interval,
            deadline: settings.deadline)
        source.insecure = settings.isOpen ? settings.insecure : nil
        let password = settings.password.fetch(trusting: environment.trustedGroups)
        do {
            let transport = RabbitMQOverHTTP(
                try HTTPClient(), address: settings.url, user: settings.user,
                password: { try await password() ?? Secret("") }, caFile: settings.tls.authority)
            return RabbitMQProbe(source, over: transport, clock: clock, listing: brokerQueues)
        } catch {
            return UnusableProbe(source.schedule, ReadFailure(.unusable, Sanitizer.line("\(error)")))
        }
    }

    private func release(
        _ settings: ReleaseSettings, _ environment: EnvironmentSettings, _ clock: any TimeSource
    ) -> any Examinable {
        let source = ReleaseSource(
            name, root: settings.root, link: settings.release, via: settings.via,
            interval: settings.interval, deadline: settings.deadline,
            environment: Environment.ofProcess.forChildren(),
            trust: FileTrust(groups: environment.trustedGroups))
        do throws(ReadFailure) {
            return try ReleaseProbe(source, clock: clock)
        } catch {
            return UnusableProbe(source.schedule, error)
        }
    }

    private func log(
        _ settings: LogSettings, _ environment: EnvironmentSettings, _ clock: any TimeSource
    ) -> any Examinable {
        var source = LogSource(
            name, path: settings.path, via: settings.via, format: .plain, rules: [],
            interval: settings.interval, deadline: settings.deadline,
            environment: Environment.ofProcess.forChildren())
        source.trust = FileTrust(groups: environment.trustedGroups)
        do {
            switch settings.format {
            case .plain: source.format = .plain
            case .monolog: source.format = .monolog
            case .nginx:
                source.format = .nginx(try NginxFormat(settings.nginxFormat ?? NginxFormat.combinedText))
            }
            source.rules = outcomes(in: environment).flatMap { integration, outcome in
                outcome.rules.map { OutcomeRule($0, of: integration, in: outcome) }
            }
            if source.via.isEmpty { return try LogProbe(source, clock: clock) }
            return try LogStreamProbe(source, clock: clock)
        } catch let failure as ReadFailure {
            return UnusableProbe(source.schedule, failure)
        } catch {
            return UnusableProbe(
                source.schedule, ReadFailure(.unusable, Sanitizer.line("\(name): \(error)", maxBytes: 512)))
        }
    }

    /// What integrations expect of this source, in their order.
    private func outcomes(
        in environment: EnvironmentSettings
    ) -> [(integration: String, outcome: OutcomeSettings)] {
        environment.integrations.flatMap { settings in
            settings.outcomes.filter { $0.source == name }.map { (settings.integration.name, $0) }
        }
    }
}

extension OutcomeRule {
    init(_ rule: OutcomeSettings.LogRule, of integration: String, in settings: OutcomeSettings) {
        let outcome: Outcome =
            switch rule.outcome {
            case .success: .success
            case .failure: .failure
            case .retry: .retry
            }
        var match = Match.any
        var pattern: String?
        switch rule.match {
        case .any: break
        case .template(let text): match = .template(text)
        case .pattern(let text):
            match = .pattern(text)
            pattern = text
        }
        var latency: Latency?
        switch settings.latency {
        case nil: break
        case "request_time": latency = .requestTime
        case "upstream_response_time": latency = .upstreamTime
        case let group?:
            // Only the patterns that have the group can tell the time.
            let names = ["?<\(group)>", "?P<\(group)>", "?'\(group)'"].map { Array($0.utf8) }
            let bytes = Array((pattern ?? "").utf8)
            if names.contains(where: { Bytes.find($0[...], in: bytes[...]) != nil }) {
                latency = .capture(group, seconds: settings.latencyUnit == .milliseconds ? 0.001 : 1)
            }
        }
        func level(_ level: OutcomeSettings.Level) -> MonologLine.Level? {
            MonologLine.Level.allCases.first { $0.word.lowercased() == level.rawValue }
        }
        self.init(
            integration, outcome, match, level: rule.level.flatMap(level),
            levels: rule.levels.map { Set($0.compactMap(level)) }, status: rule.status, latency: latency)
    }
}
