import Monitoring
import Testing

struct OwnCommandTests {
    private static func filled(_ arguments: [String], _ values: [OwnCommand.Field: String]) throws -> [String]
    {
        try OwnCommand(name: "x", subject: .queue, arguments: arguments).arguments(values)
    }

    @Test func `a row fills in what stands between braces, and nothing of it is read again`() throws {
        let values: [OwnCommand.Field: String] = [.name: "a.b-c:d/größe", .source: "db"]
        #expect(
            try Self.filled(["run", "a={name},{source}", "{\"json\": {}}", "{Name}", "{}", "{name"], values)
                == ["run", "a=a.b-c:d/größe,db", "{\"json\": {}}", "{Name}", "{}", "{name"])
        #expect(OwnCommand.places(in: "{name}{x}{9}{ name}{name") == ["name", "x"])
    }

    @Test(arguments: [
        "-x", "--", "", "a\nb", "a\u{0}", "\u{7F}", "a\u{200B}", String(repeating: "a", count: 1025),
    ])
    func `a value that could mean another thing than is seen is refused, wherever it stands`(value: String) {
        #expect(throws: OwnCommand.Refusal.self) { try Self.filled(["run", "name={name}"], [.name: value]) }
    }

    @Test func `a value that a shell would take for more is refused, as ssh has one at its other end`() throws
    {
        for scalar in " ;&|<>$`\\\"'*?[]{}()#~=!^\u{A0}→".unicodeScalars {
            let refusal = #expect(throws: OwnCommand.Refusal.self) {
                try Self.filled(["ssh", "app1", "x", "{name}"], [.name: "a" + String(scalar)])
            }
            #expect(refusal?.message.utf8.starts(with: "its name ".utf8) == true)
        }
        #expect(try Self.filled(["x", "{name}"], [.name: "A.b_c/d:e@f%g+h,i-9"])[1] == "A.b_c/d:e@f%g+h,i-9")
    }

    @Test func `a value that the row does not have is refused`() {
        let refusal = #expect(throws: OwnCommand.Refusal.self) {
            try Self.filled(["run", "{vhost}"], [.name: "a"])
        }
        #expect(refusal?.message == "this row has no vhost")
    }

    @Test func `a line is written as one would type it`() {
        #expect(
            OwnCommand.line(["/bin/x", "a b", "", "it's", "$x", "a=b", "-V/"])
                == #"/bin/x 'a b' '' 'it'\''s' '$x' a=b -V/"#)
    }
}
