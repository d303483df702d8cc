import Platform
import TestSupport

/// Validates what `status --json` prints against what `status --schema` prints, by another's validator. Each
/// object of the schema is closed first: a member that it does not declare is a mistake of ours.
enum StatusSchema {
    /// Empty when it is valid; needs Debian's python3-jsonschema.
    static func mistakes(in document: String, folder: TemporaryFolder) async throws -> String {
        let schema = try await ChildProcess.run(
            ChildCommand([Program.path, "status", "--schema"], environment: [:]), deadline: .seconds(10),
            outputCap: 1 << 20)
        try folder.write(String(decoding: schema.output, as: UTF8.self), to: "schema.json")
        try folder.write(document, to: "document.json")
        let result = try await ChildProcess.run(
            ChildCommand(
                [
                    "/usr/bin/python3", "-c", program, folder.path("schema.json"),
                    folder.path("document.json"),
                ], environment: ["LANG": "C.UTF-8"]), deadline: .seconds(30))
        return String(decoding: result.output + result.error, as: UTF8.self)
    }

    private static let program = """
        import json, sys, jsonschema
        schema, document = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
        for record in [schema] + list(schema["$defs"].values()):
            record["additionalProperties"] = False
        jsonschema.Draft202012Validator.check_schema(schema)
        for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
            print(list(error.absolute_path), error.message)
        """
}
