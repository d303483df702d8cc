/// Completion scripts, made of the grammar.
package enum Completion {
    package static func script(_ shell: Command.Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// What may follow a command, by the words so far.
    private static var nextWords: [(command: String, words: [String])] {
        var groups: [(command: String, words: [String])] = []
        var firsts: [String] = []
        for entry in Grammar.entries {
            if let first = entry.words.first, !firsts.contains(first) { firsts.append(first) }
        }
        groups.append(("", firsts + options(of: Grammar.entries[0]) + ["--help", "--version"]))
        for first in firsts where Grammar.isGroup(first) {
            groups.append(
                (first, Grammar.entries.filter { $0.words.first == first }.compactMap { $0.words.last }))
        }
        for entry in Grammar.entries.dropFirst() {
            groups.append((entry.name, (entry.argument?.choices ?? []) + options(of: entry) + ["--help"]))
        }
        return groups
    }

    private static func options(of entry: Grammar.Entry) -> [String] { entry.options.map(\.name) }

    /// Options that take a value, once each.
    private static func options(taking isWanted: (String) -> Bool) -> [String] {
        let names = Grammar.entries.flatMap(\.options).filter { $0.value.map(isWanted) ?? false }.map(\.name)
        return Array(Set(names)).sorted()
    }

    private static var bash: String {
        let cases = nextWords.map {
            "        \"\($0.command)\") words=\"\($0.words.joined(separator: " "))\" ;;"
        }
        return """
            # bash completion of hypercare
            _hypercare() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                local words="" command="" word skip=""
                COMPREPLY=()
                # bash splits --config=FILE at the sign
                [[ $current == = ]] && current=""
                [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-2]}
                case $previous in
                    \(options { $0 == "FILE" }.joined(separator: "|")))
                        COMPREPLY=($(compgen -f -- "$current")); return ;;
                    --theme)
                        COMPREPLY=($(compgen -W "\(Grammar.themes.joined(separator: " "))" -- "$current")); return ;;
                    \(options { $0 != "FILE" && $0 != "THEME" }.joined(separator: "|")))
                        return ;;
                esac
                for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                    [[ $word == = ]] && continue
                    if [[ -n $skip ]]; then skip=""; continue; fi
                    case $word in
                        \(options { _ in true }.joined(separator: "|"))) skip=1 ;;
                        -*) ;;
                        *) command="${command:+$command }$word" ;;
                    esac
                done
                case $command in
            \(cases.joined(separator: "\n"))
                esac
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F _hypercare hypercare

            """
    }

    private static var zsh: String {
        let cases = nextWords.map { "        '\($0.command)') next=(\($0.words.joined(separator: " "))) ;;" }
        return """
            #compdef hypercare
            # zsh completion of hypercare
            _hypercare() {
                local command= word skip=
                local -a next
                case ${words[CURRENT-1]} in
                    \(options { $0 == "FILE" }.joined(separator: "|"))) _files; return ;;
                    --theme) compadd -- \(Grammar.themes.joined(separator: " ")); return ;;
                    \(options { $0 != "FILE" && $0 != "THEME" }.joined(separator: "|"))) return ;;
                esac
                for word in ${words[2,CURRENT-1]}; do
                    if [[ -n $skip ]]; then skip=; continue; fi
                    case $word in
                        \(options { _ in true }.joined(separator: "|"))) skip=1 ;;
                        -*) ;;
                        *) command="${command:+$command }$word" ;;
                    esac
                done
                case $command in
            \(cases.joined(separator: "\n"))
                esac
                compadd -- $next
            }
            _hypercare "$@"

            """
    }

    private static var fish: String {
        var lines = ["# fish completion of hypercare", "complete -c hypercare -f"]
        var firsts: [String] = []
        for entry in Grammar.entries.dropFirst() {
            let first = entry.words[0]
            let isNew = !firsts.contains(first)
            if isNew { firsts.append(first) }
            if entry.words.count == 2 {
                if isNew { lines.append("complete -c hypercare -n __fish_use_subcommand -a \(first)") }
                lines.append(
                    "complete -c hypercare -n '__fish_seen_subcommand_from \(first)' -a \(entry.words[1]) -d \(quoted(entry.text))"
                )
            } else {
                lines.append(
                    "complete -c hypercare -n __fish_use_subcommand -a \(first) -d \(quoted(entry.text))")
            }
            if let choices = entry.argument?.choices, !choices.isEmpty {
                lines.append(
                    "complete -c hypercare -n '__fish_seen_subcommand_from \(first)' -a \(quoted(choices.joined(separator: " ")))"
                )
            }
        }
        for entry in Grammar.entries {
            let condition =
                entry.words.isEmpty
                ? "__fish_use_subcommand" : "__fish_seen_subcommand_from \(entry.words.last ?? "")"
            for option in entry.options {
                let value =
                    switch option.value {
                    case nil: ""
                    case "FILE": " -r -F"
                    case "THEME": " -x -a \(quoted(Grammar.themes.joined(separator: " ")))"
                    default: " -x"
                    }
                lines.append(
                    "complete -c hypercare -n '\(condition)' -l \(option.name.dropFirst(2))\(value) -d \(quoted(option.text))"
                )
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.reduce(into: "") { $0 += $1 == "'" || $1 == "\\" ? "\\\($1)" : String($1) } + "'"
    }
}
