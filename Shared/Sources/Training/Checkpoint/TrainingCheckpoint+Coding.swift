import Checksum
import FoundationEssentials
import Models

extension TrainingCheckpoint {
    /// The format that this build writes and the only one that it reads. It changes with the course of training, too: who
    /// goes on must do what the one before would have done.
    public static let format = 1

    /// Why bytes are no checkpoint of this build.
    public enum Refusal: Error, Equatable {
        /// They are cut, changed, or something else; the reason in words.
        case damaged(String)
        /// Another build wrote them.
        case otherFormat(Int)
    }

    private struct Header: Codable {
        var identity: TrainingIdentity
        var curve: [LearningCurves.Point]
        var epoch: Int
        var worse: Int
        var step: Int
        var random: [UInt64]
        var epochStarts: [[UInt64]]
        var parameters: Int
        var bestEpoch: Int?
        var bestFigure: Double?
    }

    private static let magic = Array("CASCKPT\n".utf8)

    /// The bytes of a file, little-endian:
    ///
    ///     "CASCKPT\n"  format: u32  header length: u32  header: JSON, UTF-8
    ///     parameters, first moments, second moments[, best parameters]: f32 each
    ///     XXH3-64 of everything before: u64
    public func encoded() -> [UInt8] {
        let header = Header(
            identity: identity, curve: curve, epoch: state.epoch, worse: state.worse, step: state.step,
            random: state.random.words, epochStarts: state.epochStarts.map(\.words),
            parameters: state.parameters.count, bestEpoch: state.best?.epoch, bestFigure: state.best?.figure)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let text = try? encoder.encode(header) else {
            preconditionFailure("a checkpoint holds finite numbers only")
        }
        var bytes = Self.magic
        bytes.reserveCapacity(16 + text.count + 16 * state.parameters.count + 8)
        Self.append(UInt64(Self.format), 4, to: &bytes)
        Self.append(UInt64(text.count), 4, to: &bytes)
        bytes += text
        for tensor in [state.parameters, state.first, state.second, state.best?.parameters ?? []] {
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
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[16..<(16 + length)])),
            let random = RandomSource(words: header.random)
        else { throw .damaged("its header makes no sense") }
        let starts = header.epochStarts.compactMap { RandomSource(words: $0) }
        let tensors = header.bestFigure == nil ? 3 : 4
        guard header.parameters >= 0, header.parameters <= body / 4,
            16 + length + 4 * tensors * header.parameters == body, starts.count == header.epochStarts.count,
            starts.count == header.epoch, header.epoch >= 1, header.worse >= 0, header.step >= 0
        else { throw .damaged("its header does not fit the rest") }
        func tensor(_ place: Int) -> [Float] {
            let start = 16 + length + 4 * place * header.parameters
            var values = [Float](repeating: 0, count: header.parameters)
            unsafe values.withUnsafeMutableBytes { target in
                unsafe bytes.withUnsafeBytes { source in
                    unsafe target.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: source[start..<(start + target.count)]))
                }
            }
            return values
        }
        identity = header.identity
        curve = header.curve
        state = TwoTowerState(
            epoch: header.epoch, worse: header.worse, step: header.step, random: random, epochStarts: starts,
            best: header.bestFigure.map {
                TwoTowerState.Best(figure: $0, epoch: header.bestEpoch ?? 0, parameters: tensor(3))
            },
            parameters: tensor(0), first: tensor(1), second: tensor(2))
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
