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

    /// What may follow a command and its argument.
    private static var afterArgument: [(command: String, words: [String])] {
        Grammar.entries.filter { $0.argument != nil }.map { ($0.name, options(of: $0) + ["--help"]) }
    }

    private static func options(of entry: Grammar.Entry) -> [String] { entry.options.map(\.name) }

    /// Options that take a value, once each.
    private static func options(taking isWanted: (String) -> Bool) -> [String] {
        let names = Grammar.entries.flatMap(\.options).filter { $0.value.map(isWanted) ?? false }.map(\.name)
        return Array(Set(names)).sorted()
    }

    /// Values that are asked of the file system or of the config.
    private static let asked = ["FILE", "DIR", "THEME", "NAME", "ENTITY"]

    private static var bash: String {
        let cases =
            nextWords.map { "        \"\($0.command)\") words=\"\($0.words.joined(separator: " "))\" ;;" }
            + afterArgument.map {
                "        \"\($0.command) \"*) words=\"\($0.words.joined(separator: " "))\" ;;"
            }
        return """
            # bash completion of hypercare
            _hypercare() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                local words="" command="" word skip="" kind=""
                local -a given=()
                COMPREPLY=()
                # bash splits --config=FILE at the sign
                [[ $current == = ]] && current=""
                [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-2]}
                # and kind:name at the colon
                if [[ $current == : ]]; then
                    kind=$previous: current="" previous=${COMP_WORDS[COMP_CWORD-2]}
                elif [[ $previous == : ]]; then
                    kind=${COMP_WORDS[COMP_CWORD-2]}: previous=${COMP_WORDS[COMP_CWORD-3]}
                fi
                [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-4]}
                for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                    [[ $word == = ]] && continue
                    if [[ $skip == --config || $skip == --env ]]; then given+=("$skip" "$word"); fi
                    if [[ -n $skip ]]; then skip=""; continue; fi
                    case $word in
                        \(options { _ in true }.joined(separator: "|"))) skip=$word ;;
                        -*) ;;
                        *) command="${command:+$command }$word" ;;
                    esac
                done
                _hypercare_names() { "${COMP_WORDS[0]}" completion --list "$1" "${given[@]}" 2>/dev/null; }
                case $previous in
                    \(options { $0 == "FILE" }.joined(separator: "|")))
                        COMPREPLY=($(compgen -f -- "$current")); return ;;
                    \(options { $0 == "DIR" }.joined(separator: "|")))
                        COMPREPLY=($(compgen -d -- "$current")); return ;;
                    --theme)
                        COMPREPLY=($(compgen -f -W "\(Grammar.themes.joined(separator: " "))" -- "$current")); return ;;
                    --env)
                        COMPREPLY=($(compgen -W "$(_hypercare_names environments)" -- "$current")); return ;;
                    --entity)
                        COMPREPLY=($(compgen -W "$(_hypercare_names entities)" -- "$kind$current"))
                        COMPREPLY=("${COMPREPLY[@]#"$kind"}"); return ;;
                    \(options { !asked.contains($0) }.joined(separator: "|")))
                        return ;;
                esac
                case $command in
            \(cases.joined(separator: "\n"))
                esac
                if [[ $command =~ ^(backtest|record|replay) && $current != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
                [[ $command == doctor ]] && words+=" $(_hypercare_names sources)"
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F _hypercare hypercare

            """
    }

    private static var zsh: String {
        let cases =
            nextWords.map { "        '\($0.command)') next=(\($0.words.joined(separator: " "))) ;;" }
            + afterArgument.map { "        '\($0.command) '*) next=(\($0.words.joined(separator: " "))) ;;" }
        return """
            #compdef hypercare
            # zsh completion of hypercare
            _hypercare() {
                local command= word skip=
                local -a next plain given
                for word in ${words[2,CURRENT-1]}; do
                    case $word in
                        --config=*|--env=*) given+=($word) ;;
                    esac
                    case $skip in
                        --config|--env) given+=($skip $word) ;;
                    esac
                    skip=$word
                done
                skip=
                _hypercare_names() { compadd -- ${(f)"$($words[1] completion --list $1 $given 2>/dev/null)"} }
                case ${words[CURRENT]} in
                    \(options { $0 == "FILE" }.map { $0 + "=*" }.joined(separator: "|"))) compset -P '*='; _files; return ;;
                    \(options { $0 == "DIR" }.map { $0 + "=*" }.joined(separator: "|"))) compset -P '*='; _files -/; return ;;
                    --theme=*) compset -P '*='; compadd -- \(Grammar.themes.joined(separator: " ")); _files; return ;;
                    --env=*) compset -P '*='; _hypercare_names environments; return ;;
                    --entity=*) compset -P '*='; _hypercare_names entities; return ;;
                    --*=*) return ;;
                esac
                case ${words[CURRENT-1]} in
                    \(options { $0 == "FILE" }.joined(separator: "|"))) _files; return ;;
                    \(options { $0 == "DIR" }.joined(separator: "|"))) _files -/; return ;;
                    --theme) compadd -- \(Grammar.themes.joined(separator: " ")); _files; return ;;
                    --env) _hypercare_names environments; return ;;
                    --entity) _hypercare_names entities; return ;;
                    \(options { !asked.contains($0) }.joined(separator: "|"))) return ;;
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
                [[ $command =~ ^(backtest|record|replay) && ${words[CURRENT]} != -* ]] && { _files; return; }
                [[ $command == doctor && ${words[CURRENT]} != -* ]] && { _hypercare_names sources; return; }
                # options where they are begun, or where nothing else can follow
                plain=(${next:#-*})
                [[ ${words[CURRENT]} != -* && ${#plain} -gt 0 ]] && next=($plain)
                compadd -- $next
            }
            _hypercare "$@"

            """
    }

    private static var fish: String {
        var lines = [
            """
            # fish completion of hypercare
            function __hypercare_command
                set -l command
                set -l skip 0
                for word in (commandline -opc)[2..]
                    if test $skip = 1
                        set skip 0
                        continue
                    end
                    switch $word
                        case \(options { _ in true }.joined(separator: " "))
                            set skip 1
                        case '-*'
                        case '*'
                            set -a command $word
                    end
                end
                echo "$command"
            end
            function __hypercare_at
                test (__hypercare_command) = "$argv"
            end
            # the command, or the command and its argument
            function __hypercare_in
                string match -q -- "$argv *" (__hypercare_command)" "
            end
            # the names that the config of this line has
            function __hypercare_names
                set -l given
                set -l last
                for word in (commandline -opc)[2..]
                    contains -- "$last" --config --env; and set -a given $last $word
                    string match -qr -- '^--(config|env)=' $word; and set -a given $word
                    set last $word
                end
                set -l program (commandline -opc)[1]
                command $program completion --list $argv $given 2>/dev/null
            end
            complete -c hypercare -f
            """
        ]
        func offer(_ condition: String, _ what: String, _ text: String = "") {
            let description = text.isEmpty ? "" : " -d \(quoted(text))"
            lines.append("complete -c hypercare -n \(quoted(condition)) \(what)\(description)")
        }
        for entry in Grammar.entries.dropFirst() {
            let before = entry.words.dropLast().joined(separator: " ")
            offer("__hypercare_at \(before)", "-a \(entry.words.last ?? "")", entry.text)
            if let choices = entry.argument?.choices, !choices.isEmpty {
                offer("__hypercare_at \(entry.name)", "-a \(quoted(choices.joined(separator: " ")))")
            }
        }
        for first in Set(Grammar.entries.compactMap(\.words.first)).filter(Grammar.isGroup).sorted() {
            let seconds = Grammar.entries.filter { $0.words.first == first }.compactMap(\.words.last)
            offer("__hypercare_at ", "-a \(first)", seconds.joined(separator: ", "))
        }
        for entry in Grammar.entries {
            let place = entry.words.isEmpty ? "__hypercare_at " : "__hypercare_in \(entry.name)"
            for option in entry.options {
                let value =
                    switch option.value {
                    case nil: ""
                    case "FILE": " -r -F"
                    case "DIR": " -x -a '(__fish_complete_directories)'"
                    case "THEME": " -r -F -a \(quoted(Grammar.themes.joined(separator: " ")))"
                    case "NAME": " -x -a '(__hypercare_names environments)'"
                    case "ENTITY": " -x -a '(__hypercare_names entities)'"
                    default: " -x"
                    }
                offer(place, "-l \(option.name.dropFirst(2))\(value)", option.text)
            }
            offer(place, "-l help", "how it is called")
        }
        offer("__hypercare_in backtest", "-F")
        offer("__hypercare_in record", "-F")
        offer("__hypercare_in replay", "-F")
        offer("__hypercare_at doctor", "-a '(__hypercare_names sources)'")
        offer("__hypercare_at ", "-l version", "which hypercare this is")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.reduce(into: "") { $0 += $1 == "'" || $1 == "\\" ? "\\\($1)" : String($1) } + "'"
    }
}
