/// Names under which a manifest's counts say what `evaluate` needs to find the same history again.
enum ManifestKey {
    /// The last record of the log that training has seen, in a log with one order.
    static let position = "log-position"
    /// With a lane's number behind it: the last record of the lane that training has seen.
    static let items = "items-position-"
    static let events = "events-position-"
    /// ``TrainingHistory/fingerprint``.
    static let fingerprint = "history-fingerprint"
}
