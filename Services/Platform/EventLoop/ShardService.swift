/// What lives on a shard and has to come to an orderly end: a server, a client with work in flight.
package protocol ShardService: AnyObject {
    /// Takes no new work, finishes what is in flight, then calls `completion` (once). On the loop's thread.
    func drain(_ completion: @escaping () -> Void)
}
