import Foundation
import Glibc

/// A connection over which a test asks one thing after the other, on a blocking socket.
// @unchecked: used by one task at a time.
final class Connection: @unchecked Sendable {
    /// An answer as it came.
    struct Reply {
        var status: Int
        /// By lower-case name.
        var headers: [String: String]
        var body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }

        /// The last part of a problem's type; nil when the answer is no problem.
        var problem: String? {
            guard headers["content-type"] == "application/problem+json" else { return nil }
            let type = (try? decoded(Problem.self))?.type
            let prefix = "urn:cascade:problem:"
            return type.flatMap { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : nil }
        }
    }

    private struct Problem: Decodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    /// What answers, kept for as long as somebody may ask.
    private let server: AnyObject?
    private var pending = Data()

    /// - Parameter url: of the form `http://127.0.0.1:PORT`.
    init(_ url: String, of server: AnyObject? = nil) throws {
        self.server = server
        guard let port = url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure(description: "no port in \(url)")
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Sends one request and waits for its answer.
    func ask(
        _ method: String, _ target: String, _ body: Data = Data(), headers: [String: String] = [:]
    ) throws -> Reply {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        send(Data((head + "\r\n").utf8) + body)
        return try reply(hasBody: method != "HEAD")
    }

    func get(_ target: String) throws -> Reply { try ask("GET", target) }

    func put(_ target: String, _ body: String) throws -> Reply { try ask("PUT", target, Data(body.utf8)) }

    func post(_ target: String, _ body: String) throws -> Reply { try ask("POST", target, Data(body.utf8)) }

    func delete(_ target: String) throws -> Reply { try ask("DELETE", target) }

    private func send(_ bytes: Data) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // A server that refuses a body answers and closes without reading on: what it said comes next.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private func reply(hasBody: Bool) throws -> Reply {
        let separator = Data("\r\n\r\n".utf8)
        while pending.range(of: separator) == nil { try receive() }
        let end = pending.range(of: separator)?.upperBound ?? pending.endIndex
        let lines = String(decoding: pending[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        pending = Data(pending[end...])
        guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Failure(description: "no status line") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        while pending.count < length { try receive() }
        defer { pending = Data(pending.dropFirst(length)) }
        return Reply(status: status, headers: headers, body: Data(pending.prefix(length)))
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            throw Failure(
                description: count == 0 ? "the server closed the connection" : String(cString: strerror(errno)))
        }
        pending.append(contentsOf: buffer[..<count])
    }
}
