import CommandLine
import DataDirectory
import ModelExchange
import ModelRegistry
import Models

/// `cascade export`: models in other formats.
enum ExportCommand {
    static let command = Command(
        "export", summary: "Writes models in other formats.", subcommands: [onnx])

    private static let version = Positional(
        "VERSION", help: "A version that 'cascade models list' shows; without one, the live one.", isRequired: false)
    private static let output = Option.string("output", valueName: "DIR", help: "Folder for the files; it is made.")
    private static let samples = Option.integer(
        "samples", in: 1...100_000,
        help: "Also write samples.json: so many items and users with what serving gives for them.")

    private static let onnx = Command(
        "onnx", summary: "The towers and the ranker of a bundle as ONNX files.",
        discussion: "What the graphs take and give stands in Services/ModelExchange/README.md.",
        parameters: [version, output, samples] + ModelFolder.parameters
    ) { arguments in
        let registry = try ModelFolder.registry(arguments)
        let version = try ModelFolder.version(arguments[version], in: registry)
        let folder = try arguments.required(output)
        let bundle = try registry.load(version)
        try DataDirectory.make(folder)
        var files = ExportedModels(bundle).files
        if let count = arguments[samples] {
            var drawn = ExportSamples(bundle, count: count)
            files.append(("samples.json", drawn.json()))
        }
        for (name, bytes) in files {
            try AtomicFile.write(bytes, to: "\(folder)/\(name)", mode: 0o644)
            StandardOutput().write("\(folder)/\(name): \(Format.grouped(bytes.count)) bytes\n")
        }
        return .success
    }
}
