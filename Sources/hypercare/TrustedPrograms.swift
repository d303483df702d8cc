import Configuration
import Platform

/// The programs that an environment starts and the certificates it trusts, before any of them is used: nobody else
/// may decide what they are. A program is looked at again whenever it is started.
struct TrustedPrograms {
    private let settings: EnvironmentSettings

    init(_ settings: EnvironmentSettings) { self.settings = settings }

    /// One sentence each: what, where, and what to do.
    var refusals: [String] {
        let trust = FileTrust(groups: settings.trustedGroups)
        let environment = Environment.ofProcess.forChildren()
        var refusals: [String] = []
        func note(_ key: String, _ look: () throws(SystemError) -> [SystemError]) {
            // What is missing is for the source to tell, which may be there later.
            guard let faults = try? look() else { return }
            for fault in faults {
                let refusal = "\(settings.name), \(key): \(fault)"
                if !refusals.contains(refusal) { refusals.append(refusal) }
            }
        }
        for (key, words) in programs {
            note(key) { () throws(SystemError) in
                try ChildCommand(words, environment: environment, trust: trust).faults()
            }
        }
        for (key, path) in certificates {
            note(key) { () throws(SystemError) in try trust.faults(on: path) }
        }
        return refusals
    }

    /// Behind ssh or sudo only these are started here.
    private var programs: [(key: String, words: [String])] {
        var programs: [(key: String, words: [String])] = []
        func add(_ key: String, _ words: [String]) {
            if !words.isEmpty { programs.append((key, words)) }
        }
        func add(_ key: String, _ secret: SecretPlace?) {
            if case .command(let words) = secret { add(key, words) }
        }
        for source in settings.sources {
            switch source.details {
            case .mysql(let mysql): add("\(source.name).password", mysql.password)
            case .rabbitmq(let rabbit): add("\(source.name).password", rabbit.password)
            case .log(let log): add("\(source.name).via", log.via)
            case .command(let command): add(source.name, command.via + command.run)
            case .release(let release): add("\(source.name).via", release.via)
            }
        }
        for flags in settings.flags {
            guard case .magento(let magento) = flags.details else { continue }
            add(flags.name, magento.via + magento.command)
        }
        if case .command(let words) = settings.audit.anchor { add("audit.anchor", words) }
        return programs
    }

    private var certificates: [(key: String, path: String)] {
        settings.sources.compactMap { source in
            let file =
                switch source.details {
                case .mysql(let mysql): mysql.tls.authority
                case .rabbitmq(let rabbit): rabbit.tls.authority
                case .log, .command, .release: String?.none
                }
            return file.map { ("\(source.name).tls.ca", $0) }
        }
    }
}
