/// What a client connection tells its owner, always on the loop's thread.
package protocol HTTPClientDelegate: AnyObject {
    /// The connection is ready for a request.
    func clientDidConnect(_ connection: HTTPClientConnection)

    /// The answer to the request sent last. Unless `keepsAlive`, `connect()` comes before the next request.
    func client(_ connection: HTTPClientConnection, didReceive response: HTTPClientResponse)

    /// Connecting failed, or the connection ended; `wasWaiting` tells whether a request is left without an answer.
    /// `connect()` tries again.
    func client(_ connection: HTTPClientConnection, didFail error: HTTPClientError, wasWaiting: Bool)
}
