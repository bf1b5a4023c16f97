import Foundation
import Kernels
import Peaks

/// The kernels as the other side of a comparison: a script names a piece of work and how often to do it, line by line, and
/// gets the CPU time of one, so that it can take turns between libraries. See `scripts/bench-kernels`.
///
///     plain 20   →   0.000123
final class Comparison {
    private let folder: String
    private let shape = [128, 128, 64, 1]
    private let users = 64
    private let plain: QuantisedMLP
    private let split: SplitMLP
    private let halves: ItemHalves
    private let user: [Float]
    private let candidates: [UInt32]
    private let rows: [Float]
    private var scores: [Float]
    private var scratch = NetworkScratch()
    private let matrix = ScanMatrix(blocks: 256, dimensions: 64)
    private let large = ScanMatrix(blocks: 262_144, dimensions: 64)
    private let dense: QuantisedMLP

    /// Reads the folder that the script wrote: raw little-endian values.
    init(folder: String) throws {
        self.folder = folder
        var parameters = try Self.floats(folder, "network")[...]
        var layers: [DenseLayer] = []
        for (inputs, outputs) in zip(shape, shape.dropFirst()) {
            let weights = Array(parameters.prefix(inputs * outputs))
            parameters = parameters.dropFirst(inputs * outputs)
            layers.append(
                DenseLayer(
                    inputs: inputs, outputs: outputs, weights: weights, biases: Array(parameters.prefix(outputs))))
            parameters = parameters.dropFirst(outputs)
        }
        let samples = try Self.floats(folder, "samples")
        let calibration = Calibration(layers: layers, rows: samples.count / shape[0], samples: samples.span)
        plain = QuantisedMLP(layers: layers, calibration: calibration)
        split = SplitMLP(layers: layers, userInputs: users, calibration: calibration)
        let items = try Self.floats(folder, "items")
        halves = split.itemHalves(rows: items.count / split.itemInputs, items.span)
        user = try Self.floats(folder, "user")
        candidates = try Data(contentsOf: URL(fileURLWithPath: folder + "/candidates"))
            .withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
        rows = try Self.floats(folder, "rows")
        scores = [Float](repeating: 0, count: candidates.count)
        // A wide layer, where what happens around the products hardly counts.
        let wide = DenseLayer(
            inputs: 1_024, outputs: 1_024, weights: Random.weights(1_024 * 1_024),
            biases: [Float](repeating: 0, count: 1_024))
        let last = DenseLayer(
            inputs: 1_024, outputs: 1, weights: Random.weights(1_024), biases: [0])
        dense = QuantisedMLP(layers: [wide, last], calibration: Calibration(inputs: 0...1, limits: [20]))
    }

    /// Answers until there are no more lines.
    func run() throws {
        let wide = Random.floats(Self.wideRows * 1_024)
        var wideScores = [Float](repeating: 0, count: Self.wideRows)
        print("level \(Kernels.level)")
        fflush(nil)
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let times = Int(words[1]) else { throw ComparisonError(line: line) }
            let time: (() -> Void) -> Double = { Self.seconds(times, $0) }
            let answer: Double
            switch words[0] {
            case "plain": answer = time { scorePlain() }
            case "split": answer = time { scoreSplit() }
            case "peak": answer = Self.perUnit(time { _ = peak_products(100_000) }, peak_products(1) * 100_000)
            case "grouped":
                answer = Self.perUnit(time { _ = peak_grouped_products(100_000) }, peak_grouped_products(1) * 100_000)
            case "dense":
                let seconds = time {
                    var span = wideScores.mutableSpan
                    dense.score(rows: Self.wideRows, wide.span, into: &span, scratch: &scratch)
                }
                answer = Self.perUnit(seconds, UInt64(Self.wideRows * 1_024 * 1_025))
            case "scan1": answer = Self.perUnit(time { matrix.scan(queries: 1) }, matrix.products)
            case "scan8": answer = Self.perUnit(time { matrix.scan(queries: 8) }, 8 * matrix.products)
            case "scan-memory": answer = Self.perUnit(time { large.scan(queries: 1) }, large.bytes)
            case "read-memory": answer = Self.perUnit(time { large.read() }, large.bytes)
            case "write-plain":
                scorePlain()
                answer = try write("scores-plain")
            case "write-split":
                scoreSplit()
                answer = try write("scores-split")
            default: throw ComparisonError(line: line)
            }
            print(answer)
            fflush(nil)
        }
    }

    private static let wideRows = 384

    private func scorePlain() {
        let rows = rows
        var found = scores
        var span = found.mutableSpan
        plain.score(rows: candidates.count, rows.span, into: &span, scratch: &scratch)
        scores = found
    }

    private func scoreSplit() {
        let (user, candidates) = (user, candidates)
        var found = scores
        var span = found.mutableSpan
        split.score(user: user.span, items: candidates.span, of: halves, into: &span, scratch: &scratch)
        scores = found
    }

    private func write(_ name: String) throws -> Double {
        try scores.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: folder + "/" + name))
        return 0
    }

    /// Seconds a unit; 0 where there is nothing to measure.
    private static func perUnit(_ seconds: Double, _ units: UInt64) -> Double {
        units == 0 ? 0 : seconds / Double(units)
    }

    /// CPU time of this thread for one of `times` runs.
    private static func seconds(_ times: Int, _ work: () -> Void) -> Double {
        let start = now()
        for _ in 0..<times { work() }
        return (now() - start) / Double(times)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    private static func floats(_ folder: String, _ name: String) throws -> [Float] {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

/// A line that is no work.
struct ComparisonError: Error, CustomStringConvertible {
    let line: String

    var description: String { "not a piece of work and how often to do it: \(line)" }
}
