import CMessages
package import Contracts
package import Domain

/// Recall: items like given ones.
package enum SimilarMessages: CallMessages {
    package struct Request: Sendable, Equatable {
        package var items: [ItemNumber]
        package var limit: Int

        package init(items: [ItemNumber], limit: Int) {
            self.items = items
            self.limit = limit
        }
    }

    private static let request = FieldReading(message: "a request for similar items")

    package static func encode(request: Request) -> [UInt8] {
        Wire.bytes(of: cascade__similar_request__init) { memory, message in
            message.n_items = request.items.count
            message.items = memory.copy(request.items)
            message.limit = UInt32(clamping: request.limit)
        }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Request {
        try Wire.read(bytes, as: request.message, cascade__similar_request__unpack) { message throws(MessageError) in
            try request.require(
                message.n_items <= MessageLimits.queries && message.limit <= MessageLimits.candidates
                    && message.n_items * Int(message.limit) <= MessageLimits.candidatesOfAll,
                "it wants \(message.limit) items for each of \(message.n_items)")
            return Request(items: Array(message.items, count: message.n_items), limit: Int(message.limit))
        }
    }

    package static func encode(answer: CandidateBatch) -> [UInt8] { CandidatesMessages.encode(answer: answer) }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> CandidateBatch {
        try CandidatesMessages.decodeAnswer(bytes)
    }
}
