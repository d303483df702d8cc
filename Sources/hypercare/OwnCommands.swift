import EngineAPI
import Monitoring
import Platform
import Screens
import Session
import Text

/// Runs the operator's own commands: as whoever sits at the console, without a shell, with a deadline.
struct OwnCommands {
    let environment: Environment
    let trust: FileTrust

    var lane: CommandLane {
        let (variables, trust) = (environment.forChildren(), trust)
        return CommandLane { run in
            let command = ChildCommand(run.arguments, environment: variables, trust: trust)
            let start = ContinuousClock.now
            func end(_ how: RunEnd.How) -> RunEnd {
                RunEnd(how, seconds: start.duration(to: .now).inSeconds)
            }
            do {
                let result = try await ChildProcess.run(
                    command, deadline: run.command.deadline, outputCap: RunOutput.limit)
                let output = RunOutput(
                    output: result.output, error: result.error,
                    dropped: result.droppedOutput + result.droppedError)
                switch result.end {
                case .exited(let code): return (end(.exited(code)), output)
                case .signalled(let number): return (end(.signalled(number)), output)
                }
            } catch let late as ChildTimedOut {
                let isCut = max(late.output.count, late.error.count) >= RunOutput.limit
                let output = RunOutput(output: late.output, error: late.error, isCut: isCut)
                return (end(.timedOut(late.deadline.inSeconds)), output)
            } catch is CancellationError {
                return (end(.stopped), RunOutput())
            } catch {
                return (end(.notStarted(Sanitizer.line("\(error)", maxBytes: 300))), RunOutput())
            }
        }
    }
}
