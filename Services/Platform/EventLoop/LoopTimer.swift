import CUV

/// A timer of the loop, one-shot or repeating, with millisecond resolution. Closes by `close()` or with the loop.
package final class LoopTimer: LoopHandle {
    private let action: () -> Void
    /// The repeat interval in nanoseconds; 0 for a one-shot timer.
    private(set) var interval: UInt64 = 0

    /// A timer that does not run until `start`.
    package init(loop: EventLoop, action: @escaping () -> Void) throws {
        self.action = action
        super.init(loop: loop, type: UV_TIMER)
        try UVError.check(uv_timer_init(loop.uv, timer), "make a timer")
        opened()
    }

    private var timer: UnsafeMutablePointer<uv_timer_t> { memory.assumingMemoryBound(to: uv_timer_t.self) }

    /// Fires in `delay` nanoseconds (rounded up to a millisecond) and, if `interval` is not 0, every `interval` from then
    /// on. Replaces an earlier start.
    package func start(after delay: UInt64, repeatingEvery interval: UInt64 = 0) throws {
        self.interval = interval
        let milliseconds = (delay + 999_999) / 1_000_000
        let repetition = (interval + 999_999) / 1_000_000
        // libuv counts from the turn's time, which a long turn leaves behind.
        uv_update_time(loop.uv)
        try UVError.check(
            uv_timer_start(
                timer,
                { timer in
                    guard let data = timer?.pointee.data else { return }
                    Unmanaged<LoopTimer>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.action() }
                }, milliseconds, repetition), "start a timer")
    }

    package func stop() {
        guard !isClosing else { return }
        uv_timer_stop(timer)
    }
}

extension EventLoop {
    /// Runs `action` once, `delay` nanoseconds from now, unless the returned timer is closed before.
    @discardableResult
    package func schedule(after delay: UInt64, _ action: @escaping () -> Void) throws -> LoopTimer {
        let box = TimerBox()
        let timer = try LoopTimer(loop: self) {
            action()
            box.timer?.close()
            box.timer = nil
        }
        box.timer = timer
        try timer.start(after: delay)
        return timer
    }

    /// Runs `action` every `interval` nanoseconds until the returned timer is closed.
    @discardableResult
    package func schedule(every interval: UInt64, _ action: @escaping () -> Void) throws -> LoopTimer {
        let timer = try LoopTimer(loop: self, action: action)
        try timer.start(after: interval, repeatingEvery: interval)
        return timer
    }
}

/// Lets a one-shot timer's action close its own timer.
private final class TimerBox {
    weak var timer: LoopTimer?
}
