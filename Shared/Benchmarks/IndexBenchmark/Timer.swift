import Glibc

/// Times a piece of work on this thread.
struct Timer {
    /// Seconds of processor time and of the wall clock.
    struct Seconds {
        var processor = 0.0
        var wall = 0.0
    }

    private let start = Self.now()

    /// What has gone by since the timer was made.
    var elapsed: Seconds {
        let now = Self.now()
        return Seconds(processor: now.processor - start.processor, wall: now.wall - start.wall)
    }

    private static func now() -> Seconds {
        Seconds(processor: read(CLOCK_PROCESS_CPUTIME_ID), wall: read(CLOCK_MONOTONIC))
    }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
