import Foundation

/// What came back for a request.
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

    /// The ids of a list's items.
    var itemIDs: [String] {
        get throws {
            guard status == 200, let items = try json["items"] as? [[String: Any]] else {
                throw TestFailure("\(status) \(body)")
            }
            return items.compactMap { $0["id"] as? String }
        }
    }

    /// One request on a connection of its own.
    init(
        port: UInt16, _ method: String, _ target: String, body: [UInt8] = [], headers: [String] = []
    ) throws {
        let head = [
            "\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close", "Content-Type: application/json",
            "Content-Length: \(body.count)",
        ]
        let connection = try Connection(port: port)
        connection.send(Array((head + headers).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8) + body)
        try self.init(connection.receiveAll())
    }

    /// An answer as it came over the wire.
    init(_ bytes: [UInt8]) throws {
        let answer = String(decoding: bytes, as: UTF8.self)
        guard let end = answer.range(of: "\r\n\r\n") else { throw TestFailure("no complete answer: '\(answer)'") }
        head = String(answer[..<end.lowerBound])
        body = String(answer[end.upperBound...])
        guard let status = Int(head.split(separator: " ").dropFirst().first ?? "") else {
            throw TestFailure("no status: \(head)")
        }
        self.status = status
    }
}
