import EventLog

/// The ids of the events of the last so many records of a lane: what tells a repeated event in a log that does not.
///
/// What it answers for a record depends on the records before it alone, not on where reading began, as long as that was
/// the window's length before. Ids are kept as 64-bit hashes: two of a full window collide once in 10^10 windows.
struct EventWindow: Sendable {
    private let length: UInt64
    /// Hashes in the order of their records, from ``first`` on, and where each was last.
    private var order: [(hash: UInt64, position: UInt64)] = []
    private var first = 0
    private var last: [UInt64: UInt64] = [:]
    private var end: UInt64 = 0

    /// A window over so many records.
    init(length: Int) {
        self.length = UInt64(max(length, 0))
    }

    /// Takes the next event of the lane in. Amortised O(1).
    /// - Returns: whether its id is new, that is not among those of the window; false for a record before the last one.
    mutating func insert(_ id: String, at position: LogPosition) -> Bool {
        guard position.rawValue > end else { return false }
        end = position.rawValue
        let hash = Self.hash(id)
        while first < order.count, order[first].position + length < end {
            if last[order[first].hash] == order[first].position { last[order[first].hash] = nil }
            first += 1
        }
        if first > 1_024, 2 * first > order.count {
            order.removeFirst(first)
            first = 0
        }
        order.append((hash, end))
        return last.updateValue(end, forKey: hash) == nil
    }

    /// FNV-1a of 64 bits, mixed as in MurmurHash3's end: the same in every process and at all times.
    private static func hash(_ id: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
