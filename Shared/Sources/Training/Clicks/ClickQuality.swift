#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How well scores, which are logits, tell rows of label 1 from rows of label 0.
public struct ClickQuality: Sendable, Equatable {
    /// Chance that a row of label 1 scores above one of label 0, ties counting half.
    public let auc: Double
    /// Mean of -ln of the probability of the label.
    public let logLoss: Double
    /// Expected calibration error over 20 bins of equal numbers of rows: the mean distance of the mean probability from the
    /// share of label 1 (Naeini et al., AAAI 2015).
    public let calibrationError: Double
    /// Mean over the groups with both labels of NDCG@10 of the group's rows in the order of their scores, gains being the
    /// labels; 0 without groups.
    public let ndcg: Double

    private static let bins = 20
    private static let cutoff = 10

    /// Measures. O(rows·log rows).
    ///
    /// - Parameters:
    ///   - groups: which user a row belongs to; below zero none.
    public init(logits: [Float], labels: [Float], groups: [Int32]) {
        precondition(logits.count == labels.count && groups.count == labels.count, "a score and a group for each row")
        let order = logits.indices.sorted { (logits[$0], $0) < (logits[$1], $1) }
        auc = Self.auc(order, logits, labels)
        var loss = 0.0
        for (logit, label) in zip(logits, labels) {
            loss += max(Double(logit), 0) + log1p(exp(-abs(Double(logit)))) - Double(logit * label)
        }
        logLoss = loss / Double(max(1, labels.count))
        var error = 0.0
        for bin in 0..<Self.bins {
            let range = Parallel.share(of: order.count, part: bin, parts: Self.bins)
            error += abs(
                range.reduce(0.0) { $0 + 1 / (1 + exp(-Double(logits[order[$1]]))) - Double(labels[order[$1]]) })
        }
        calibrationError = error / Double(max(1, labels.count))
        ndcg = Self.ndcg(logits, labels, groups)
    }

    /// From the sum of the ranks of label 1, equal scores sharing the mean of theirs (Mann & Whitney 1947).
    private static func auc(_ order: [Int], _ logits: [Float], _ labels: [Float]) -> Double {
        var (ranks, positives, start) = (0.0, 0.0, 0)
        while start < order.count {
            // What is not a number equals nothing, not even itself: each such row stands alone.
            var (end, ones) = (start + 1, Double(labels[order[start]]))
            while end < order.count, logits[order[end]] == logits[order[start]] {
                ones += Double(labels[order[end]])
                end += 1
            }
            ranks += ones * Double(start + end + 1) / 2
            positives += ones
            start = end
        }
        let negatives = Double(order.count) - positives
        guard positives > 0, negatives > 0 else { return 0.5 }
        return (ranks - positives * (positives + 1) / 2) / (positives * negatives)
    }

    private static func ndcg(_ logits: [Float], _ labels: [Float], _ groups: [Int32]) -> Double {
        var rows: [Int32: [Int]] = [:]
        for (row, group) in groups.enumerated() where group >= 0 { rows[group, default: []].append(row) }
        var (sum, count) = (0.0, 0)
        for group in rows.keys.sorted() {
            guard let own = rows[group] else { continue }
            let ones = own.count { labels[$0] == 1 }
            guard ones > 0, ones < own.count else { continue }
            let best = own.sorted { (logits[$1], $0) < (logits[$0], $1) }.prefix(cutoff)
            let gain = best.enumerated().reduce(0.0) { $0 + Double(labels[$1.element]) / log2(Double($1.offset) + 2) }
            let ideal = (0..<min(ones, cutoff)).reduce(0.0) { $0 + 1 / log2(Double($1) + 2) }
            sum += gain / ideal
            count += 1
        }
        return sum / Double(max(1, count))
    }
}
