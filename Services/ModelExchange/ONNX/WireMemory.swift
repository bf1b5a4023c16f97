import CONNX

/// Memory that a message refers to while it is written; all of it goes when this does.
final class WireMemory {
    private var pieces: [UnsafeMutableRawPointer] = []

    deinit { for piece in pieces { piece.deallocate() } }

    func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let stride = MemoryLayout<Element>.stride
        let piece = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, elements.count * stride), alignment: MemoryLayout<Element>.alignment)
        pieces.append(piece)
        let copy = piece.bindMemory(to: Element.self, capacity: elements.count)
        elements.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            copy.initialize(from: base, count: elements.count)
        }
        return copy
    }

    func data(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        ProtobufCBinaryData(len: bytes.count, data: copy(bytes))
    }

    func data(_ text: String) -> ProtobufCBinaryData { data(Array(text.utf8)) }

    func list(_ messages: [[UInt8]]) -> UnsafeMutablePointer<ProtobufCBinaryData> { copy(messages.map { data($0) }) }

    func list(_ texts: [String]) -> UnsafeMutablePointer<ProtobufCBinaryData> { copy(texts.map { data($0) }) }
}
