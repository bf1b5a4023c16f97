/// What `cascade up --split` was asked for.
package struct SplitLayout: Sendable {
    /// Processes of user-features, each with its share of the partitions.
    package var userFeaturesReplicas = 1
    /// Whether a demo world is made when the log is empty.
    package var demo = true
    /// Whether standard output gets JSON lines.
    package var json = false

    package init() {}
}
