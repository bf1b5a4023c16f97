/// Names under which a manifest's counts say what `evaluate` needs to find the same history again.
enum ManifestKey {
    /// The last record of the log that training has seen.
    static let position = "log-position"
    /// ``TrainingHistory/fingerprint``.
    static let fingerprint = "history-fingerprint"
}
