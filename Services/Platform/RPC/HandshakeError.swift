/// Why two sides do not come together.
enum HandshakeError: Error, Equatable, CustomStringConvertible {
    /// The peer's first bytes are not ours: something else listens, or calls, there.
    case notOurProtocol
    /// It begins as it should, but goes on with what no version says.
    case malformed
    case noCommonVersion(ours: ClosedRange<UInt16>)
    /// The server has a key and the client has none.
    case keyNeeded
    /// The client has a key and the server has none.
    case keyUnknown
    case wrongKey
    case tooManyConnections
    /// The peer ended the connection, or said nothing in time.
    case noAnswer

    var description: String {
        switch self {
        case .notOurProtocol: "the peer does not speak this protocol: check the address and the port"
        case .malformed: "the peer's handshake is malformed"
        case .noCommonVersion(let ours):
            "the peer speaks no version of the protocol between \(ours.lowerBound) and \(ours.upperBound): run the "
                + "same release everywhere"
        case .keyNeeded: "the server wants a key: set CASCADE_RPC_KEY to the same key for all roles"
        case .keyUnknown: "the server has no key: set CASCADE_RPC_KEY to the same key for all roles"
        case .wrongKey: "the keys differ: set CASCADE_RPC_KEY to the same key for all roles"
        case .tooManyConnections: "the server has too many connections"
        case .noAnswer: "the peer does not answer the handshake"
        }
    }

    /// The first field of a verdict; nil for errors that get none.
    var verdict: UInt32? {
        switch self {
        case .noCommonVersion: 1
        case .keyNeeded: 2
        case .keyUnknown: 3
        case .wrongKey: 4
        case .tooManyConnections: 5
        case .notOurProtocol, .malformed, .noAnswer: nil
        }
    }

    init(verdict: UInt32) {
        switch verdict {
        case 1: self = .noCommonVersion(ours: WireFormat.lowestVersion...WireFormat.highestVersion)
        case 2: self = .keyNeeded
        case 3: self = .keyUnknown
        case 4: self = .wrongKey
        case 5: self = .tooManyConnections
        default: self = .malformed
        }
    }
}
