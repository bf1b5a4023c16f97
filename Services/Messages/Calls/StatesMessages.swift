import CMessages
package import Contracts
import Domain

/// User-features: the states of some users.
package enum StatesMessages: CallMessages {
    private static let request = FieldReading(message: "a request for users' states")
    private static let answer = FieldReading(message: "an answer of users' states")
    private static let (unknown, found, unavailable): (UInt8, UInt8, UInt8) = (0, 1, 2)

    package static func encode(request users: [String]) -> [UInt8] {
        Wire.bytes(of: cascade__states_request__init) { memory, message in
            message.n_users = users.count
            message.users = memory.copy(users)
        }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> [String] {
        try Wire.read(bytes, as: request.message, cascade__states_request__unpack) { message throws(MessageError) in
            try request.texts(
                message.users, count: message.n_users, limit: MessageLimits.queries, bytes: RecordLimits.idBytes)
        }
    }

    package static func encode(answer users: [UserLookup]) -> [UInt8] {
        Wire.bytes(of: cascade__states_answer__init) { memory, message in
            let outcomes = memory.room(for: users.count, of: UInt8.self)
            var states: [UserState] = []
            for (place, user) in users.enumerated() {
                switch user {
                case .found(let state):
                    outcomes[place] = found
                    states.append(state)
                case .unknown: outcomes[place] = unknown
                case .unavailable(let error):
                    outcomes[place] = unavailable
                    if message.reason.len == 0 { message.reason = memory.copy("\(error)") }
                }
            }
            message.outcomes = ProtobufCBinaryData(len: users.count, data: outcomes)
            message.n_states = states.count
            message.states = UserStateFields.write(states, in: memory)
        }
    }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> [UserLookup] {
        try Wire.read(bytes, as: answer.message, cascade__states_answer__unpack) { message throws(MessageError) in
            let states = try UserStateFields.read(message.states, count: message.n_states, as: answer)
            let reason = try answer.text(message.reason, limit: RecordLimits.textBytes)
            var users: [UserLookup] = []
            users.reserveCapacity(message.outcomes.len)
            var next = 0
            for place in 0..<message.outcomes.len {
                switch message.outcomes.data[place] {
                case unknown: users.append(.unknown)
                case unavailable: users.append(.unavailable(ServiceUnavailable(reason)))
                case found:
                    try answer.require(next < states.count, "it has fewer states than it says")
                    users.append(.found(states[next]))
                    next += 1
                default: throw .inconsistent("\(answer.message)", "an outcome is none that there is")
                }
            }
            try answer.require(next == states.count, "it has more states than it says")
            return users
        }
    }
}
