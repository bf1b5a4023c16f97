import EventLoop
import Glibc

@testable import RPC

/// A peer that sends whatever bytes a test wants, over a blocking socket with a time-out of a minute.
final class RawPeer {
    enum Failure: Error {
        case noConnection, cut, silent
    }

    private let descriptor: Int32
    private var reader = FrameReader(limit: 1 << 24)
    private var frames: [(header: FrameHeader, body: [UInt8])] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var time = timeval(tv_sec: 60, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Connects to a port of this machine.
    convenience init(port: UInt16, receiveBuffer: Int32 = 0) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.init(descriptor: descriptor)
        if receiveBuffer > 0 {
            var size = receiveBuffer
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = Self.loopback(port)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Failure.noConnection }
    }

    deinit { close(descriptor) }

    fileprivate static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    /// Sends everything, or throws when the peer has cut the connection or does not read.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw errno == EAGAIN ? Failure.silent : Failure.cut }
            sent += count
        }
    }

    /// The next bytes, at most so many; none when the peer has ended the connection.
    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, 0)
        if received < 0, errno == EAGAIN { throw Failure.silent }
        return Array(bytes.prefix(max(0, received)))
    }

    func receive(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try receive(count - bytes.count)
            guard !more.isEmpty else { throw Failure.cut }
            bytes += more
        }
        return bytes
    }

    /// Reads until the peer ends the connection.
    func readToEnd() throws {
        while try !receive(1 << 16).isEmpty {}
    }

    /// The handshake of a client without a key.
    func shakeHands(_ hello: Hello = Hello(hasKey: false, maximumBodyBytes: 1 << 24)) throws {
        _ = try receive(exactly: WireFormat.helloBytes)
        try send(hello.bytes + [UInt8](repeating: 0, count: WireFormat.proofBytes))
        let verdict = try receive(exactly: WireFormat.verdictBytes)
        guard verdict[..<4].allSatisfy({ $0 == 0 }) else { throw HandshakeError(verdict: UInt32(verdict[0])) }
    }

    /// The handshake of a server without a key.
    func welcome() throws {
        try send(Hello(hasKey: false, maximumBodyBytes: 1 << 24).bytes)
        _ = try receive(exactly: WireFormat.helloBytes + WireFormat.proofBytes)
        try send([UInt8](repeating: 0, count: WireFormat.verdictBytes))
    }

    func frame() throws -> (header: FrameHeader, body: [UInt8]) {
        while frames.isEmpty {
            let bytes = try receive(1 << 16)
            guard !bytes.isEmpty else { throw Failure.cut }
            try bytes.withUnsafeBytes { bytes in
                var input = bytes
                while let frame = try reader.next(&input) { frames.append((frame.header, Array(frame.body))) }
            }
        }
        return frames.removeFirst()
    }
}

/// Accepts connections of clients, one after the other.
final class RawListener: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = RawPeer.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Int32 in
                guard bind(descriptor, pointer, length) == 0, listen(descriptor, 16) == 0 else { return -1 }
                return getsockname(descriptor, pointer, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard code == 0 else { throw RawPeer.Failure.noConnection }
    }

    deinit { close(descriptor) }

    func accept() throws -> RawPeer {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waited, 1, 60_000) == 1 else { throw RawPeer.Failure.silent }
        return RawPeer(descriptor: Glibc.accept(descriptor, nil, nil))
    }
}
