import Contracts
import EventLog

/// How far a lane's states are: in the lane itself, and in what other lanes forwarded to it.
///
/// Each partition's owner forwards in the order of its lane, and again from its last checkpoint after a kill: what comes from
/// a partition is new exactly when its first offset is higher than all before it.
struct LanePlace: Sendable, Equatable {
    /// The place of the last record that is in the states.
    var position: LogPosition
    /// By partition, the offset behind the last record that was forwarded from it.
    private(set) var forwarded: [Int: Int64]

    /// Before the first record.
    static let start = LanePlace(position: .start)

    init(position: LogPosition, forwarded: [Int: Int64] = [:]) {
        self.position = position
        self.forwarded = forwarded
    }

    /// Passes over a forwarded record; false when it was there before.
    mutating func advance(to origin: RecordOrigin) -> Bool {
        guard origin.offset >= forwarded[origin.partition, default: 0] else { return false }
        forwarded[origin.partition] = origin.offset + 1
        return true
    }
}

extension LanePlace {
    /// `<position>` and then ` <partition>/<offset>` for each partition that forwarded.
    var text: String {
        forwarded.sorted { $0.key < $1.key }.reduce("\(position)") { "\($0) \($1.key)/\($1.value)" }
    }

    /// What ``text`` wrote; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard let position = parts.first.flatMap({ UInt64($0) }) else { return nil }
        self.init(position: LogPosition(rawValue: position))
        for part in parts.dropFirst() {
            let numbers = part.split(separator: "/")
            guard numbers.count == 2, let partition = Int(numbers[0]), let offset = Int64(numbers[1]) else {
                return nil
            }
            forwarded[partition] = offset
        }
    }
}
