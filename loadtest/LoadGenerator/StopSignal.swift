import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as something that a waiting thread wakes up for, so that what was started is also stopped.
package enum StopSignal {
    private static let isRaised = Atomic(false)
    private static let pipeEnds = Atomic<Int>(-1)

    /// Takes the two signals over. Once, before anything is started that has to be stopped.
    package static func install() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        pipeEnds.store(Int(ends[0]) << 32 | Int(ends[1]), ordering: .releasing)
        signal(SIGINT, handler)
        signal(SIGTERM, handler)
    }

    // Does what a signal handler may: an atomic store and a write.
    private static let handler: @convention(c) (Int32) -> Void = { _ in
        isRaised.store(true, ordering: .releasing)
        var byte: UInt8 = 1
        _ = write(Int32(truncatingIfNeeded: pipeEnds.load(ordering: .acquiring) & 0xFFFF_FFFF), &byte, 1)
    }

    /// Whether somebody asked to stop.
    package static var isSet: Bool { isRaised.load(ordering: .acquiring) }

    /// Waits until `deadline` (nanoseconds of the monotonic clock) or a signal; true when a signal came.
    package static func wait(until deadline: UInt64, now: () -> UInt64) -> Bool {
        while !isSet {
            let time = now()
            guard time < deadline else { return false }
            let milliseconds = Int32(min((deadline - time + 999_999) / 1_000_000, 60_000))
            var descriptor = pollfd(
                fd: Int32(pipeEnds.load(ordering: .acquiring) >> 32), events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, milliseconds)
        }
        return true
    }
}
