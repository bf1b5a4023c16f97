import Checksum

/// The secret that roles share: who has it may call and be called. It never travels and is never printed.
package struct RPCKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Least length, in bytes.
    package static let minimumBytes = 16

    private let bytes: [UInt8]

    /// - Throws: when the key is shorter than ``minimumBytes``.
    package init(_ text: String) throws(RPCConfigurationError) {
        bytes = Array(text.utf8)
        guard bytes.count >= Self.minimumBytes else { throw .shortKey }
    }

    func code(for message: [UInt8]) -> [UInt8] { HMACSHA256.code(for: message, key: bytes) }

    package var description: String { "a key" }
    package var debugDescription: String { description }
}
