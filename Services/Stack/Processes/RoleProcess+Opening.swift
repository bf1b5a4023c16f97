import CommandLine

extension RoleProcess {
    /// Brings the role up to date.
    func open(_ context: RoleContext) async throws -> any RunningRole {
        throw CommandFailure(.configuration, "This build has no \(place.role.rawValue).")
    }
}
