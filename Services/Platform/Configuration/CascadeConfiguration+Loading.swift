import FoundationEssentials

extension CascadeConfiguration {
    /// The configuration of a command: the file, then the environment, then `adjust`, which applies the command's flags;
    /// what comes out has been validated.
    ///
    /// - Parameters:
    ///   - file: the path that `--config` gives; nil reads `CASCADE_CONFIG` from `environment`, if it is set.
    package static func load(
        file: String?, environment: [String: String], adjust: (inout CascadeConfiguration) -> Void = { _ in }
    ) throws(ConfigurationError) -> CascadeConfiguration {
        var configuration = CascadeConfiguration()
        let path = file ?? environment["CASCADE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        if let path { configuration = try read(path) }
        try configuration.apply(environment)
        adjust(&configuration)
        let problems = configuration.problems()
        guard problems.isEmpty else {
            throw ConfigurationError(
                source: path.map { "The configuration (\($0))" } ?? "The configuration", problems: problems)
        }
        return configuration
    }

    /// The configuration of a JSON5 text; `source` names it in errors. Values are not validated yet.
    package static func parse(_ text: String, source: String) throws(ConfigurationError) -> CascadeConfiguration {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            return try decoder.decode(CascadeConfiguration.self, from: Data(text.utf8))
        } catch let problem as ConfigurationProblem {
            throw ConfigurationError(source: source, problems: [problem.text])
        } catch let DecodingError.dataCorrupted(context) {
            let cause = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            throw ConfigurationError(source: source, problems: ["It is not JSON5: \(cause)"])
        } catch {
            throw ConfigurationError(source: source, problems: ["\(error)"])
        }
    }

    private static func read(_ path: String) throws(ConfigurationError) -> CascadeConfiguration {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ConfigurationError(
                source: path, problems: ["It cannot be read. Check the path of --config or CASCADE_CONFIG."])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(source: path, problems: ["It is not UTF-8 text."])
        }
        return try parse(text, source: path)
    }

    /// The values as JSON that ``load(file:environment:adjust:)`` reads back, keys in order; secrets are left out:
    /// those among the Kafka client's properties, and Redis' password.
    package func json() throws -> String {
        var shown = self
        for name in kafka.options.keys where KafkaSettings.isSecret(name) { shown.kafka.options[name] = "(not shown)" }
        if let url = redis.address.flatMap(RedisURL.init), url.password != nil {
            shown.redis.address = "redis://\(url)/\(url.database)"
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(shown), as: UTF8.self)
    }
}
