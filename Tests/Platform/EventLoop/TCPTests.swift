import EventLoop
import Synchronization
import Testing

struct TCPTests {
    /// Sends back what it reads, and stops reading while the peer does not take it.
    private final class Echo: TCPStreamDelegate {
        func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
            if !stream.write(bytes) { stream.stopReading() }
        }

        func streamDidFlush(_ stream: TCPStream) {
            stream.startReading()
        }

        func streamDidEnd(_ stream: TCPStream, error: UVError?) {
            stream.close()
        }
    }

    // @unchecked: used on the loop's thread, read after its end.
    private final class Sender: TCPStreamDelegate, @unchecked Sendable {
        let total: Int
        var received = 0
        var differences = 0
        var largestQueue = 0
        var error: UVError?
        let done = Mutex(false)
        var address: SocketAddress?

        init(total: Int) {
            self.total = total
        }

        func streamDidConnect(_ stream: TCPStream) {
            let bytes = (0..<total).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            bytes.withUnsafeBytes { all in
                let half = total / 2
                stream.write(
                    UnsafeRawBufferPointer(rebasing: all[..<half]), UnsafeRawBufferPointer(rebasing: all[half...]))
            }
            largestQueue = stream.queuedBytes
            stream.startReading()
        }

        func streamDidRead(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
            for byte in bytes {
                if byte != UInt8(truncatingIfNeeded: received &* 31 >> 3) { differences += 1 }
                received += 1
            }
            if received == total { stream.close() }
        }

        func streamDidEnd(_ stream: TCPStream, error: UVError?) {
            self.error = error
            stream.close()
        }

        func streamDidClose(_ stream: TCPStream) {
            done.withLock { $0 = true }
        }
    }

    @Test func largeWritesArriveWholeUnderBackpressure() throws {
        let sender = Sender(total: 1_000_003)
        let runner = try LoopRunner { loop in
            let listener = try TCPListener(loop: loop, address: SocketAddress(host: "::1", port: 0)) { stream in
                stream.delegate = Echo()
                stream.startReading()
            }
            let stream = try TCPStream(loop: loop)
            stream.delegate = sender
            try stream.connect(to: listener.address)
        }
        #expect(eventually { sender.done.withLock { $0 } })
        runner.end()
        #expect(sender.received == sender.total)
        #expect(sender.differences == 0)
        #expect(sender.error == nil)
    }

    @Test func aRefusedConnectionIsReported() throws {
        let sender = Sender(total: 1)
        let free = try PortReservation(host: "127.0.0.1", port: 0)
        let runner = try LoopRunner { loop in
            let stream = try TCPStream(loop: loop)
            stream.delegate = sender
            try stream.connect(to: free.address)
        }
        #expect(eventually { sender.done.withLock { $0 } })
        runner.end()
        #expect(sender.error?.description == "cannot connect: connection refused")
    }

    @Test func listeningErrorsNameTheRemedy() throws {
        let port = Mutex<UInt16>(0)
        let runner = try LoopRunner { loop in
            let listener = try TCPListener(loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) {
                $0.close()
            }
            port.withLock { $0 = listener.address.port }
            let used = listener.address
            #expect(throws: ListenError.portInUse(host: "127.0.0.1", port: used.port)) {
                _ = try TCPListener(loop: loop, address: used) { $0.close() }
            }
        }
        let used = port.withLock { $0 }
        #expect(throws: ListenError.portInUse(host: "127.0.0.1", port: used)) {
            _ = try PortReservation(host: "127.0.0.1", port: used)
        }
        #expect(throws: ListenError.addressNotAvailable(host: "192.0.2.1", port: used)) {
            _ = try PortReservation(host: "192.0.2.1", port: used)
        }
        #expect(throws: ListenError.self) { _ = try SocketAddress(host: "no such host", port: 1) }
        runner.end()
    }

    @Test func loopbackIsRecognised() throws {
        #expect(try SocketAddress(host: "127.0.0.1", port: 1).isLoopback)
        #expect(try SocketAddress(host: "127.9.9.9", port: 1).isLoopback)
        #expect(try SocketAddress(host: "::1", port: 1).isLoopback)
        #expect(try SocketAddress(host: "localhost", port: 1).isLoopback)
        #expect(try !SocketAddress(host: "0.0.0.0", port: 1).isLoopback)
        #expect(try !SocketAddress(host: "::", port: 1).isLoopback)
    }
}
