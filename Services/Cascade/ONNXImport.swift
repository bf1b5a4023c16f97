import CommandLine
import Contracts
import Glibc
import ModelExchange
import ModelRegistry
import Models

/// `cascade import onnx`: a ranker that was trained elsewhere.
enum ONNXImport {
    private static let file = Positional("FILE", help: "Ranker in the ONNX format; gzip is recognised.")
    private static let base = Option.string(
        "base", valueName: "VERSION", help: "The version whose two-tower model it goes with.",
        defaultText: "the live one")

    static let command = Command(
        "onnx", summary: "A ranker that was trained elsewhere, as a new model version.",
        discussion:
            "The version does not become the live one by itself: hold it against the live one with 'cascade models compare', "
            + "then make it so with 'cascade models activate'. What the graph must take and give stands in "
            + "Services/ModelExchange/README.md.",
        parameters: [file, base] + ModelFolder.parameters
    ) { arguments in
        let registry = try ModelFolder.registry(arguments)
        let based = try registry.load(try ModelFolder.version(arguments[base], in: registry))
        let imported = try ImportedRanker(
            reading: try arguments.required(file), dimensions: based.twoTower.dimensions)
        let now = Int64(time(nil))
        let bundle = imported.bundle(
            on: based, version: registry.freshVersion(at: now), created: RFC3339.text(now * 1000))
        try registry.add(bundle)
        StandardOutput().write(
            "model \(bundle.version) has the two-tower model of \(based.version) and the imported ranker\n")
        return .success
    }
}
