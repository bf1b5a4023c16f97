/// What a stream tells its owner, always on the loop's thread.
package protocol TCPStreamDelegate: AnyObject {
    /// A connection asked for with `connect(to:)` is there.
    func streamDidConnect(_ stream: TCPStream)

    /// `bytes` arrived; they are the loop's, and gone when this returns.
    func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer)

    /// The peer sends nothing more (`error` is nil) or the connection broke. The stream stays open until `close()`.
    func streamDidEnd(_ stream: TCPStream, error: UVError?)

    /// All that `write` had to queue is with the kernel.
    func streamDidFlush(_ stream: TCPStream)

    /// The stream is closed; nothing follows.
    func streamDidClose(_ stream: TCPStream)
}

extension TCPStreamDelegate {
    package func streamDidConnect(_ stream: TCPStream) {}
    package func streamDidFlush(_ stream: TCPStream) {}
    package func streamDidClose(_ stream: TCPStream) {}
}
