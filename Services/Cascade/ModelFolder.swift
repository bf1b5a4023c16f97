import CommandLine
import Configuration
import DataDirectory
import Learning
import ModelRegistry
import Models

/// The folder of bundles alone: nothing is locked, and servers may run.
enum ModelFolder {
    static let parameters: [any Parameter] = [CommonOptions.data, CommonOptions.models, CommonOptions.config]

    static func registry(_ arguments: Arguments) throws -> ModelRegistry {
        let configuration = try CommonOptions.configuration(arguments)
        let data = try CommonOptions.dataDirectory(configuration)
        return ModelRegistry(
            directory: DataDirectory.modelsPath(in: data, models: configuration.models),
            limits: ModelLimits(configuration.modelLimits))
    }

    /// A version that was given, or the live one.
    static func version(_ given: String?, in registry: ModelRegistry) throws -> String {
        guard let version = try given ?? registry.active() else {
            throw CommandFailure(.missingInput, "\(registry.directory) has no live version: run 'cascade train'")
        }
        return version
    }
}
