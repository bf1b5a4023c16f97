package import EventLog
import Glibc

/// How far a consumer has come in each lane of a topic, for others to wait for.
// The fields are touched with `mutex` held only.
package final class PositionGate: @unchecked Sendable {
    private var reached = LogPositions()
    private var isClosed = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// The places that have been reached.
    package var positions: LogPositions {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return reached
    }

    /// Tells that the consumer has come so far; places behind those that were told before change nothing.
    package func advance(to positions: LogPositions) {
        pthread_mutex_lock(mutex)
        for lane in positions.lanes { reached[lane] = max(reached[lane], positions[lane]) }
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Blocks until the consumer has come to places, for some milliseconds at most.
    /// - Returns: whether it has.
    @discardableResult
    package func wait(for positions: LogPositions, milliseconds: Int) -> Bool {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        moment.tv_sec += milliseconds / 1_000
        moment.tv_nsec += milliseconds % 1_000 * 1_000_000
        if moment.tv_nsec >= 1_000_000_000 {
            (moment.tv_sec, moment.tv_nsec) = (moment.tv_sec + 1, moment.tv_nsec - 1_000_000_000)
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !positions.lanes.allSatisfy({ reached[$0] >= positions[$0] }) {
            if isClosed || pthread_cond_timedwait(changed, mutex, &moment) != 0 { return false }
        }
        return true
    }

    /// Lets all who wait go: the consumer comes no further.
    package func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
