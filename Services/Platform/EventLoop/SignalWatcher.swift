import CUV

/// Runs an action on the loop's thread whenever the process gets a signal. Closes by `close()` or with the loop.
package final class SignalWatcher: LoopHandle {
    private let action: () -> Void

    init(loop: EventLoop, signal: Int32, action: @escaping () -> Void) throws {
        self.action = action
        super.init(loop: loop, type: UV_SIGNAL)
        let handle = memory.assumingMemoryBound(to: uv_signal_t.self)
        try UVError.check(uv_signal_init(loop.uv, handle), "watch signals")
        opened()
        let code = uv_signal_start(
            handle,
            { handle, _ in
                guard let data = handle?.pointee.data else { return }
                Unmanaged<SignalWatcher>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.action() }
            }, signal)
        if code < 0 { close() }
        try UVError.check(code, "watch signal \(signal)")
        unreference()
    }
}

extension EventLoop {
    /// Runs `action` on this loop's thread for each `signal` (`SIGTERM`, `SIGINT`) that the process gets.
    @discardableResult
    package func onSignal(_ signal: Int32, _ action: @escaping () -> Void) throws -> SignalWatcher {
        try SignalWatcher(loop: self, signal: signal, action: action)
    }
}
