import CUV

/// Things that expire a fixed time after they were armed, in that order: arming, disarming and expiring are O(1).
///
/// All entries of a list have the same time-out, so the order of arming is the order of expiry and the coarse timer looks
/// at the head only. An entry expires up to a tick (an eighth of the time-out, 5 to 250 ms) late.
package final class DeadlineList {
    /// Nanoseconds from arming to expiry.
    package let timeout: UInt64
    private unowned(unsafe) var first: Expiry?
    private unowned(unsafe) var last: Expiry?

    init(timeout: UInt64) {
        self.timeout = timeout
    }

    deinit {
        while let head = first { remove(head) }
    }

    /// Starts `deadline`'s time anew, on this list.
    package func arm(_ deadline: Expiry) {
        deadline.disarm()
        deadline.time = uv_hrtime() &+ timeout
        deadline.list = self
        deadline.previous = last
        if let last { last.next = deadline } else { first = deadline }
        last = deadline
    }

    fileprivate func remove(_ deadline: Expiry) {
        if let previous = deadline.previous { previous.next = deadline.next } else { first = deadline.next }
        if let next = deadline.next { next.previous = deadline.previous } else { last = deadline.previous }
        deadline.previous = nil
        deadline.next = nil
        deadline.list = nil
    }

    func expire(now: UInt64) {
        while let head = first, head.time <= now {
            remove(head)
            head.action()
        }
    }
}

/// One thing that can expire; on at most one list at a time.
package final class Expiry {
    fileprivate var time: UInt64 = 0
    // The list outlives its entries' stay on it (it removes them when it goes), and an entry leaves its list when it goes.
    fileprivate unowned(unsafe) var list: DeadlineList?
    fileprivate unowned(unsafe) var previous: Expiry?
    fileprivate unowned(unsafe) var next: Expiry?
    fileprivate let action: () -> Void

    /// - Parameter action: runs on the loop's thread when the time is over; it should not retain the deadline's owner.
    package init(action: @escaping () -> Void) {
        self.action = action
    }

    deinit {
        disarm()
    }

    package var isArmed: Bool { list != nil }

    package func disarm() {
        list?.remove(self)
    }
}
