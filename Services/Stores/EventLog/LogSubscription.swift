/// A consumer's tie to the log; deliveries go on until it is cancelled or the log is closed.
package struct LogSubscription: Sendable {
    private let onCancel: @Sendable () -> Void

    package init(onCancel: @escaping @Sendable () -> Void) {
        self.onCancel = onCancel
    }

    /// Ends the deliveries: none begins after this returns.
    package func cancel() {
        onCancel()
    }
}
