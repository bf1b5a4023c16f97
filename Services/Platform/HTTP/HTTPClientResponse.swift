/// An answer's summary; header and body are with the connection until its next request.
package struct HTTPClientResponse: Sendable {
    package let status: Int
    /// Bytes of the body, kept or not.
    package let bodyCount: Int
    /// Whether the connection goes on; if not, it is already closed.
    package let keepsAlive: Bool
}
