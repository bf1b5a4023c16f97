import CMessages
import Contracts

/// User-features: erases a user; the answer says whether anything was known.
package enum EraseMessages: CallMessages {
    private static let request = FieldReading(message: "a request to erase a user")

    package static func encode(request user: String) -> [UInt8] {
        Wire.bytes(of: cascade__erase_request__init) { memory, message in message.user = memory.copy(user) }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> String {
        try Wire.read(bytes, as: request.message, cascade__erase_request__unpack) { message throws(MessageError) in
            try request.require(message.user.len > 0, "it names no user")
            return try request.text(message.user, limit: RecordLimits.idBytes)
        }
    }

    package static func encode(answer wasKnown: Bool) -> [UInt8] {
        Wire.bytes(of: cascade__erase_answer__init) { memory, message in message.was_known = wasKnown ? 1 : 0 }
    }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Bool {
        try Wire.read(bytes, as: "an answer to an erasure", cascade__erase_answer__unpack) { $0.was_known != 0 }
    }
}
