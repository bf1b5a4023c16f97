import FoundationEssentials

/// What `cascade up --ready-file FILE` writes, whole, by renaming a file of another name, once `/readyz` answers 200.
package struct ReadyFile: Sendable, Equatable, Codable {
    /// `http://127.0.0.1:PORT`.
    package let url: String

    /// The process that listens there.
    package let pid: Int

    /// The contents of the file at `path`, nil while there are none.
    package static func read(_ path: String) -> ReadyFile? {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDecoder().decode(ReadyFile.self, from: bytes)
    }
}
