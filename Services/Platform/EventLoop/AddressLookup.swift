import CUV
import Glibc

/// A look-up of a host's name under way, on libuv's threads: the loop goes on turning.
package final class AddressLookup {
    private let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
    private let port: UInt16
    private var completion: ((Result<[SocketAddress], UVError>) -> Void)?

    /// Looks up all addresses of a host: those of IPv4, or those of IPv6 where there are none.
    /// - Parameters:
    ///   - port: what the addresses get.
    ///   - completion: called once, on the loop's thread, later; not after `cancel()`.
    package init(
        loop: EventLoop, host: String, port: UInt16, completion: @escaping (Result<[SocketAddress], UVError>) -> Void
    ) throws(UVError) {
        self.port = port
        self.completion = completion
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        let code = uv_getaddrinfo(
            loop.uv, request,
            { request, status, found in
                guard let data = request?.pointee.data else { return }
                let lookup = Unmanaged<AddressLookup>.fromOpaque(data).takeRetainedValue()
                lookup.finished(status, found)
            }, host, nil, &hints)
        try UVError.check(code, "look up the host \"\(host)\"")
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit {
        request.deallocate()
    }

    /// Forgets the look-up; `completion` will not be called.
    package func cancel() {
        completion = nil
        request.withMemoryRebound(to: uv_req_t.self, capacity: 1) { _ = uv_cancel($0) }
    }

    private func finished(_ status: Int32, _ found: UnsafeMutablePointer<addrinfo>?) {
        defer { uv_freeaddrinfo(found) }
        guard let completion else { return }
        self.completion = nil
        guard status == 0 else { return completion(.failure(UVError(code: status, operation: "look up the host"))) }
        var v4: [SocketAddress] = []
        var v6: [SocketAddress] = []
        var next = found
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            switch entry.ai_family {
            case AF_INET: v4.append(SocketAddress(resolved: address, port: port))
            case AF_INET6: v6.append(SocketAddress(resolved: address, port: port))
            default: continue
            }
        }
        completion(.success(v4.isEmpty ? v6 : v4))
    }
}
