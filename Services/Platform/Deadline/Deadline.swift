import Glibc

/// The moment until which an answer is of use, on this machine's monotonic clock. Every hop passes on what is left.
package struct Deadline: Sendable, Hashable, Comparable {
    /// Nanoseconds of the monotonic clock, as the event loop's `now`.
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// So many nanoseconds from now on.
    package static func after(nanoseconds: UInt64) -> Deadline {
        Deadline(nanoseconds: monotonicNow().addingReportingOverflow(nanoseconds).partialValue)
    }

    package static func after(milliseconds: UInt64) -> Deadline { after(nanoseconds: milliseconds * 1_000_000) }

    /// For work that nobody waits for.
    package static let never = Deadline(nanoseconds: .max)

    /// What is left, in nanoseconds; 0 when it has passed.
    package var left: UInt64 {
        let now = Self.monotonicNow()
        return nanoseconds > now ? nanoseconds - now : 0
    }

    package var hasPassed: Bool { left == 0 }

    /// Throws when it has passed: the work that would follow is of no use any more.
    package func check() throws(DeadlineExceeded) {
        if hasPassed { throw DeadlineExceeded() }
    }

    package static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

    private static func monotonicNow() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
