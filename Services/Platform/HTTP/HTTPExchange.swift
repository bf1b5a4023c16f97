package import EventLoop

/// One request and the place for its answer.
///
/// Everything but `executeOnLoop` belongs to the thread of the server's loop. An exchange is reused for the connection's
/// next request only when nobody else holds it.
// @unchecked: confined to its loop's thread, which every method but `executeOnLoop` asserts or takes for granted.
package final class HTTPExchange: @unchecked Sendable {
    package let request = HTTPRequest()
    /// Where a handler writes an answer's body before `send`; empty at first, reused between requests.
    package let responseBody = ByteBuffer(capacity: 1024)
    /// True once the client's connection is broken: an answer would be dropped, work on it is lost. A client that only
    /// finished sending still gets its answer.
    package internal(set) var isDisconnected = false

    let server: HTTPServer
    /// Set while an answer is due.
    var connection: HTTPConnection?

    init(server: HTTPServer) {
        self.server = server
    }

    func reset() {
        request.reset()
        responseBody.clear()
        isDisconnected = false
    }

    /// The loop that this exchange lives on.
    package var loop: EventLoop { server.loop }

    /// True once it has been answered, or can no longer be.
    package var isAnswered: Bool { connection == nil }

    /// Runs `body` with the exchange on its loop's thread; from any thread.
    package func executeOnLoop(_ body: @escaping @Sendable (HTTPExchange) -> Void) {
        loop.execute { body(self) }
    }

    // MARK: Answering

    /// Answers with what is in `responseBody`. A HEAD request gets the header only; a second answer is ignored, one for a
    /// client that is gone is dropped and counted.
    package func send(status: Int, contentType: StaticString, headers: [(name: StaticString, value: String)] = []) {
        answer(status: status, contentType: contentType, headers: headers, body: responseBody.bytes)
    }

    /// Answers with `body`. A HEAD request gets the header only; a second answer is ignored, one for a client that is gone
    /// is dropped and counted.
    package func respond(
        status: Int, contentType: StaticString, headers: [(name: StaticString, value: String)] = [], body: [UInt8] = []
    ) {
        body.withUnsafeBytes { answer(status: status, contentType: contentType, headers: headers, body: $0) }
    }

    /// Answers with the bytes of `body`, which are copied where they cannot be sent at once.
    package func respond(
        status: Int, contentType: StaticString, headers: [(name: StaticString, value: String)] = [],
        body: UnsafeRawBufferPointer
    ) {
        answer(status: status, contentType: contentType, headers: headers, body: body)
    }

    /// Answers with `body` as UTF-8.
    package func respond(
        status: Int, contentType: StaticString, headers: [(name: StaticString, value: String)] = [], body: String
    ) {
        respond(status: status, contentType: contentType, headers: headers, body: Array(body.utf8))
    }

    /// Answers with a problem document.
    package func respond(_ problem: HTTPProblem, headers: [(name: StaticString, value: String)] = []) {
        responseBody.clear()
        problem.write(to: responseBody)
        send(status: problem.status, contentType: HTTPProblem.contentType, headers: headers)
    }

    private func answer(
        status: Int, contentType: StaticString, headers: [(name: StaticString, value: String)],
        body: UnsafeRawBufferPointer
    ) {
        guard let connection else {
            if isDisconnected, loop.isInLoop { server.statistics.answersDropped &+= 1 }
            return
        }
        assert(loop.isInLoop, "an exchange is answered on its loop's thread")
        self.connection = nil
        connection.answer(HTTPResponseHead(status: status, contentType: contentType, headers: headers), body: body)
    }
}
