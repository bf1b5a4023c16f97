import CMessages

/// Memory of the calling thread for the length of one reading or writing.
struct MessageMemory: ~Copyable {
    private let arena: OpaquePointer

    /// Lends memory, at most `limit` bytes of it, to `body`, which must not suspend.
    static func withMemory<Result, Failure>(
        limit: Int = .max, _ body: (borrowing MessageMemory) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let arena = cmessages_arena_open(limit) else { fatalError("no memory for a message") }
        defer { cmessages_arena_close(arena) }
        return try body(MessageMemory(arena: arena))
    }

    /// Whether more was asked for than the limit.
    var wasExceeded: Bool { cmessages_arena_was_exceeded(arena) != 0 }

    var allocator: UnsafeMutablePointer<ProtobufCAllocator> { cmessages_arena_allocator(arena) }

    /// Room for `count` elements, for what is written, which has no limit. There is always room, or the process ends as
    /// at any other allocation.
    func room<Element: BitwiseCopyable>(for count: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
        take(count * MemoryLayout<Element>.stride).bindMemory(to: type, capacity: count)
    }

    /// Generated messages, each made empty by its own function.
    func room<Message>(
        for count: Int, of type: Message.Type, _ initialize: (UnsafeMutablePointer<Message>?) -> Void
    ) -> UnsafeMutablePointer<Message> {
        let messages = take(count * MemoryLayout<Message>.stride).bindMemory(to: type, capacity: count)
        for place in 0..<count { initialize(messages + place) }
        return messages
    }

    private func take(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard let memory = cmessages_arena_take(arena, bytes) else { fatalError("no memory for a message") }
        return memory
    }
}

// MARK: Copies of what messages hold

extension MessageMemory {
    func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element>? {
        guard !elements.isEmpty else { return nil }
        let copy = room(for: elements.count, of: Element.self)
        elements.withUnsafeBufferPointer { copy.initialize(from: $0.baseAddress!, count: elements.count) }
        return copy
    }

    func copy(_ text: String) -> ProtobufCBinaryData {
        var text = text
        return text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress, !utf8.isEmpty else { return ProtobufCBinaryData(len: 0, data: nil) }
            let copy = room(for: utf8.count, of: UInt8.self)
            copy.initialize(from: base, count: utf8.count)
            return ProtobufCBinaryData(len: utf8.count, data: copy)
        }
    }

    func copy(_ texts: [String]) -> UnsafeMutablePointer<ProtobufCBinaryData>? {
        guard !texts.isEmpty else { return nil }
        let copies = room(for: texts.count, of: ProtobufCBinaryData.self)
        for (place, text) in texts.enumerated() { copies[place] = copy(text) }
        return copies
    }

    /// Pointers to messages that lie one after the other, as repeated messages are given.
    func pointers<Message>(
        to messages: UnsafeMutablePointer<Message>, count: Int
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?>? {
        guard count > 0 else { return nil }
        let pointers = room(for: count, of: UnsafeMutablePointer<Message>?.self)
        for place in 0..<count { pointers[place] = messages + place }
        return pointers
    }
}
