import Commands
import Platform
import Text

/// Reads the command line, does what it asks and ends the process.
func launch() {
    let code: Int32
    do {
        try ProcessSetup.run()
        let command = try Parser.parse(Array(CommandLine.arguments.dropFirst()))
        code = try carryOut(command)
    } catch let error as UsageError {
        code = complain(Complaint(error.message, exitCode: error.exitCode))
    } catch let error as Complaint {
        code = complain(error)
    } catch {
        code = complain(Complaint("\(error)"))
    }
    ProcessEnd.exit(code)
}

private func carryOut(_ command: Command) throws -> Int32 {
    switch command {
    case .version:
        try StandardStreams.write("hypercare \(Version.text)\n")
        return ExitCode.ok
    case .console(let common): return try ConsoleCommand(common).run()
    case .demo(let demo): return try DemoCommand(demo).run()
    case .initialize(let options): return try InitCommand(options).run()
    case .doctor(let source, let common): return try DoctorCommand(common, source: source).run()
    case .status(let wanted, let common): return try StatusCommand(common, wanted).run()
    case .watch(let alerts, let record, let common):
        return try WatchCommand(common, alerts: alerts, record: record).run()
    case .record(let wanted, let common): return try RecordCommand(common, wanted).run()
    case .configCheck(let common): return try ConfigCommand.check(common)
    case .configSchema: return try ConfigCommand.schema()
    case .auditShow(let common): return try AuditCommand(common).show()
    case .auditVerify(let anchors, let common): return try AuditCommand(common).verify(anchors: anchors)
    case .backtest(let wanted): return try BacktestCommand(wanted).run()
    case .replay(let wanted): return try ReplayCommand(wanted).run()
    case .mark(let mark, let common): return try MarkCommand(common, mark).run()
    case .baseline(let wanted, let common): return try BaselineCommand(common, wanted).run()
    case .names(let names, let common): return try NamesCommand.run(names, common)
    case .help, .commandHelp, .man, .completion: return try HelpCommand.run(command)
    }
}

/// Names and paths in a line are not trusted: none of them begins another.
private func complain(_ complaint: Complaint) -> Int32 {
    StandardStreams.complain(complaint.lines.map { Sanitizer.line($0) + "\n" }.joined())
    return complaint.exitCode
}
