package import EventLoop

/// An error answer after RFC 9457, `application/problem+json`.
package struct HTTPProblem: Error, Sendable, Equatable {
    package let status: Int
    /// The stable name that clients match on: what follows `urn:cascade:problem:`.
    package let kind: String
    package let title: String
    /// What was wrong with this request and how to put it right.
    package let detail: String

    package init(status: Int, kind: String, title: String, detail: String) {
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
    }

    package static let contentType: StaticString = "application/problem+json"

    /// Appends the JSON object.
    package func write(to buffer: ByteBuffer) {
        buffer.append("{\"type\":\"urn:cascade:problem:" as StaticString)
        HTTPProblem.escape(kind, to: buffer)
        buffer.append("\",\"title\":\"" as StaticString)
        HTTPProblem.escape(title, to: buffer)
        buffer.append("\",\"status\":" as StaticString)
        buffer.append(decimal: status)
        buffer.append(",\"detail\":\"" as StaticString)
        HTTPProblem.escape(detail, to: buffer)
        buffer.append("\"}" as StaticString)
    }

    private static func escape(_ text: String, to buffer: ByteBuffer) {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                buffer.append(UInt8(ascii: "\\"))
                buffer.append(byte)
            case 0..<0x20:
                buffer.append("\\u00" as StaticString)
                buffer.append(digits[Int(byte >> 4)])
                buffer.append(digits[Int(byte & 15)])
            default: buffer.append(byte)
            }
        }
    }
}

extension HTTPProblem {
    package static func badRequest(_ detail: String) -> HTTPProblem {
        HTTPProblem(status: 400, kind: "bad-request", title: "Bad request", detail: detail)
    }

    package static func notFound(_ detail: String) -> HTTPProblem {
        HTTPProblem(status: 404, kind: "not-found", title: "Not found", detail: detail)
    }

    package static func methodNotAllowed(_ detail: String) -> HTTPProblem {
        HTTPProblem(status: 405, kind: "method-not-allowed", title: "Method not allowed", detail: detail)
    }

    static let requestTimeout = HTTPProblem(
        status: 408, kind: "request-timeout", title: "Request time-out",
        detail: "The request did not arrive in full in the time allowed, which counts from its first byte.")

    static func bodyTooLarge(limit: Int) -> HTTPProblem {
        HTTPProblem(
            status: 413, kind: "body-too-large", title: "Body too large",
            detail: "A body may have at most \(limit) bytes; send less in one request.")
    }

    static func urlTooLong(limit: Int) -> HTTPProblem {
        HTTPProblem(
            status: 414, kind: "url-too-long", title: "URL too long",
            detail: "A request target may have at most \(limit) bytes.")
    }

    static func expectationFailed() -> HTTPProblem {
        HTTPProblem(
            status: 417, kind: "expectation-failed", title: "Expectation failed",
            detail: "The only expectation this server meets is 100-continue.")
    }

    static func headerTooLarge(bytes: Int, count: Int) -> HTTPProblem {
        HTTPProblem(
            status: 431, kind: "header-too-large", title: "Header too large",
            detail: "A request's header may have at most \(count) fields and \(bytes) bytes.")
    }

    static let methodNotImplemented = HTTPProblem(
        status: 501, kind: "method-not-implemented", title: "Method not implemented",
        detail: "This server knows GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.")

    static let upgradeNotSupported = HTTPProblem(
        status: 501, kind: "upgrade-not-supported", title: "Upgrade not supported",
        detail: "This server speaks HTTP/1.1 only; send the request without Upgrade.")

    static let versionNotSupported = HTTPProblem(
        status: 505, kind: "version-not-supported", title: "HTTP version not supported",
        detail: "This server speaks HTTP/1.1 and HTTP/1.0.")

    static let tooManyConnections = HTTPProblem(
        status: 503, kind: "too-many-connections", title: "Too many connections",
        detail: "The server's limit of connections is reached; try again later, and reuse connections.")

    static let answerTimeout = HTTPProblem(
        status: 503, kind: "answer-timeout", title: "No answer in time",
        detail: "The server did not finish the answer in the time allowed; try again later.")
}
