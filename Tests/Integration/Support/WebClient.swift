import Foundation

/// An HTTP connection that is kept open: one request after the other, on a blocking socket with a time limit.
// @unchecked: used by one thread at a time.
final class WebClient: @unchecked Sendable {
    struct Answer {
        let status: Int
        /// By lower-case name.
        let headers: [String: String]
        let body: String

        /// What `X-Cascade-Rung` says.
        var rung: String { headers["x-cascade-rung"] ?? "" }

        var json: [String: Any] {
            get throws {
                guard let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] else {
                    throw TestFailure("not a JSON object: \(body)")
                }
                return object
            }
        }

        /// The ids of a list's items.
        var items: [String] {
            get throws {
                guard status == 200, let items = try json["items"] as? [[String: Any]] else {
                    throw TestFailure("\(status) \(body)")
                }
                return items.compactMap { $0["id"] as? String }
            }
        }
    }

    /// The connection ended before the answer.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var pending = Data()

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw TestFailure("connect to \(port): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// One request on a connection of its own.
    static func ask(_ port: UInt16, _ method: String, _ target: String, _ body: String = "") throws -> Answer {
        try WebClient(port: port).ask(method, target, body)
    }

    /// The sum of a metric over its labels, as a process shows it at its admin port.
    /// - Parameter label: `name="value"`; only series that have it.
    static func metric(_ name: String, at port: UInt16, with label: String = "") throws -> Double {
        let lines = try ask(port, "GET", "/metrics").body.split(separator: "\n")
        return lines.filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
            .filter { label.isEmpty || $0.contains(label) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    func get(_ target: String) throws -> Answer { try ask("GET", target) }

    func ask(_ method: String, _ target: String, _ body: String = "") throws -> Answer {
        let head = "\(method) \(target) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        var rest = Data((head + body).utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw broken("send") }
            rest = rest.dropFirst(count)
        }
        return try answer()
    }

    private func answer() throws -> Answer {
        let separator = Data("\r\n\r\n".utf8)
        while pending.range(of: separator) == nil { try receive() }
        let end = pending.range(of: separator)?.upperBound ?? pending.endIndex
        let lines = String(decoding: pending[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        pending = Data(pending[end...])
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestFailure("no status: \(lines[0])")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while pending.count < length { try receive() }
        defer { pending = Data(pending.dropFirst(length)) }
        return Answer(
            status: status, headers: headers, body: String(decoding: pending.prefix(length), as: UTF8.self))
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count != 0 else { throw Broken(description: "the connection was closed") }
        guard count > 0 else { throw broken("recv") }
        pending.append(contentsOf: buffer[..<count])
    }

    /// A connection that is gone, or one on which nothing came in time.
    private func broken(_ call: String) -> any Error {
        let code = errno
        let text = "\(call): \(String(cString: strerror(code)))"
        return code == ECONNRESET || code == EPIPE ? Broken(description: text) : TestFailure(text)
    }
}
