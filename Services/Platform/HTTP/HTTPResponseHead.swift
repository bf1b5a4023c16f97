import EventLoop

/// An answer's status and header.
struct HTTPResponseHead {
    let status: Int
    let contentType: StaticString
    let headers: [(name: StaticString, value: String)]

    enum Persistence {
        /// HTTP/1.1's default, not said.
        case implied
        /// HTTP/1.0 asked for it and has to be told.
        case keepAlive
        case close
    }

    /// Appends the head up to the blank line.
    func write(to buffer: ByteBuffer, date: UnsafeRawBufferPointer, bodyCount: Int, persistence: Persistence) {
        if status == 200 {
            buffer.append("HTTP/1.1 200 OK\r\nDate: " as StaticString)
        } else {
            buffer.append("HTTP/1.1 " as StaticString)
            buffer.append(decimal: status)
            buffer.append(UInt8(ascii: " "))
            buffer.append(HTTPResponseHead.reason(status))
            buffer.append("\r\nDate: " as StaticString)
        }
        buffer.append(date)
        // RFC 9110 §8.6: neither 204 nor 304 carries a length of content that it does not have.
        if status != 204, status != 304 {
            buffer.append("\r\nContent-Length: " as StaticString)
            buffer.append(decimal: bodyCount)
            if bodyCount > 0 {
                buffer.append("\r\nContent-Type: " as StaticString)
                buffer.append(contentType)
            }
        }
        for header in headers {
            buffer.append("\r\n" as StaticString)
            buffer.append(header.name)
            buffer.append(": " as StaticString)
            // A line end in a value would begin a header of somebody else's making.
            for byte in header.value.utf8 { buffer.append(byte < 32 || byte == 127 ? 32 : byte) }
        }
        switch persistence {
        case .implied: buffer.append("\r\n\r\n" as StaticString)
        case .keepAlive: buffer.append("\r\nConnection: keep-alive\r\n\r\n" as StaticString)
        case .close: buffer.append("\r\nConnection: close\r\n\r\n" as StaticString)
        }
    }

    static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 207: "Multi-Status"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Status"
        }
    }
}
