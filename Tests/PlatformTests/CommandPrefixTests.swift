import Platform
import Testing

@Suite struct CommandPrefixTests {
    @Test func `without a prefix, and behind any but ssh, words stay as they are`() {
        #expect(CommandPrefix([]).arguments(["tail", "a b"]) == ["tail", "a b"])
        #expect(
            CommandPrefix(["docker", "exec", "web"]).arguments(["cat", "a b"]) == [
                "docker", "exec", "web", "cat", "a b",
            ])
    }

    @Test func `ssh gets its safe options first and words quoted for the shell over there`() {
        let arguments = CommandPrefix(["/usr/bin/ssh", "-p", "22", "app1"])
            .arguments(["tail", "-n", "5", "/var/log/a b; rm -rf 'x'", "", "$HOME", "*"])
        #expect(arguments.prefix(3) == ["/usr/bin/ssh", "-o", "BatchMode=yes"])
        for option in ["StrictHostKeyChecking=yes", "ForwardAgent=no", "ConnectTimeout=5"] {
            #expect(arguments.firstIndex(of: option).map { arguments[$0 - 1] } == "-o")
        }
        #expect(
            Array(arguments.suffix(10)) == [
                "-p", "22", "app1", "tail", "-n", "5", #"'/var/log/a b; rm -rf '\''x'\'''"#, "''", "'$HOME'",
                "'*'",
            ])
    }
}
