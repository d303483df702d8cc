import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport

/// A child process that stands for `bin/magento`, as 2.4 has it or as versions before: it keeps a value a file.
struct MagentoShop {
    static let path = "dev/grid/async_indexing"

    let folder: TemporaryFolder
    let backend: MagentoConfig

    /// `known` are the paths that the store's modules declare besides those that have a value.
    init(
        _ values: [String: String] = [:], known: [String] = [], isOld: Bool = false,
        flags: [MagentoFlag] = [MagentoFlag(name: "grid.async", path: path)],
        table: (any SettingsTable)? = nil, time: any TimeSource = ManualTime(),
        deadline: Duration = .seconds(20), prefix: [String] = []
    ) throws {
        folder = try TemporaryFolder("magento")
        // Led by the shell: a file that a process forked elsewhere still holds open for writing cannot be
        // started itself ("Text file busy").
        try folder.write(Self.script, to: "magento", mode: 0o700)
        if isOld { try folder.write("", to: "old") }
        for (place, value) in values { try Self.keep(value, at: place, in: folder) }
        for path in known { try Self.know(path, in: folder) }
        backend = MagentoConfig(
            name: "magento",
            command: MagentoCommand(
                ["/bin/sh", folder.path("magento")], prefix: CommandPrefix(prefix),
                environment: ["PATH": ChildCommand.standardPath], deadline: deadline,
                folder: folder.path("kept")),
            flags: flags, table: table, interval: .seconds(60), time: time)
    }

    /// At `default/dev/grid/x` or `stores/de/dev/grid/x`.
    func keep(_ value: String, at place: String) throws { try Self.keep(value, at: place, in: folder) }

    func value(_ place: String = "default/\(path)") throws -> String {
        String(
            decoding: try Files.read(folder.path("values~" + place.replacing("/", with: "~")), limit: 1000),
            as: UTF8.self)
    }

    var calls: [String] {
        let bytes = (try? Files.read(folder.path("calls"), limit: 100_000)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func forgetCalls() throws { try folder.write("", to: "calls") }

    private static func keep(_ value: String, at place: String, in folder: TemporaryFolder) throws {
        try folder.write(value + "\n", to: "values~" + place.replacing("/", with: "~"))
        try know(place.split(separator: "/").suffix(3).joined(separator: "/"), in: folder)
    }

    private static func know(_ path: String, in folder: TemporaryFolder) throws {
        try folder.write("", to: "known~" + path.replacing("/", with: "~"))
    }

    static let script = """
        #!/bin/sh
        # magento config:show|config:set [--scope=S] [--scope-code=C] -- PATH [VALUE]
        here=$(dirname "$0")
        echo "$*" >> "$here/calls"
        verb=$1; shift
        dir=default
        while [ "$1" != -- ]; do
            case "$1" in
            --scope=*) dir=${1#--scope=} ;;
            --scope-code=*) dir=$dir/${1#--scope-code=} ;;
            esac
            shift
        done
        flat() { echo "$1" | tr / '~'; }
        path=$2 value=$3 file="$here/values~$(flat "$dir/$2")"
        none() { echo "Configuration for path: \\"$path\\" doesn't exist"; exit 1; }
        gone() { echo "The \\"$path\\" path doesn't exist. Verify and try again."; exit 1; }
        case "$verb" in
        config:show)
            # The first to come answers with what it found, when it may go.
            if [ -f "$here/gate" ]; then
                cp "$file" "$here/held"
                mv "$here/gate" "$here/gated"
                for i in $(seq 1000); do [ -f "$here/go" ] && break; sleep 0.02; done
                cat "$here/held"
                exit 0
            fi
            if [ -f "$here/answer" ]; then
                cat "$here/answer"
                [ -f "$here/exit" ] && exit "$(cat "$here/exit")"
                exit 0
            fi
            if [ -f "$here/old" ]; then
                listed=
                for one in "$file"~*; do
                    [ -f "$one" ] || continue
                    echo "$path/${one##*~} - $(cat "$one")"
                    listed=yes
                done
                [ "$listed" ] && exit 0
                [ -f "$file" ] || none
                case "$(cat "$file")" in 0|"") none ;; esac
            else
                [ -f "$here/known~$(flat "$path")" ] || gone
                [ -f "$file" ] || { echo; exit 0; }
            fi
            cat "$file" ;;
        config:set)
            [ -f "$here/loud" ] && cat "$here/loud"
            [ -f "$here/flood" ] && head -c "$(cat "$here/flood")" /dev/zero
            [ -f "$here/locked" ] && { echo "The value you set has already been locked."; exit 1; }
            [ -f "$here/import" ] && { echo "Please run app:config:import"; exit 1; }
            [ -f "$here/fork" ] && { (sleep 0.5; echo "$value" > "$file") & exit 1; }
            [ -f "$here/deaf" ] || echo "$value" > "$file"
            if [ -f "$here/wait" ]; then for i in $(seq 1000); do [ -f "$here/go" ] && break; sleep 0.02; done; fi
            [ -f "$here/end" ] && { echo "Broken pipe" >&2; exit "$(cat "$here/end")"; }
            echo "Value was saved." ;;
        *) exit 2 ;;
        esac
        """
}

extension FakeSettingsTable {
    static func row(
        _ scope: String, _ code: String, _ value: String?, website: String? = nil, updated: Int64 = 1_000
    ) -> StoredSettings.Row {
        StoredSettings.Row(
            scope: scope, code: code, website: website, path: MagentoShop.path, value: value,
            updated: WallTime(seconds: updated))
    }
}
