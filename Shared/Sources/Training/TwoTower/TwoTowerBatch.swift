/// One step's samples, candidates and histories, in terms of local indices: the distinct items that the step touches, the
/// candidates first.
struct TwoTowerBatch: Sendable {
    /// Numbers of the local items; the first `candidateCount` are candidates.
    var items: [Int32] = []
    var candidateCount = 0
    /// Whether a local item goes without its own embedding in this step.
    var isDropped: [Bool] = []
    /// ln of each candidate's probability of being among the candidates: what its logit is corrected by.
    var logInclusion: [Float] = []

    /// The samples' users, and the candidate that each is about.
    var users: [Int32] = []
    var targets: [Int32] = []

    /// Where in the following each sample's history begins, and where the last one's ends.
    var historyStarts: [Int] = [0]
    var historyItems: [Int32] = []
    var historyLong: [Float] = []
    var historyShort: [Float] = []

    /// Where in the following each sample's candidates begin that are the user's own, the target left out.
    var maskStarts: [Int] = [0]
    var masked: [Int32] = []

    var count: Int { users.count }

    /// The history of a sample: local indices, and their weights in the long and the short average.
    @unsafe
    func withHistory(
        of sample: Int,
        _ body: (UnsafeBufferPointer<Int32>, UnsafePointer<Float>, UnsafePointer<Float>) -> Void
    ) {
        let range = historyStarts[sample]..<historyStarts[sample + 1]
        unsafe historyItems.withUnsafeBufferPointer { items in
            unsafe historyLong.withUnsafeBufferPointer { long in
                unsafe historyShort.withUnsafeBufferPointer { short in
                    guard let long = long.baseAddress, let short = short.baseAddress else { return }
                    let rows = unsafe UnsafeBufferPointer(rebasing: items[range])
                    unsafe body(rows, long + range.lowerBound, short + range.lowerBound)
                }
            }
        }
    }

    /// Adds the details of the next samples.
    mutating func append(_ details: SampleDetails) {
        historyLong += details.long
        historyShort += details.short
        for length in details.maskLengths { maskStarts.append(maskStarts[maskStarts.count - 1] + length) }
        masked += details.masked
    }

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        candidateCount = 0
        isDropped.removeAll(keepingCapacity: true)
        logInclusion.removeAll(keepingCapacity: true)
        users.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
        historyStarts.removeAll(keepingCapacity: true)
        historyStarts.append(0)
        historyItems.removeAll(keepingCapacity: true)
        historyLong.removeAll(keepingCapacity: true)
        historyShort.removeAll(keepingCapacity: true)
        maskStarts.removeAll(keepingCapacity: true)
        maskStarts.append(0)
        masked.removeAll(keepingCapacity: true)
    }
}
