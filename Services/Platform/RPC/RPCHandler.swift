package import Deadline

/// What answers calls on one shard. A turn of the loop is a batch, as with HTTP: all calls that it brought, together.
package protocol RPCHandler: AnyObject {
    /// Answers every call, now or later, each exactly once, on the loop's thread. Calls whose deadline has passed are not
    /// handed on.
    func handle(_ calls: [any RPCCall])
}

/// A call that waits for its answer.
package protocol RPCCall: AnyObject {
    var method: RPCMethod { get }
    /// Valid until the call is answered.
    var body: UnsafeRawBufferPointer { get }
    var deadline: Deadline { get }
    func answer(_ body: [UInt8])
    func fail(_ error: RPCError)
}
