/// YAML text, the part of it a configuration needs.
package enum YAML {
    /// The tree of one document; an empty one is an empty plain scalar. Refuses duplicate keys, keys that are not
    /// scalars, tags, a second document, a byte order mark, and what exceeds `limits`. Aliases stand for
    /// copies; merge keys (`<<`) are refused unless `merges`, and then stand for what they name. `name` stands in
    /// errors.
    package static func read(
        _ bytes: [UInt8], name: String, limits: ReadLimits = .yaml, merges: Bool = false
    ) throws(DocumentError) -> Node {
        var builder = try builder(bytes, name: name, limits: limits, merges: merges)
        do throws(DocumentError) {
            let root = try builder.document()
            if let first = builder.notes.first { throw first }
            return root
        } catch {
            if let first = builder.notes.first { throw first }
            guard let fault = builder.fault else { throw error }
            let diagnosis = YAMLDiagnosis(fault, in: YAMLText(bytes))
            throw DocumentError(
                name: name, line: diagnosis.at.line, column: diagnosis.at.column, message: diagnosis.sentence)
        }
    }

    /// A text looked at for all its mistakes: what keeps it from being read is put right for the moment, one place
    /// after the other, so that the rest can be judged.
    package struct Checked: Sendable {
        /// Nil when nothing can be made of it.
        package var root: Node?
        package var mistakes: [DocumentError]
        /// What the tree was read from: the places in it are of this.
        package var bytes: [UInt8]
        private let text: YAMLText

        fileprivate init(_ root: Node?, _ mistakes: [DocumentError], _ text: YAMLText) {
            self.root = root
            self.mistakes = mistakes
            self.text = text
            bytes = text.bytes
        }

        /// Nothing in this part of the tree had to be left out: what is not there is not in the text.
        package func isWhole(_ node: Node) -> Bool { text.isWhole(node.place.bytes) }

        /// What was found in the tree, with its places in the text as it is; nothing of what was guessed.
        package func placed(_ problems: [DocumentError]) -> [DocumentError] {
            problems.compactMap { problem in
                text.original(problem.line, problem.column).map { spot in
                    var problem = problem
                    (problem.line, problem.column) = (spot.line, spot.column)
                    return problem
                }
            }
        }

        /// The same for one place; nil when nothing may be said of it.
        package func placed(_ place: Place) -> Place? {
            text.original(place.line, place.column).map {
                Place(line: $0.line, column: $0.column, bytes: place.bytes)
            }
        }
    }

    /// So many bytes are read again for mistakes in the YAML itself.
    private static let patience = 4 << 20

    package static func check(_ bytes: [UInt8], name: String, limits: ReadLimits = .yaml) -> Checked {
        var text = YAMLText(bytes)
        var mistakes: [DocumentError] = []
        var told: Set<YAMLSpot> = []
        let rounds = max(1, min(60, patience / max(1, bytes.count)))
        for round in 1...rounds {
            do throws(DocumentError) {
                var builder = try builder(text.bytes, name: name, limits: limits, merges: false)
                do throws(DocumentError) {
                    let root = try builder.document()
                    let notes = builder.notes.compactMap { note in
                        text.original(note.line, note.column).map {
                            DocumentError(name: name, line: $0.line, column: $0.column, message: note.message)
                        }
                    }
                    text.silence(builder.standIns)
                    return Checked(root, mistakes + notes, text)
                } catch {
                    guard let fault = builder.fault else { throw error }
                    let diagnosis = YAMLDiagnosis(fault, in: text)
                    let line = min(diagnosis.at.line, text.lines.count)
                    // Wrong again after it was put right: it was not what it seemed.
                    guard !text.touched.contains(line), told.insert(diagnosis.at).inserted else {
                        text.erase(line)
                        if text[line].isEmpty, fault.at.line != line { text.erase(fault.at.line) }
                        continue
                    }
                    let spot = text.unmoved(diagnosis.at)
                    mistakes.append(
                        DocumentError(
                            name: name, line: spot.line, column: spot.column, message: diagnosis.sentence))
                    if round < rounds { diagnosis.mend(&text) }
                }
            } catch {
                return Checked(nil, mistakes + [error], text)
            }
        }
        return Checked(nil, mistakes, text)
    }

    private static func builder(
        _ bytes: [UInt8], name: String, limits: ReadLimits, merges: Bool
    ) throws(DocumentError) -> YAMLBuilder {
        if bytes.count > limits.bytes {
            throw DocumentError(
                name: name, line: 1, column: 1,
                message: "\(bytes.count) bytes, at most \(limits.bytes) are read")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw DocumentError(name: name, line: 1, column: 1, message: "a byte order mark is not allowed")
        }
        guard let parser = YAMLParser(bytes) else {
            throw DocumentError(name: name, line: 1, column: 1, message: "no memory to read it")
        }
        return YAMLBuilder(parser: parser, name: name, limits: limits, merges: merges)
    }

    /// Reads and decodes in one step.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: [UInt8], name: String, limits: ReadLimits = .yaml
    ) throws(DocumentError) -> Value {
        try NodeDecoder(name: name).decode(type, from: read(bytes, name: name, limits: limits))
    }
}
