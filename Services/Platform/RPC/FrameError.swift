/// Why bytes of a peer are no frames; the connection that brought them is of no use any more.
enum FrameError: Error, Equatable, CustomStringConvertible {
    case unknownKind(UInt8)
    case unknownCode(UInt8)
    /// A field of a frame of this kind is set that has to be 0, or it has a body that it must not have.
    case strayField(UInt8)
    case tooLong(length: Int, limit: Int)
    /// A frame that this side never gets: an answer to a server, a call to a client.
    case wrongDirection(UInt8)

    var description: String {
        switch self {
        case .unknownKind(let kind): "a frame of the unknown kind \(kind)"
        case .unknownCode(let code): "a failure with the unknown code \(code)"
        case .strayField(let kind): "a frame of kind \(kind) with a field that it must not have"
        case .tooLong(let length, let limit): "a frame of \(length) bytes, above the limit of \(limit)"
        case .wrongDirection(let kind): "a frame of kind \(kind), which goes the other way"
        }
    }
}
