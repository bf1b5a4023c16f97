import CUV
import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable, CustomStringConvertible {
    private var storage: sockaddr_storage
    /// The host as it was given.
    package let host: String

    /// - Parameters:
    ///   - host: a numeric address or a name; a name is looked up, which blocks: for start-up only.
    ///   - port: 0 lets the system choose, when listening.
    package init(host: String, port: UInt16) throws(ListenError) {
        self.host = host
        storage = sockaddr_storage()
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if uv_ip4_addr(host, Int32(port), &v4) == 0 {
            self.set(v4)
        } else if uv_ip6_addr(host, Int32(port), &v6) == 0 {
            self.set(v6)
        } else {
            storage = try SocketAddress.lookUp(host: host, port: port)
        }
    }

    /// An address that is written in numbers; nil for a name. Never blocks.
    package init?(numericHost host: String, port: UInt16) {
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        let isNumeric = uv_ip4_addr(host, Int32(port), &v4) == 0 || uv_ip6_addr(host, Int32(port), &v6) == 0
        guard isNumeric, let address = try? SocketAddress(host: host, port: port) else { return nil }
        self = address
    }

    /// Where a socket is bound; nil when that is no address of the Internet.
    init?(ofSocket descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0, [AF_INET, AF_INET6].contains(Int32(storage.ss_family)) else { return nil }
        self = SocketAddress(host: "", storage: storage).numeric
    }

    private mutating func set<T>(_ address: T) {
        withUnsafeMutableBytes(of: &storage) { bytes in
            withUnsafeBytes(of: address) { bytes.copyMemory(from: $0) }
        }
    }

    private init(host: String, storage: sockaddr_storage) {
        self.host = host
        self.storage = storage
    }

    private static func lookUp(host: String, port: UInt16) throws(ListenError) -> sockaddr_storage {
        try all(host: host, port: port)[0].storage
    }

    /// Every address of a host, at least one, in the system's order of preference. Blocks while a name is looked up; see
    /// `EventLoop.lookUp` for what does not.
    package static func all(host: String, port: UInt16) throws(ListenError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0 else { throw .unknownHost(host: host, reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(found) }
        var addresses: [SocketAddress] = []
        var next = found
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr, entry.pointee.ai_addrlen <= MemoryLayout<sockaddr_storage>.size
            else { continue }
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen)))
            }
            addresses.append(SocketAddress(host: host, storage: storage))
        }
        guard !addresses.isEmpty else { throw .unknownHost(host: host, reason: "it has no address") }
        return addresses
    }

    var family: Int32 { Int32(storage.ss_family) }

    var length: socklen_t {
        socklen_t(family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    }

    package var port: UInt16 {
        get {
            // The port lies at the same place in both families.
            withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
        }
        set {
            withUnsafeMutableBytes(of: &storage) {
                $0.storeBytes(of: newValue.bigEndian, toByteOffset: 2, as: UInt16.self)
            }
        }
    }

    /// True when only this machine can reach the address.
    package var isLoopback: Bool {
        withUnsafeBytes(of: storage) { bytes in
            if family == AF_INET { return bytes[4] == 127 }
            return bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
        }
    }

    package var isIPv4: Bool { family == AF_INET }

    /// The same address with its numbers for a host: tells the addresses of one name apart.
    package var numeric: SocketAddress {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            text.initialize(repeating: 0)
            let code = withSockaddr { uv_ip_name($0, text.baseAddress, 64) }
            return code == 0 ? text.baseAddress.map { String(cString: $0) } : nil
        }
        return SocketAddress(host: text ?? host, storage: storage)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>) -> R) -> R {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }
}
