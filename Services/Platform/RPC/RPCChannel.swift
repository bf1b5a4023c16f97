package import Deadline

/// A way to one role, wherever it runs: calls go out, answers come back in any order.
package protocol RPCChannel: Sendable {
    /// One call that may be made twice without harm: when a connection ends before the answer came, it goes once more to
    /// another one, if the deadline allows. For reading.
    /// - Throws: ``RPCError``; `deadlineExceeded` when no answer came in time, at the latest then.
    func call(_ method: RPCMethod, _ body: [UInt8], by deadline: Deadline) async throws(RPCError) -> [UInt8]

    /// One call that is never done twice: it goes elsewhere only when it is certain that nobody has begun it. After
    /// `unavailable` or `deadlineExceeded` it may have been done or not.
    /// - Throws: as `call`.
    func callOnce(_ method: RPCMethod, _ body: [UInt8], by deadline: Deadline) async throws(RPCError) -> [UInt8]
}

extension RPCChannel {
    /// For channels that never make a call twice.
    package func callOnce(
        _ method: RPCMethod, _ body: [UInt8], by deadline: Deadline
    ) async throws(RPCError) -> [UInt8] {
        try await call(method, body, by: deadline)
    }
}
