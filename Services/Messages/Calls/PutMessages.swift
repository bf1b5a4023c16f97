import CMessages
package import Domain

/// Item-features: creates or replaces items; the answer is empty.
package enum PutMessages: CallMessages {
    private static let request = FieldReading(message: "a request to put items")

    /// What a put answers when it is done.
    package struct Done: Sendable {
        package init() {}
    }

    package static func encode(request items: [Item]) -> [UInt8] {
        Wire.bytes(of: cascade__put_request__init) { memory, message in
            let messages = memory.room(for: items.count, of: Cascade__Item.self, cascade__item__init)
            for (place, item) in items.enumerated() { ItemFields.write(item, to: &messages[place], in: memory) }
            message.n_items = items.count
            message.items = memory.pointers(to: messages, count: items.count)
        }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> [Item] {
        try Wire.read(bytes, as: request.message, cascade__put_request__unpack) { message throws(MessageError) in
            var items: [Item] = []
            items.reserveCapacity(message.n_items)
            for place in 0..<message.n_items {
                items.append(try ItemFields.read(message.items[place]!.pointee, as: request))
            }
            return items
        }
    }

    package static func encode(answer: Done) -> [UInt8] { [] }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Done { Done() }
}
