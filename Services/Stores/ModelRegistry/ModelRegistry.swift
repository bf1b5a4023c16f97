package import Models

/// The directory of model bundles, `models/<version>/`, and the file `models/ACTIVE` that names the live one: on its first
/// line, and on those below the ones that were live before, the last first.
///
/// A version is immutable once it is there. What `ACTIVE` says changes by a rename, so that a reader sees the old name or
/// the new one and never a half of either; bundles that are being written have names that begin with a dot and are no
/// versions. Several processes may read; one trains at a time (the lock of the data directory).
package struct ModelRegistry: Sendable {
    /// Path of the directory.
    package let directory: String
    /// What a version's report card must keep for it to become live. A version without a card is from before there were
    /// cards, or was trained where nothing could be measured: nothing is known that speaks against it.
    package let limits: ModelLimits

    /// The registry in a directory, which is made when the first bundle is published.
    package init(directory: String, limits: ModelLimits = ModelLimits()) {
        self.directory = directory
        self.limits = limits
    }

    private var activePath: String { "\(directory)/ACTIVE" }

    /// All versions in the order of their names, which is that of their making. None when the directory is not there.
    package func versions() throws(ModelRegistryError) -> [String] {
        try RegistryFiles.names(in: directory)
            .filter { ModelVersion.isValid($0) && RegistryFiles.exists("\(directory)/\($0)/manifest.json") }
            .sorted()
    }

    /// The live version; nil when none was ever activated.
    package func active() throws(ModelRegistryError) -> String? { try activations().first }

    /// The live version and those that were live before it, the last first, each once.
    private func activations() throws(ModelRegistryError) -> [String] {
        guard let text = try RegistryFiles.read(activePath) else { return [] }
        let names = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        guard let first = names.first, ModelVersion.isValid(first) else {
            throw ModelRegistryError(
                .corrupt,
                "\(activePath) does not hold the name of a version: write one of the directory's into it, or train again"
            )
        }
        return names.filter { ModelVersion.isValid($0) }
    }

    /// Makes a version the live one; on the disk when it returns. One whose report card breaks a limit is refused, and the
    /// live one stays.
    package func activate(_ version: String) throws {
        try check(version)
        try checkLimits(of: version)
        try write(activations: [version] + previous(to: version))
    }

    private func checkLimits(of version: String) throws {
        guard let card = try manifest(of: version).description.card else { return }
        let broken = limits.broken(by: card)
        guard broken.isEmpty else {
            throw ModelRegistryError(
                .beyondLimits,
                "model \(version) does not become live: \(broken.joined(separator: "; ")). Change modelLimits in the "
                    + "configuration and activate it, or train another")
        }
    }

    /// The version that was live before the live one, of those that are still there.
    package func previous() throws(ModelRegistryError) -> String { try before()[0] }

    /// Makes the version that was live before the live one so again, and forgets the latter.
    package func rollBack() throws {
        let before = try before()
        try checkLimits(of: before[0])
        try write(activations: before)
    }

    /// What was live before the live version and is still there, the last first; at least one.
    private func before() throws(ModelRegistryError) -> [String] {
        let all = try activations()
        guard let live = all.first else {
            throw ModelRegistryError(.unknownVersion, "\(directory) has no live version: train one")
        }
        let before = all.dropFirst().filter { RegistryFiles.exists("\(directory)/\($0)") }
        guard !before.isEmpty else {
            throw ModelRegistryError(
                .unknownVersion,
                "no version that is still there was live before \(live): activate one by its name")
        }
        return before
    }

    /// So many versions that were live are remembered.
    private static let remembered = 20

    /// What was live before a version that becomes so. A file that cannot be understood is no reason against another version.
    private func previous(to version: String) -> [String] {
        ((try? activations()) ?? []).filter { $0 != version }
    }

    private func write(activations: [String]) throws(ModelRegistryError) {
        let lines = activations.prefix(1 + Self.remembered).map { $0 + "\n" }
        try RegistryFiles.replace(activePath, with: lines.joined())
    }

    /// Writes a bundle as a new version and makes it the live one. A crash before the end leaves the live one as it was; so
    /// does a card that breaks a limit, which is thrown as an error when the bundle is written.
    @discardableResult
    package func publish(_ bundle: ModelBundle) throws -> BundleManifest {
        let manifest = try add(bundle)
        try checkLimits(of: bundle.version)
        try write(activations: [bundle.version] + previous(to: bundle.version))
        return manifest
    }

    /// Makes the directory, if it is not there, and removes what processes that were killed left half written in it. Only who
    /// holds the directory for training may call it.
    package func prepareForTraining() throws(ModelRegistryError) {
        try RegistryFiles.makeDirectory(directory)
        for name in try RegistryFiles.names(in: directory) where name.hasPrefix(".") {
            if name.hasSuffix(".partial") {
                try RegistryFiles.removeDirectory("\(directory)/\(name)")
            } else if name.hasSuffix(".tmp") {
                try RegistryFiles.remove("\(directory)/\(name)")
            }
        }
    }

    /// Writes a bundle as a new version; the live one stays.
    @discardableResult
    package func add(_ bundle: ModelBundle) throws -> BundleManifest {
        guard ModelVersion.isValid(bundle.version) else { throw invalid(bundle.version) }
        try RegistryFiles.makeDirectory(directory)
        return try bundle.write(to: directory)
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
