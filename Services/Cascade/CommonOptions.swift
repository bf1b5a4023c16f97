import CommandLine
import Configuration
import Logging
import Stack

/// What every command takes, and what follows from it.
enum CommonOptions {
    static let data = Option.string(
        "data", valueName: "DIR", help: "Data directory.", defaultText: "cascade in the user's data home",
        environment: "CASCADE_DATA")
    static let models = Option.string(
        "models", valueName: "DIR", help: "Folder of the model bundles.", defaultText: "models in the data directory",
        environment: "CASCADE_MODELS")
    static let config = Option.string(
        "config", valueName: "FILE", help: "JSON5 file with settings; 'cascade config' prints them all.",
        environment: "CASCADE_CONFIG")
    static let quiet = Flag("quiet", help: "Print no progress.")

    static let all: [any Parameter] = [data, models, config, quiet]

    static func configuration(_ arguments: Arguments) throws -> CascadeConfiguration {
        var configuration = try CascadeConfiguration.load(
            file: arguments[config], environment: ProcessEnvironment.current())
        if let data = arguments[data] { configuration.data = data }
        if let models = arguments[models] { configuration.models = models }
        return configuration
    }

    static func dataDirectory(_ configuration: CascadeConfiguration) throws -> String {
        try configuration.dataDirectory(environment: ProcessEnvironment.current())
    }

    static func offline(_ arguments: Arguments, isTraining: Bool = false) throws -> Offline {
        try Offline(
            configuration(arguments), environment: ProcessEnvironment.current(), logger: logger(),
            isTraining: isTraining)
    }

    static func progress(_ arguments: Arguments) -> ProgressOutput {
        .standardError(quiet: arguments[quiet] ?? false)
    }

    static func logger() -> Logger { Logger(environment: ProcessEnvironment.current()) }
}
