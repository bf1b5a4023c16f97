import Kernels

/// What a ranker is trained for: in each list the candidate that was taken above the others (Cao et al., Learning to rank:
/// from pairwise to listwise, ICML 2007), and, for a student, the teacher's opinion of all of them (Hinton et al.,
/// Distilling the knowledge in a neural network, 2015, §2, over a list's softmax).
struct ListLoss: Sendable {
    let lists: RankerLists
    /// lists × length: the teacher's scores; nil without one.
    var teacher: [Float]?
    /// What scores are divided by where the teacher's are learned.
    var temperature: Float = 1
    /// Share of what was taken in the loss; the rest is the teacher's.
    var hardShare: Float = 1
    /// Weight of the second head, which tells what the taken candidate was worth to the user, against the first.
    var worthShare: Float = 0

    /// Puts the gradients of the summed loss in the place of a batch's outputs. Returns the sum.
    func replaceOutputs(of batch: RankerBatch, for chosen: ArraySlice<Int>, heads: Int) -> Double {
        let length = lists.length
        var sum: Float = 0
        var own = [Float](repeating: 0, count: length)
        var soft = own
        var target = own
        for (place, list) in chosen.enumerated() {
            let outputs = unsafe batch.outputs.base + place * length * heads
            let offsets = lists.offsets[(list * length)..<((list + 1) * length)]
            for (row, offset) in offsets.enumerated() {
                unsafe own[row] = outputs[row * heads] + offset
                unsafe soft[row] = outputs[row * heads] / temperature + offset
            }
            let total = Self.softmax(&own)
            let first = unsafe outputs[0] + offsets[offsets.startIndex]
            sum += hardShare * (total - first)
            if let teacher {
                for (row, offset) in offsets.enumerated() {
                    target[row] = teacher[list * length + row] / temperature + offset
                }
                let values = soft
                let softTotal = Self.softmax(&soft)
                _ = Self.softmax(&target)
                for row in 0..<length where target[row] > 0 {
                    sum += (1 - hardShare) * temperature * temperature * target[row] * (softTotal - values[row])
                }
            }
            for row in 0..<length {
                var slope = hardShare * (own[row] - (row == 0 ? 1 : 0))
                if teacher != nil { slope += (1 - hardShare) * temperature * (soft[row] - target[row]) }
                unsafe outputs[row * heads] = slope
            }
            if heads > 1 { sum += unsafe replaceWorth(outputs, list, heads) }
        }
        return Double(sum)
    }

    /// The second head's part: half the squared error of the taken candidate.
    @unsafe
    private func replaceWorth(_ outputs: UnsafeMutablePointer<Float>, _ list: Int, _ heads: Int) -> Float {
        let error = unsafe outputs[1] - lists.worths[list]
        for row in 1..<lists.length { unsafe outputs[row * heads + 1] = 0 }
        unsafe outputs[1] = worthShare * error
        return 0.5 * worthShare * error * error
    }

    /// Returns log Σ exp.
    private static func softmax(_ values: inout [Float]) -> Float {
        var total: Float = 0
        let count = values.count
        unsafe values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            unsafe Kernels.unsafeSoftmaxRows(rows: 1, columns: count, base, logSumExp: &total)
        }
        return total
    }
}
