package import Deadline

/// A way to one role, wherever it runs: calls go out, answers come back in any order.
package protocol RPCChannel: Sendable {
    /// One call.
    /// - Throws: ``RPCError``; `deadlineExceeded` when no answer came in time, at the latest then.
    func call(_ method: RPCMethod, _ body: [UInt8], by deadline: Deadline) async throws(RPCError) -> [UInt8]
}
