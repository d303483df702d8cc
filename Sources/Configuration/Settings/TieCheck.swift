import Documents
import Text

/// Whether what integrations call theirs is said once, and can be.
struct TieCheck {
    private struct Tie {
        var flow: String
        var text: String
        var pattern: NamePattern
        var place: Place
    }

    private let environment: Node

    init(_ environment: Node) { self.environment = environment }

    func check(_ reading: inout Reading) {
        for kind in ["queues", "jobs", "indexers", "sources"] {
            let ties = ties(kind)
            for (index, tie) in ties.enumerated() {
                check(tie, against: ties[..<index].filter { $0.flow != tie.flow }, &reading)
                if kind == "sources" { checkSource(tie, &reading) }
            }
        }
    }

    private func ties(_ kind: String) -> [Tie] {
        (environment["integrations"]?.members ?? []).flatMap { flow in
            (flow.value[kind]?.elements ?? []).compactMap { node in
                node.text.map {
                    Tie(flow: flow.key, text: $0, pattern: NamePattern($0), place: node.place)
                }
            }
        }
    }

    /// A thing belongs to one flow: the same words twice would leave it to the order of the file.
    private func check(_ tie: Tie, against earlier: [Tie], _ reading: inout Reading) {
        if let other = earlier.first(where: { $0.text == tie.text }) {
            reading.note("this belongs to \(other.flow) already", at: tie.place)
        } else if !tie.pattern.isName,
            let wider = earlier.first(where: { !$0.pattern.isName && $0.pattern.matches(tie.text) })
        {
            reading.warn(
                "all that fits here belongs to \(wider.flow), whose pattern stands above and is wider: "
                    + "of patterns the first in the file counts", at: tie.place)
        }
    }

    private func checkSource(_ tie: Tie, _ reading: inout Reading) {
        let names = (environment["sources"]?.members ?? []).map(\.key)
        guard !names.contains(where: { tie.pattern.matches($0) }) else { return }
        let nearest = Nearest.to(tie.text, among: names.sorted()).map { ", did you mean \"\($0)\"?" } ?? ""
        reading.missing(
            "there is no such source" + nearest, at: tie.place, in: environment["sources"])
    }
}
