import Foundation

/// The folder beside the repository with servers and data that only tests use; `CASCADE_SHARED` names another one.
package enum SharedFolder {
    /// A path in it, nil where it is not there.
    package static func path(_ name: String) -> String? {
        let root = ProcessInfo.processInfo.environment["CASCADE_SHARED"] ?? beside
        let path = URL(filePath: root).appending(path: name).path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    private static let beside: String = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appending(path: "shared").path
    }()
}
