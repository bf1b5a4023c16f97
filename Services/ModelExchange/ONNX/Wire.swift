import CONNX

/// From generated messages to bytes and back.
enum Wire {
    /// The bytes of a message that `build` makes of an empty one. O(bytes).
    static func bytes<Message>(
        of initialize: (UnsafeMutablePointer<Message>?) -> Void, _ build: (WireMemory, inout Message) -> Void
    ) -> [UInt8] {
        let memory = WireMemory()
        let message = UnsafeMutablePointer<Message>.allocate(capacity: 1)
        defer { message.deallocate() }
        initialize(message)
        build(memory, &message.pointee)
        return withExtendedLifetime(memory) {
            message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { base in
                let length = protobuf_c_message_get_packed_size(base)
                return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                    count = length > 0 ? protobuf_c_message_pack(base, buffer.baseAddress) : 0
                }
            }
        }
    }

    /// What `read` makes of the message in `bytes`. Fields that this build does not know are passed over. O(bytes).
    static func read<Message, Result>(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<
            Message
        >?,
        _ read: (Message) throws(ExchangeError) -> Result
    ) throws(ExchangeError) -> Result {
        guard let message = unpack(nil, bytes.count, bytes.baseAddress) else {
            throw .invalid("is no ONNX model, or is cut off: export it again")
        }
        defer {
            message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) {
                protobuf_c_message_free_unpacked($0, nil)
            }
        }
        return try read(message.pointee)
    }
}

extension ProtobufCBinaryData {
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: data, count: data == nil ? 0 : len) }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The elements of a repeated field.
func elements<Element>(_ base: UnsafeMutablePointer<Element>?, _ count: Int) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: base == nil ? 0 : count)
}
