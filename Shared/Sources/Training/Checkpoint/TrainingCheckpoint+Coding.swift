import Checksum
import FoundationEssentials
import Models

extension TrainingCheckpoint {
    /// The format that this build writes and the only one that it reads. It changes with the course of training, too: who
    /// goes on must do what the one before would have done.
    public static let format = 3

    /// Why bytes are no checkpoint of this build.
    public enum Refusal: Error, Equatable {
        /// They are cut, changed, or something else; the reason in words.
        case damaged(String)
        /// Another build wrote them.
        case otherFormat(Int)
    }

    private struct Header: Codable {
        struct Finished: Codable {
            var name: String
            var epoch: Int
            var figure: Double?
            var parameters: Int
        }

        struct Running: Codable {
            var name: String
            var epoch: Int
            var worse: Int
            var step: Int
            var random: [UInt64]
            var epochStarts: [[UInt64]]
            var parameters: Int
            var bestEpoch: Int?
            var bestFigure: Double?

            /// Parameters, both moments, and the best parameters if there are any.
            var tensors: Int { bestFigure == nil ? 3 : 4 }
        }

        var identity: TrainingIdentity
        var curve: [LearningCurves.Point]
        var finished: [Finished]
        var running: Running?

        /// How long each tensor is, in the file's order.
        var lengths: [Int] {
            finished.map(\.parameters)
                + (running.map { [Int](repeating: $0.parameters, count: $0.tensors) } ?? [])
        }
    }

    private static let magic = Array("CASCKPT\n".utf8)

    /// The bytes of a file, little-endian:
    ///
    ///     "CASCKPT\n"  format: u32  header length: u32  header: JSON, UTF-8
    ///     for each finished phase its parameters, and for the running one
    ///     parameters, first moments, second moments[, best parameters]: f32 each
    ///     XXH3-64 of everything before: u64
    public func encoded() -> [UInt8] {
        let header = Header(
            identity: identity, curve: curve,
            finished: finished.map {
                Header.Finished(name: $0.name, epoch: $0.epoch, figure: $0.figure, parameters: $0.parameters.count)
            },
            running: running.map {
                Header.Running(
                    name: $0.name, epoch: $0.state.epoch, worse: $0.state.worse, step: $0.state.step,
                    random: $0.state.random.words, epochStarts: $0.state.epochStarts.map(\.words),
                    parameters: $0.state.parameters.count, bestEpoch: $0.state.best?.epoch,
                    bestFigure: $0.state.best?.figure)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let text = try? encoder.encode(header) else {
            preconditionFailure("a checkpoint holds finite numbers only")
        }
        var bytes = Self.magic
        bytes.reserveCapacity(16 + text.count + 4 * header.lengths.reduce(0, +) + 8)
        Self.append(UInt64(Self.format), 4, to: &bytes)
        Self.append(UInt64(text.count), 4, to: &bytes)
        bytes += text
        for tensor in finished.map(\.parameters) + (running?.state.tensors ?? []) {
            unsafe tensor.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        Self.append(Self.checksum(of: bytes, count: bytes.count), 8, to: &bytes)
        return bytes
    }

    /// The checkpoint that ``encoded()`` wrote. Nothing is believed: lengths and checksum are looked at first.
    public init(decoding bytes: [UInt8]) throws(Refusal) {
        guard bytes.count >= 24, bytes.starts(with: Self.magic) else {
            throw .damaged("it does not begin as one")
        }
        let format = Int(Self.number(bytes, at: 8, 4))
        guard format == Self.format else { throw .otherFormat(format) }
        let body = bytes.count - 8
        guard Self.number(bytes, at: body, 8) == Self.checksum(of: bytes, count: body) else {
            throw .damaged("its checksum does not fit: it was cut or changed")
        }
        let length = Int(Self.number(bytes, at: 12, 4))
        guard length <= body - 16,
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[16..<(16 + length)]))
        else { throw .damaged("its header makes no sense") }
        var start = 16 + length
        var tensors: [[Float]] = []
        for count in header.lengths {
            guard count >= 0, count <= (body - start) / 4 else { throw .damaged("its header does not fit the rest") }
            tensors.append(Self.floats(bytes, at: start, count: count))
            start += 4 * count
        }
        guard start == body else { throw .damaged("its header does not fit the rest") }
        identity = header.identity
        curve = header.curve
        finished = zip(header.finished, tensors).map {
            FinishedPhase(name: $0.name, epoch: $0.epoch, figure: $0.figure, parameters: $1)
        }
        guard let phase = header.running else {
            running = nil
            return
        }
        guard let state = Self.state(phase, Array(tensors.suffix(phase.tensors))) else {
            throw .damaged("its header makes no sense")
        }
        running = RunningPhase(name: phase.name, state: state)
    }

    /// The state of a running phase; nil where its header contradicts itself.
    private static func state(_ header: Header.Running, _ tensors: [[Float]]) -> NetworkState? {
        let starts = header.epochStarts.compactMap { RandomSource(words: $0) }
        guard let random = RandomSource(words: header.random), starts.count == header.epochStarts.count,
            starts.count == header.epoch, header.epoch >= 1, header.worse >= 0, header.step >= 0
        else { return nil }
        return NetworkState(
            epoch: header.epoch, worse: header.worse, step: header.step, random: random, epochStarts: starts,
            best: header.bestFigure.map {
                NetworkState.Best(figure: $0, epoch: header.bestEpoch ?? 0, parameters: tensors[3])
            },
            parameters: tensors[0], first: tensors[1], second: tensors[2])
    }

    private static func floats(_ bytes: [UInt8], at start: Int, count: Int) -> [Float] {
        var values = [Float](repeating: 0, count: count)
        unsafe values.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[start..<(start + target.count)]))
            }
        }
        return values
    }

    private static func checksum(of bytes: [UInt8], count: Int) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe XXH3.checksum(of: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }

    private static func number(_ bytes: [UInt8], at start: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
    }
}
