import Deadline
import RPC
import Synchronization

/// A way to a handler in the same process. Calls are handed on in turns of a fixed number.
// @unchecked: the handler is called within the lock, one turn at a time.
final class Loopback: RPCChannel, @unchecked Sendable {
    private let handler: any RPCHandler
    private let callsPerTurn: Int
    private let waiting = Mutex<[Call]>([])

    init(_ handler: any RPCHandler, callsPerTurn: Int = 1) {
        self.handler = handler
        self.callsPerTurn = callsPerTurn
    }

    func call(_ method: RPCMethod, _ body: [UInt8], by deadline: Deadline) async throws(RPCError) -> [UInt8] {
        if deadline.hasPassed { throw RPCError(.deadlineExceeded, "too late") }
        let result = await withCheckedContinuation { continuation in
            let call = Call(method: method, body: body, deadline: deadline, continuation: continuation)
            waiting.withLock { waiting in
                waiting.append(call)
                guard waiting.count >= callsPerTurn else { return }
                let turn = waiting
                waiting = []
                handler.handle(turn)
            }
        }
        return try result.get()
    }

    // @unchecked: used by one side at a time.
    private final class Call: RPCCall, @unchecked Sendable {
        let method: RPCMethod
        let deadline: Deadline
        let body: UnsafeRawBufferPointer
        private var continuation: CheckedContinuation<Result<[UInt8], RPCError>, Never>?

        init(
            method: RPCMethod, body: [UInt8], deadline: Deadline,
            continuation: CheckedContinuation<Result<[UInt8], RPCError>, Never>
        ) {
            self.method = method
            self.deadline = deadline
            self.continuation = continuation
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: body.count, alignment: 1)
            copy.copyBytes(from: body)
            self.body = UnsafeRawBufferPointer(copy)
        }

        deinit { body.deallocate() }

        func answer(_ body: [UInt8]) { finish(.success(body)) }

        func fail(_ error: RPCError) { finish(.failure(error)) }

        private func finish(_ result: Result<[UInt8], RPCError>) {
            guard let continuation else { fatalError("a call was answered twice") }
            self.continuation = nil
            continuation.resume(returning: result)
        }
    }
}

/// A way to nowhere.
struct DeadChannel: RPCChannel {
    var error = RPCError(.unavailable, "nobody is there")

    func call(_ method: RPCMethod, _ body: [UInt8], by deadline: Deadline) async throws(RPCError) -> [UInt8] {
        throw error
    }
}

/// Answers every call with the same bytes.
struct FixedAnswer: RPCChannel {
    let answer: [UInt8]

    func call(_ method: RPCMethod, _ body: [UInt8], by deadline: Deadline) async throws(RPCError) -> [UInt8] { answer }
}
