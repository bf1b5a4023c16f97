import CommandLine

/// Reads one object of the file: keys that are missing keep their defaults, keys that nobody asked for are errors.
struct SectionDecoder {
    private let container: KeyedDecodingContainer<ConfigurationKey>
    private var known: [String] = []

    init(_ decoder: any Decoder) throws {
        do {
            container = try decoder.container(keyedBy: ConfigurationKey.self)
        } catch {
            throw ConfigurationProblem(text: "\(Self.name(decoder.codingPath)): an object {…} is expected.")
        }
    }

    /// The value of `key`, or what it is when the file does not say.
    mutating func value<Value: Decodable>(_ key: String, default defaultValue: Value) throws -> Value {
        known.append(key)
        let codingKey = ConfigurationKey(key)
        guard container.contains(codingKey) else { return defaultValue }
        do {
            return try container.decode(Value.self, forKey: codingKey)
        } catch let problem as ConfigurationProblem {
            throw problem
        } catch {
            let path = Self.name(container.codingPath + [codingKey])
            throw ConfigurationProblem(text: "\(path): \(Self.expectation(Value.self)) is expected.")
        }
    }

    /// All names of the object with values of one type: an object whose keys are the user's to choose.
    func table<Value: Decodable>(of type: Value.Type) throws -> [String: Value] {
        var result: [String: Value] = [:]
        for key in container.allKeys {
            do {
                result[key.stringValue] = try container.decode(type, forKey: key)
            } catch {
                let path = Self.name(container.codingPath + [key])
                throw ConfigurationProblem(text: "\(path): \(Self.expectation(type)) is expected.")
            }
        }
        return result
    }

    /// Refuses keys that no ``value(_:default:)`` asked for.
    func refuseUnknownKeys() throws {
        let unknown = container.allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
        guard let key = unknown.first else { return }
        let path = Self.name(container.codingPath + [ConfigurationKey(key)])
        let hint = Suggestion.nearest(to: key, among: known).map { "did you mean '\($0)'?" }
        let allowed = "allowed here: \(known.sorted().joined(separator: ", "))."
        throw ConfigurationProblem(text: "\(path): there is no such key; \(hint ?? allowed)")
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the file" : path.map(\.stringValue).joined(separator: ".")
    }

    private static func expectation<Value>(_ type: Value.Type) -> String {
        switch type {
        case is Int.Type, is UInt64.Type, is Int?.Type: "a whole number"
        case is Double.Type, is Double?.Type, is Float.Type: "a number"
        case is String.Type, is String?.Type: "a text"
        case is Bool.Type: "true or false"
        case is [String].Type: "a list of texts"
        default: "another value"
        }
    }
}
