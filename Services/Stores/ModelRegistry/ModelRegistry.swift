package import Models

/// The directory of model bundles, `models/<version>/`, and the file `models/ACTIVE` that names the live one.
///
/// A version is immutable once it is there. What `ACTIVE` says changes by a rename, so that a reader sees the old name or
/// the new one and never a half of either; bundles that are being written have names that begin with a dot and are no
/// versions. Several processes may read; one trains at a time (the lock of the data directory).
package struct ModelRegistry: Sendable {
    /// Path of the directory.
    package let directory: String

    /// The registry in a directory, which is made when the first bundle is published.
    package init(directory: String) {
        self.directory = directory
    }

    private var activePath: String { "\(directory)/ACTIVE" }

    /// All versions in the order of their names, which is that of their making. None when the directory is not there.
    package func versions() throws(ModelRegistryError) -> [String] {
        try RegistryFiles.names(in: directory)
            .filter { ModelVersion.isValid($0) && RegistryFiles.exists("\(directory)/\($0)/manifest.json") }
            .sorted()
    }

    /// The live version; nil when none was ever activated.
    package func active() throws(ModelRegistryError) -> String? {
        guard let text = try RegistryFiles.read(activePath) else { return nil }
        let name = String(text.prefix { $0 != "\n" })
        guard ModelVersion.isValid(name) else {
            throw ModelRegistryError(
                .corrupt,
                "\(activePath) does not hold the name of a version: write one of the directory's into it, or train again"
            )
        }
        return name
    }

    /// Makes a version the live one; on the disk when it returns.
    package func activate(_ version: String) throws(ModelRegistryError) {
        try check(version)
        try RegistryFiles.replace(activePath, with: version + "\n")
    }

    /// Writes a bundle as a new version and makes it the live one. A crash before the end leaves the live one as it was.
    @discardableResult
    package func publish(_ bundle: ModelBundle) throws -> BundleManifest {
        guard ModelVersion.isValid(bundle.version) else { throw invalid(bundle.version) }
        try RegistryFiles.makeDirectory(directory)
        let manifest = try bundle.write(to: directory)
        try RegistryFiles.replace(activePath, with: bundle.version + "\n")
        return manifest
    }

    /// A name for a version made at a moment (seconds since the epoch) that no version has yet.
    package func freshVersion(at seconds: Int64) -> String {
        let name = ModelVersion.name(at: seconds)
        var candidate = name
        var number = 2
        while RegistryFiles.exists("\(directory)/\(candidate)") {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }

    /// What a version's manifest says.
    package func manifest(of version: String) throws -> BundleManifest {
        try check(version)
        return try ModelBundle.manifest(in: "\(directory)/\(version)")
    }

    /// Reads a version; every file is checked, and that the folder has the bundle's name.
    package func load(_ version: String) throws -> ModelBundle {
        try check(version)
        let bundle = try ModelBundle(reading: "\(directory)/\(version)")
        guard bundle.version == version else {
            throw ModelRegistryError(
                .corrupt,
                "\(directory)/\(version) holds version \(bundle.version): give the folder that name, or train again")
        }
        return bundle
    }

    /// Reads the live version; nil when none was ever activated.
    package func loadActive() throws -> ModelBundle? {
        guard let version = try active() else { return nil }
        return try load(version)
    }

    private func check(_ version: String) throws(ModelRegistryError) {
        guard ModelVersion.isValid(version) else { throw invalid(version) }
        guard RegistryFiles.exists("\(directory)/\(version)") else {
            let others = try versions()
            throw ModelRegistryError(
                .unknownVersion,
                "\(directory) has no model version \(version): "
                    + (others.isEmpty ? "train one" : "there are \(others.joined(separator: ", "))"))
        }
    }

    private func invalid(_ version: String) -> ModelRegistryError {
        ModelRegistryError(
            .invalidName,
            "\"\(version)\" cannot name a model version: letters, digits, '.', '_' and '-' can, at most 100")
    }
}
