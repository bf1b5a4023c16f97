import CMessages

/// From generated messages to bytes and back.
enum Wire {
    typealias Unpack<Message> = (
        UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<Message>?

    /// The bytes of a message that `build` makes of a generated one. O(bytes).
    static func bytes<Message>(
        of initialize: (UnsafeMutablePointer<Message>?) -> Void,
        _ build: (borrowing MessageMemory, inout Message) -> Void
    ) -> [UInt8] {
        MessageMemory.withMemory { memory in
            let message = memory.room(for: 1, of: Message.self, initialize)
            build(memory, &message.pointee)
            return message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { base in
                let length = protobuf_c_message_get_packed_size(base)
                return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                    count = length > 0 ? protobuf_c_message_pack(base, buffer.baseAddress) : 0
                }
            }
        }
    }

    /// What `read` makes of the message in `bytes`. Fields that this build does not know are passed over. O(bytes).
    static func read<Message, Result>(
        _ bytes: UnsafeRawBufferPointer, as name: StaticString, _ unpack: Unpack<Message>,
        _ read: (Message) throws(MessageError) -> Result
    ) throws(MessageError) -> Result {
        let name = "\(name)"
        guard bytes.count <= MessageLimits.bytes else { throw .tooLarge(name, bytes.count) }
        return try MessageMemory.withMemory(limit: MessageLimits.memory(toRead: bytes.count)) {
            memory throws(MessageError) in
            let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let message = unpack(memory.allocator, bytes.count, base) else {
                throw memory.wasExceeded ? .tooLarge(name, bytes.count) : .malformed(name)
            }
            return try read(message.pointee)
        }
    }
}
