import Deadline
import EventLoop

/// A call on its way through the handler; used again for another one when the handler has let go of it.
final class ServerCall: RPCCall {
    private(set) var method = RPCMethod(rawValue: 0)
    private(set) var deadline = Deadline.never
    /// When it arrived, in nanoseconds of the monotonic clock.
    private(set) var arrival: UInt64 = 0
    private let content = ByteBuffer(capacity: 512)
    private var id: UInt64 = 0
    /// Where the answer goes; nil once it is given.
    private var connection: ServerConnection?

    var body: UnsafeRawBufferPointer { content.bytes }

    func begin(_ header: FrameHeader, body: UnsafeRawBufferPointer, from connection: ServerConnection, at now: UInt64) {
        self.connection = connection
        method = RPCMethod(rawValue: header.method)
        id = header.id
        arrival = now
        deadline =
            header.budget == WireFormat.noDeadline
            ? .never : Deadline(nanoseconds: now &+ UInt64(header.budget) * 1000)
        content.clear(keeping: 64 << 10)
        content.append(body)
    }

    /// A second answer has no effect.
    func answer(_ body: [UInt8]) {
        body.withUnsafeBytes { answer($0) }
    }

    private func answer(_ body: UnsafeRawBufferPointer) {
        guard let connection else { return }
        guard body.count <= connection.peerLimit else {
            return fail(
                RPCError(
                    .tooLarge, "the answer has \(body.count) bytes, above the caller's limit of \(connection.peerLimit)"
                ))
        }
        self.connection = nil
        connection.send(FrameHeader(.answer, id: id, length: body.count), body)
        connection.finished(self)
    }

    func fail(_ error: RPCError) {
        fail(error, as: .failure)
    }

    func fail(_ error: RPCError, as kind: FrameHeader.Kind) {
        guard let connection else { return }
        self.connection = nil
        connection.sendFailure(error, as: kind, id: id)
        connection.finished(self)
    }
}
