/// Many things, known by small numbers, that expire at moments of their own: arming and disarming are O(1), expiry comes up
/// to one tick late and never early. Pure: time comes from outside.
struct TimerWheel {
    /// Nanoseconds between two looks at the clock.
    static let tick: UInt64 = 2_000_000
    private static let slotCount = 1024
    private static let none: Int32 = -1

    private struct Entry {
        var time: UInt64 = 0
        var slot = TimerWheel.none
        var previous = TimerWheel.none
        var next = TimerWheel.none
    }

    private var entries: [Entry] = []
    /// The first entry of each slot; slot *s* holds the ticks that are *s* modulo the count. A time beyond the wheel's
    /// reach waits in its last slot and is put on from there.
    private var heads = [Int32](repeating: TimerWheel.none, count: TimerWheel.slotCount)
    /// All ticks before this one have been looked at.
    private var current: UInt64
    private(set) var count = 0

    init(now: UInt64) {
        current = now / Self.tick
    }

    /// Arms `index` for `time`, anew where it is armed.
    mutating func arm(_ index: Int, at time: UInt64) {
        while entries.count <= index { entries.append(Entry()) }
        disarm(index)
        let tick = min(max(time / Self.tick, current), current + UInt64(Self.slotCount) - 1)
        let slot = Int(tick) & (Self.slotCount - 1)
        let head = heads[slot]
        entries[index] = Entry(time: time, slot: Int32(slot), next: head)
        if head != Self.none { entries[Int(head)].previous = Int32(index) }
        heads[slot] = Int32(index)
        count += 1
    }

    mutating func disarm(_ index: Int) {
        guard index < entries.count else { return }
        let entry = entries[index]
        guard entry.slot != Self.none else { return }
        if entry.previous == Self.none {
            heads[Int(entry.slot)] = entry.next
        } else {
            entries[Int(entry.previous)].next = entry.next
        }
        if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
        entries[index].slot = Self.none
        count -= 1
    }

    /// Appends what has expired by `now` to `expired`, and disarms it.
    mutating func expire(now: UInt64, into expired: inout [Int]) {
        let end = now / Self.tick
        guard end > current else { return }
        // After a long pause each slot is looked at once.
        let first = max(current, end - min(end, UInt64(Self.slotCount)))
        current = end
        for tick in first..<end {
            let slot = Int(tick) & (Self.slotCount - 1)
            var index = heads[slot]
            while index != Self.none {
                let entry = entries[Int(index)]
                disarm(Int(index))
                if entry.time <= now {
                    expired.append(Int(index))
                } else {
                    arm(Int(index), at: entry.time)
                }
                index = entry.next
            }
        }
    }

    /// When the first slot that holds something is over; nil when nothing is armed. O(slots).
    var nextLook: UInt64? {
        guard count > 0 else { return nil }
        for offset in 0..<UInt64(Self.slotCount)
        where heads[Int(current + offset) & (Self.slotCount - 1)] != Self.none {
            return (current + offset + 1) * Self.tick
        }
        return nil
    }

    /// When the slot of `time` is over: the latest moment to look.
    static func look(for time: UInt64) -> UInt64 {
        (time / tick + 1) * tick
    }
}
