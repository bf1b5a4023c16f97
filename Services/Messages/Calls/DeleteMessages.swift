import CMessages
import Contracts

/// Item-features: deletes an item; the answer says whether the catalogue had it.
package enum DeleteMessages: CallMessages {
    private static let request = FieldReading(message: "a request to delete an item")

    package static func encode(request id: String) -> [UInt8] {
        Wire.bytes(of: cascade__delete_request__init) { memory, message in message.id = memory.copy(id) }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> String {
        try Wire.read(bytes, as: request.message, cascade__delete_request__unpack) { message throws(MessageError) in
            try request.require(message.id.len > 0, "it names no item")
            return try request.text(message.id, limit: RecordLimits.idBytes)
        }
    }

    package static func encode(answer wasThere: Bool) -> [UInt8] {
        Wire.bytes(of: cascade__delete_answer__init) { memory, message in message.was_there = wasThere ? 1 : 0 }
    }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Bool {
        try Wire.read(bytes, as: "an answer to a deletion", cascade__delete_answer__unpack) { $0.was_there != 0 }
    }
}
