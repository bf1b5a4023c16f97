import CUV
import Glibc

/// A connected TCP socket on a loop.
///
/// Writes go out at once where the socket takes them; only the rest is copied and queued, and `queuedBytes` tells how
/// much that is. The delegate is held until the stream is closed.
package final class TCPStream: LoopHandle {
    package var delegate: (any TCPStreamDelegate)?
    /// Bytes that were accepted by `write` and that the kernel has not taken yet.
    package private(set) var queuedBytes = 0
    package private(set) var isReading = false

    /// A stream without a connection: see `connect(to:)`.
    package init(loop: EventLoop) throws {
        super.init(loop: loop, type: UV_TCP)
        try UVError.check(uv_tcp_init(loop.uv, tcp), "make a socket")
        opened()
    }

    private var tcp: UnsafeMutablePointer<uv_tcp_t> { memory.assumingMemoryBound(to: uv_tcp_t.self) }
    private var stream: UnsafeMutablePointer<uv_stream_t> { memory.assumingMemoryBound(to: uv_stream_t.self) }

    func accepted(from server: UnsafeMutablePointer<uv_stream_t>) -> Bool {
        guard uv_accept(server, stream) == 0 else { return false }
        uv_tcp_nodelay(tcp, 1)
        return true
    }

    /// Connects; the delegate hears `streamDidConnect` or `streamDidEnd`.
    package func connect(to address: SocketAddress) throws {
        let request = ConnectRequest()
        let code = address.withSockaddr { target in
            uv_tcp_connect(request.pointer, tcp, target) { request, status in
                guard let request, let handle = request.pointee.handle, let data = handle.pointee.data else { return }
                Unmanaged<ConnectRequest>.fromOpaque(request.pointee.data).release()
                Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.connected(status) }
            }
        }
        if code == 0 { request.retainForCallback() }
        try UVError.check(code, "connect to \(address)")
    }

    private func connected(_ status: Int32) {
        guard !isClosing else { return }
        if status < 0 {
            delegate?.streamDidEnd(self, error: UVError(code: status, operation: "connect"))
        } else {
            uv_tcp_nodelay(tcp, 1)
            delegate?.streamDidConnect(self)
        }
    }

    // MARK: Reading

    /// Delivers what arrives to `streamDidRead`. Starting twice does nothing.
    package func startReading() {
        guard !isReading, !isClosing else { return }
        isReading = true
        uv_read_start(
            stream,
            { handle, _, buffer in
                guard let data = handle?.pointee.data, let buffer else { return }
                Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { stream in
                    let memory = stream.loop.readBuffer
                    buffer.pointee.base = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
                    buffer.pointee.len = memory.count
                }
            },
            { handle, count, buffer in
                guard let data = handle?.pointee.data else { return }
                Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.read(count) }
            })
    }

    /// Leaves what arrives in the kernel, where it slows the peer down.
    package func stopReading() {
        guard isReading, !isClosing else { return }
        isReading = false
        uv_read_stop(stream)
    }

    private func read(_ count: Int) {
        guard count != 0, let delegate else { return }
        if count > 0 {
            delegate.streamDidRead(
                self, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(loop.readBuffer)[..<count]))
            return
        }
        stopReading()
        let error =
            count == Int(UV_EOF.rawValue) ? nil : UVError(code: Int32(count), operation: "read from a connection")
        delegate.streamDidEnd(self, error: error)
    }

    // MARK: Writing

    /// Writes two pieces as one; either may be empty. What the kernel does not take now is copied and follows by itself,
    /// after which the delegate hears `streamDidFlush`.
    /// - Returns: true when all of it is with the kernel.
    @discardableResult
    package func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer = .init(start: nil, count: 0))
        -> Bool
    {
        guard !isClosing else { return true }
        let total = first.count + second.count
        var written = 0
        if queuedBytes == 0 {
            var buffers = (Self.buffer(first), Self.buffer(second))
            let count: UInt32 = second.isEmpty ? 1 : 2
            let result = withUnsafeMutablePointer(to: &buffers) { pointer in
                pointer.withMemoryRebound(to: uv_buf_t.self, capacity: 2) { uv_try_write(stream, $0, count) }
            }
            if result == Int32(total) { return true }
            // An error comes again, and is reported, when the rest is written.
            written = max(0, Int(result))
        }
        let rest = WriteRequest(capacity: total - written)
        rest.append(first.dropFirst(written))
        rest.append(second.dropFirst(max(0, written - first.count)))
        queue(rest)
        return false
    }

    private static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        uv_buf_t(
            base: UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
            len: bytes.count)
    }

    private func queue(_ request: WriteRequest) {
        var buffer = Self.buffer(UnsafeRawBufferPointer(request.bytes))
        queuedBytes += request.count
        let code = uv_write(request.pointer, stream, &buffer, 1) { request, status in
            guard let request, let handle = request.pointee.handle, let data = handle.pointee.data else { return }
            let finished = Unmanaged<WriteRequest>.fromOpaque(request.pointee.data).takeRetainedValue()
            Unmanaged<TCPStream>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.wrote(finished.count, status) }
        }
        if code == 0 {
            request.retainForCallback()
        } else {
            queuedBytes -= request.count
            failed(code)
        }
    }

    private func wrote(_ count: Int, _ status: Int32) {
        queuedBytes -= count
        guard !isClosing else { return }
        if status < 0 {
            failed(status)
        } else if queuedBytes == 0 {
            delegate?.streamDidFlush(self)
        }
    }

    private func failed(_ code: Int32) {
        stopReading()
        delegate?.streamDidEnd(self, error: UVError(code: code, operation: "write to a connection"))
    }

    /// Tells the peer that nothing more will come, once all is written; reading goes on.
    package func finishWriting() {
        guard !isClosing else { return }
        var descriptor: Int32 = -1
        uv_fileno(handle, &descriptor)
        shutdown(descriptor, Int32(SHUT_WR))
    }

    override func willClose() {
        isReading = false
    }

    override func didClose() {
        let delegate = delegate
        self.delegate = nil
        delegate?.streamDidClose(self)
    }
}
