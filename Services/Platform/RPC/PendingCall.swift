/// A caller that waits; its place in the table is used again.
final class PendingCall {
    typealias Continuation = UnsafeContinuation<Result<[UInt8], RPCError>, Never>

    let index: Int
    /// On the wire; another one for each use of the place, so that a late answer finds nobody.
    var id: UInt64
    var method: UInt16 = 0
    var body: [UInt8] = []
    /// Nanoseconds of the monotonic clock; the highest number for none.
    var deadline: UInt64 = 0
    var isOnce = false
    var hasMoved = false
    var start: UInt64 = 0
    var sentAt: UInt64 = 0
    /// How often its link had written when the call was handed to it: none of the call has left while that is so.
    var writesBefore: UInt64 = 0
    /// The connection that has it; nil while it waits for one.
    var link: ClientLink?
    /// Nil when the place is free.
    var continuation: Continuation?

    init(index: Int) {
        self.index = index
        id = UInt64(index)
    }
}
