package import RPC

/// The calls of all roles; the high byte is the role's. Numbers are part of the wire format.
extension RPCMethod {
    package static let candidates = RPCMethod(rawValue: 0x0101)
    package static let similar = RPCMethod(rawValue: 0x0102)

    package static let scores = RPCMethod(rawValue: 0x0201)

    package static let arrange = RPCMethod(rawValue: 0x0301)

    package static let states = RPCMethod(rawValue: 0x0401)
    package static let erase = RPCMethod(rawValue: 0x0402)

    package static let putItems = RPCMethod(rawValue: 0x0501)
    package static let deleteItem = RPCMethod(rawValue: 0x0502)
}
