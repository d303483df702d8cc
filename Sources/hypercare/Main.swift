/// The entry point only calls a free function: a `Task` written inside it would be on the main actor, which
/// our own loop never runs.
@main
struct Main {
    static func main() { launch() }
}
