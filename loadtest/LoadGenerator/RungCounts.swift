/// Answers by the rung of the degrade ladder that they stand on: their header `X-Cascade-Rung`, or the text of their
/// `degraded` field where there is no such header.
package struct RungCounts: Sendable, Equatable {
    private var rungs: [(text: [UInt8], count: Int)] = []

    /// Rungs told apart; a server that sends more texts than the ladder has rungs is not worth more memory.
    private static let limit = 16

    private static let key = Array("\"degraded\":\"".utf8)

    package init() {}

    /// Counts the answer with this body, if it has the field among its first bytes, before the items.
    package mutating func count(in body: UnsafeRawBufferPointer) {
        let head = body.prefix(512)
        guard let text = Self.text(in: UnsafeRawBufferPointer(rebasing: head)) else { return }
        add(text, 1)
    }

    /// Counts an answer whose header names its rung.
    package mutating func count(_ name: String) {
        var name = name
        name.withUTF8 { add(UnsafeRawBufferPointer($0), 1) }
    }

    package mutating func merge(_ other: RungCounts) {
        for rung in other.rungs { rung.text.withUnsafeBytes { add($0, rung.count) } }
    }

    /// Counts by text.
    package var byName: [String: Int] {
        .init(rungs.map { (String(decoding: $0.text, as: UTF8.self), $0.count) }, uniquingKeysWith: +)
    }

    package static func == (left: RungCounts, right: RungCounts) -> Bool { left.byName == right.byName }

    private mutating func add(_ text: UnsafeRawBufferPointer, _ count: Int) {
        if let index = rungs.firstIndex(where: { $0.text.elementsEqual(text) }) {
            rungs[index].count += count
        } else if rungs.count < Self.limit {
            rungs.append((Array(text), count))
        }
    }

    private static func text(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var start = 0
        while start + key.count < head.count {
            if head[start] == key[0], head[start..<start + key.count].elementsEqual(key) {
                let rest = head[(start + key.count)...]
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
                return UnsafeRawBufferPointer(rebasing: head[rest.startIndex..<end])
            }
            start += 1
        }
        return nil
    }
}
