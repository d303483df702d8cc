/// A program known for starting or running what its arguments name, and how it reads them.
enum Starter: Hashable {
    /// Starts a command: its options, so many words, and the command.
    case wrapper(Wrapper)
    /// Runs a script: its options, then the script.
    case interpreter(Interpreter)
    /// Starts a command on another machine or as another user, who has files of his own.
    case elsewhere
    /// Shows what it is given and runs nothing.
    case reader

    struct Wrapper: Hashable {
        var options = Options()
        /// Words before the command, as the seconds of `timeout`.
        var operands = 0
        /// As `env`: sets variables, and its code is a command with its arguments.
        var splits = false
    }

    struct Interpreter: Hashable {
        var options = Options()
        /// Its code is a shell's.
        var isShell = false
        /// The first word that is no option is a script; else all are data, as with `awk -f`.
        var takesScript = true
        /// A file given by an option is the script.
        var endsAtFile = false
    }

    /// By its name, or by what a link of another name leads to.
    static func of(_ word: String) -> Starter? {
        if let known = named(name(word)) { return known }
        guard word.hasPrefix("/"), let real = try? Files.realPath(word) else { return nil }
        return named(name(real))
    }

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

    private static func named(_ name: Substring) -> Starter? {
        if othersPlaces.contains(name) { return .elsewhere }
        if readers.contains(name) { return .reader }
        return known.first { names, _ in
            names.contains {
                // Debian adds a version and a kind: php8.2-cli.
                name.hasPrefix($0) && !(name.dropFirst($0.count).first?.isLetter ?? false)
            }
        }?.1
    }

    private static let othersPlaces: Set<Substring> = [
        "ssh", "sudo", "doas", "su", "runuser", "setpriv", "chroot", "nsenter", "docker", "podman", "kubectl",
        "oc", "lxc",
    ]
    private static let readers: Set<Substring> = ["cat", "grep", "head", "ls", "stat", "tail", "wc"]

    private static let known: [([String], Starter)] = [
        (
            ["sh", "bash", "dash", "ksh", "zsh", "ash"],
            .interpreter(
                Interpreter(
                    options: Options(value: "oO", code: "c", files: ["rcfile", "init-file"]), isShell: true))
        ),
        (
            ["php"],
            .interpreter(
                Interpreter(
                    options: Options(
                        value: "dSt", code: "rBRE", file: "cfFz",
                        values: ["define"], codes: ["run"], files: ["php-ini", "file", "zend-extension"])))
        ),
        (
            ["python", "pypy"],
            .interpreter(
                Interpreter(options: Options(value: "WX", code: "cm", values: ["check-hash-based-pycs"])))
        ),
        (
            ["perl"],
            .interpreter(Interpreter(options: Options(code: "eE", folder: "I", attached: "mMiCdD0lFx")))
        ),
        (
            ["ruby"],
            .interpreter(
                Interpreter(
                    options: Options(value: "CE", code: "e", file: "r", folder: "I", attached: "WKxF0iT")))
        ),
        (
            ["node", "nodejs"],
            .interpreter(
                Interpreter(
                    options: Options(
                        value: "C", code: "ep", file: "r", codes: ["eval", "print"],
                        files: ["require", "import", "loader", "experimental-loader", "env-file"])))
        ),
        (
            ["java"],
            .interpreter(
                Interpreter(
                    options: Options(
                        files: ["jar"], folders: ["cp", "classpath", "class-path", "module-path"],
                        hasShortNames: false), endsAtFile: true))
        ),
        (["lua"], .interpreter(Interpreter(options: Options(value: "l", code: "e")))),
        (["tclsh"], .interpreter(Interpreter(options: Options(values: ["encoding"], hasShortNames: false)))),
        (
            ["awk", "gawk", "mawk", "nawk", "original-awk"],
            .interpreter(
                Interpreter(
                    options: Options(value: "Fve", file: "fEil", files: ["file", "exec", "include", "load"]),
                    takesScript: false))
        ),
        (
            ["sed"],
            .interpreter(
                Interpreter(
                    options: Options(
                        value: "el", file: "f", attached: "i", values: ["expression"], files: ["file"]),
                    takesScript: false))
        ),
        (["busybox"], .wrapper(Wrapper())),
        (
            ["env"],
            .wrapper(
                Wrapper(
                    options: Options(
                        value: "uC", code: "S", values: ["unset", "chdir"], codes: ["split-string"]),
                    splits: true))
        ),
        (["nice"], .wrapper(Wrapper(options: Options(value: "n", values: ["adjustment"])))),
        (
            ["ionice"],
            .wrapper(Wrapper(options: Options(value: "cnpPu", values: ["class", "classdata"])))
        ),
        (["chrt"], .wrapper(Wrapper(options: Options(value: "TPD"), operands: 1))),
        (["taskset"], .wrapper(Wrapper(operands: 1))),
        (
            ["timeout"],
            .wrapper(Wrapper(options: Options(value: "ks", values: ["kill-after", "signal"]), operands: 1))
        ),
        (["nohup", "setsid"], .wrapper(Wrapper())),
        (
            ["stdbuf"],
            .wrapper(Wrapper(options: Options(value: "ioe", values: ["input", "output", "error"])))
        ),
        (
            ["flock"],
            .wrapper(
                Wrapper(
                    options: Options(
                        value: "wE", code: "c", values: ["timeout", "wait", "conflict-exit-code"],
                        codes: ["command"]),
                    operands: 1))
        ),
        (
            ["xargs"],
            .wrapper(
                Wrapper(
                    options: Options(
                        value: "adEILnPs",
                        values: ["arg-file", "delimiter", "replace", "max-lines", "max-args", "max-procs"])))
        ),
        (["time"], .wrapper(Wrapper(options: Options(value: "fo", values: ["format", "output"])))),
    ]
}
