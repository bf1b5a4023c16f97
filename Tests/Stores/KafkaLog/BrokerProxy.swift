import EventLog
import Glibc
import TestSupport
import Threads

/// Stands in front of a broker, passes requests on one after the other, and lets a test decide what becomes of one.
///
/// Every broker address in an answer that is the real one's becomes the proxy's, so that clients stay with it.
final class BrokerProxy: Sendable {
    /// Deals with a request. - Returns: whether it did; otherwise the request is passed on.
    typealias Script = @Sendable (_ request: Frame, _ connection: Connection) throws -> Bool

    let address: String
    private let listener: Int32

    /// - Parameter broker: `host:port` of the broker, on the loopback address 127.0.0.1.
    init(_ broker: String, _ script: @escaping Script) throws {
        let port = UInt16(broker.split(separator: ":").last ?? "") ?? 0
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let own = try Self.listen(listener)
        self.listener = listener
        address = "127.0.0.1:\(own)"
        let real = Self.place(port: port)
        let ours = Self.place(port: own)
        try WorkThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let server = try? Self.connect(port: port) else {
                    close(client)
                    continue
                }
                let connection = Connection(client: client, server: server, real: real, ours: ours)
                try? WorkThread { connection.run(script) }.detach()
            }
        }.detach()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Requests that tests look at, by their number in the protocol.
    enum Kind: Int16 {
        /// Appends; version 7 of it.
        case produce = 0
        /// Asks where partitions end; version 2 of it.
        case listOffsets = 2

        /// The bytes of an answer before its topics: size, correlation and, of some, how long to wait.
        fileprivate var header: Int { self == .produce ? 8 : 12 }
    }

    /// A message of the protocol: its size in four bytes, then the rest.
    struct Frame {
        fileprivate(set) var bytes: [UInt8]

        /// Of a request.
        func isOf(_ kind: Kind) -> Bool { Int16(bitPattern: UInt16(bytes[4]) << 8 | UInt16(bytes[5])) == kind.rawValue }

        /// Of an answer: the first partition's error, 0 where there is none.
        func error(of kind: Kind) -> Int16 {
            let place = errorPlace(in: kind)
            return Int16(bitPattern: UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]))
        }

        mutating func setError(of kind: Kind, to error: Int16) {
            let place = errorPlace(in: kind)
            bytes[place] = UInt8(truncatingIfNeeded: error >> 8)
            bytes[place + 1] = UInt8(truncatingIfNeeded: error)
        }

        /// Behind the header come the count of topics, the topic's name with its length, the count of partitions, and the
        /// partition.
        private func errorPlace(in kind: Kind) -> Int {
            let name = kind.header + 4
            return name + 2 + (Int(bytes[name]) << 8 | Int(bytes[name + 1])) + 4 + 4
        }
    }

    /// A client's connection with the one to the broker behind it; used by one thread.
    struct Connection: Sendable {
        fileprivate let client: Int32
        fileprivate let server: Int32
        fileprivate let real: [UInt8]
        fileprivate let ours: [UInt8]

        struct Ended: Error {}

        /// The client's next request, waited for.
        func receive() throws -> Frame { try Self.read(client) }

        /// The broker's answer to a request.
        func ask(_ request: Frame) throws -> Frame {
            try Self.write(server, request.bytes)
            var answer = try Self.read(server)
            for start in answer.bytes.indices where answer.bytes[start...].starts(with: real) {
                answer.bytes.replaceSubrange(start..<start + real.count, with: ours)
            }
            return answer
        }

        /// Gives the client an answer.
        func answer(_ answer: Frame) throws { try Self.write(client, answer.bytes) }

        fileprivate func run(_ script: Script) {
            defer {
                close(client)
                close(server)
            }
            while let request = try? receive() {
                do {
                    if try !script(request, self) { try answer(ask(request)) }
                } catch {
                    return
                }
            }
        }

        private static func read(_ descriptor: Int32) throws -> Frame {
            let size = try read(descriptor, count: 4)
            return Frame(bytes: size + (try read(descriptor, count: size.reduce(0) { $0 << 8 | Int($1) })))
        }

        private static func read(_ descriptor: Int32, count: Int) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            guard recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count else { throw Ended() }
            return bytes
        }

        private static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws {
            guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
                throw Ended()
            }
        }
    }

    private static func listen(_ descriptor: Int32) throws -> UInt16 {
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw Connection.Ended() }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func connect(port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let code = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw Connection.Ended()
        }
        return descriptor
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    /// How an answer names a broker: its host's name and four bytes of port.
    private static func place(port: UInt16) -> [UInt8] {
        Array("127.0.0.1".utf8) + [0, 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
    }
}
