import Deadline
import Messages
import RPC

extension RPCChannel {
    /// One call of a role. `once`: it changes something, and must not be made twice.
    /// - Throws: what the role throws, `DeadlineExceeded`, `ServiceUnavailable` where it cannot be reached, or `RPCError`
    ///   where the two sides do not understand each other.
    func call<Messages: CallMessages>(
        _ messages: Messages.Type, _ method: RPCMethod, _ request: Messages.Request, by deadline: Deadline,
        once: Bool = false
    ) async throws -> Messages.Answer {
        try deadline.check()
        let body: [UInt8]
        do {
            let request = Messages.encode(request: request)
            body =
                once
                ? try await callOnce(method, request, by: deadline) : try await call(method, request, by: deadline)
        } catch {
            throw error.asRoleError
        }
        do {
            return try body.withUnsafeBytes { try Messages.decodeAnswer($0) }
        } catch {
            throw RPCError(.malformed, "\(error)")
        }
    }
}

extension RPCError {
    /// An answer that is readable, but not to what was asked.
    static func answerDoesNotFit(_ role: String) -> RPCError {
        RPCError(.malformed, "the answer of \(role) does not fit what was asked: are both sides of the same version?")
    }
}
