import Foundation

/// One request on a connection of its own, and what came back.
struct HTTPAnswer {
    let status: Int
    let head: String
    let body: String

    var json: [String: Any] {
        get throws {
            guard let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] else {
                throw TestFailure("not a JSON object: \(body)")
            }
            return object
        }
    }

    init(port: UInt16, _ method: String, _ target: String, body: String = "") throws {
        let request =
            "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let answer = String(decoding: try Self.exchange(port: port, Array(request.utf8)), as: UTF8.self)
        guard let end = answer.range(of: "\r\n\r\n") else { throw TestFailure("no complete answer: \(answer)") }
        head = String(answer[..<end.lowerBound])
        self.body = String(answer[end.upperBound...])
        guard let status = Int(head.split(separator: " ").dropFirst().first ?? "") else {
            throw TestFailure("no status: \(head)")
        }
        self.status = status
    }

    private static func exchange(port: UInt16, _ request: [UInt8]) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard connected == 0 else { throw TestFailure("cannot connect to port \(port)") }
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL.rawValue))
            }
            guard count > 0 else { break }
            sent += count
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return answer }
            answer += buffer[..<count]
        }
    }
}
