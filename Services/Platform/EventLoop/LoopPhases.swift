import CUV

/// The loop's own handles: the hooks before and after polling, the wake-up from other threads, and the idle handle
/// that keeps a poll from blocking.
final class LoopPhases {
    private let prepare: PhaseHandle
    private let check: PhaseHandle
    private let idle: PhaseHandle
    private let async: PhaseHandle
    private var isTurning = false

    init(loop: EventLoop) throws {
        prepare = PhaseHandle(loop: loop, type: UV_PREPARE)
        check = PhaseHandle(loop: loop, type: UV_CHECK)
        idle = PhaseHandle(loop: loop, type: UV_IDLE)
        async = PhaseHandle(loop: loop, type: UV_ASYNC)

        uv_prepare_init(loop.uv, prepare.as(uv_prepare_t.self))
        prepare.opened()
        uv_prepare_start(prepare.as(uv_prepare_t.self)) { handle in
            PhaseHandle.loop(handle?.pointee.data) { $0.willPoll() }
        }
        uv_check_init(loop.uv, check.as(uv_check_t.self))
        check.opened()
        uv_check_start(check.as(uv_check_t.self)) { handle in
            PhaseHandle.loop(handle?.pointee.data) { $0.polled() }
        }
        uv_idle_init(loop.uv, idle.as(uv_idle_t.self))
        idle.opened()
        try UVError.check(
            uv_async_init(loop.uv, async.as(uv_async_t.self)) { handle in
                PhaseHandle.loop(handle?.pointee.data) { $0.takeInbox() }
            }, "open the wake-up descriptor of an event loop")
        async.opened()
    }

    /// From any thread, while the loop is not over.
    func wake() {
        uv_async_send(async.as(uv_async_t.self))
    }

    /// An active idle handle makes libuv poll without waiting.
    func keepTurning() {
        guard !isTurning, !idle.isClosing else { return }
        isTurning = true
        uv_idle_start(idle.as(uv_idle_t.self)) { _ in }
    }

    func polled() {
        guard isTurning, !idle.isClosing else { return }
        isTurning = false
        uv_idle_stop(idle.as(uv_idle_t.self))
    }
}

/// A handle without behaviour of its own.
private final class PhaseHandle: LoopHandle {
    func `as`<T>(_: T.Type) -> UnsafeMutablePointer<T> { memory.assumingMemoryBound(to: T.self) }

    static func loop(_ data: UnsafeMutableRawPointer?, _ body: (EventLoop) -> Void) {
        guard let data else { return }
        Unmanaged<PhaseHandle>.fromOpaque(data)._withUnsafeGuaranteedRef { body($0.loop) }
    }
}
