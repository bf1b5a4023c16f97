import Kernels

/// Ranges of blocks, in groups that are scanned at once: short ranges together, long ones in pieces.
enum BlockGroups {
    /// Blocks of a group at most.
    static let most = CandidateList.step / Kernels.blockRows

    /// Calls a closure for one group after the other, with its ranges and how many blocks they are; ends when it returns false.
    /// Uses the ranges up.
    @inline(__always)
    static func forEach(
        _ ranges: UnsafeMutableBufferPointer<BlockRange>,
        _ body: (UnsafeBufferPointer<BlockRange>, _ blocks: Int) -> Bool
    ) {
        let most = UInt32(most)
        var first = 0
        while first < ranges.count {
            var end = first
            var blocks: UInt32 = 0
            while end < ranges.count, unsafe blocks + ranges[end].count <= most {
                unsafe blocks += ranges[end].count
                end += 1
            }
            if end > first {
                guard unsafe body(UnsafeBufferPointer(rebasing: ranges[first..<end]), Int(blocks)) else { return }
                first = end
            } else {
                var piece = unsafe BlockRange(first: ranges[first].first, count: most)
                let goesOn = unsafe withUnsafePointer(to: &piece) {
                    unsafe body(UnsafeBufferPointer(start: $0, count: 1), Int(most))
                }
                guard goesOn else { return }
                unsafe ranges[first].first += most
                unsafe ranges[first].count -= most
            }
        }
    }
}
