import Glibc

/// A bound socket that outlives those who listen on it: what connects while nobody accepts waits in the kernel for the next
/// who does. It may be handed to another process, and several shards may listen on it.
package final class ListeningSocket: Sendable {
    package let address: SocketAddress
    /// The socket's number in this process, closed with this object.
    package let descriptor: Int32

    /// Takes over a socket that is bound to an address of TCP.
    /// - Throws: `ListenError.notASocket` when the descriptor is something else.
    package init(adopting descriptor: Int32) throws(ListenError) {
        func refusal(_ reason: String) -> ListenError { .notASocket(descriptor: descriptor, reason: reason) }
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 else {
            throw refusal(String(cString: strerror(errno)))
        }
        guard type == Int32(SOCK_STREAM.rawValue), let address = SocketAddress(ofSocket: descriptor) else {
            throw refusal("it is not a socket of TCP")
        }
        guard address.port != 0 else { throw refusal("it is not bound to a port") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.address = address
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Another descriptor of the same socket, of the caller's own.
    /// - Parameter lowest: the least number that it may have.
    package func duplicate(from lowest: Int32 = 3) throws(ListenError) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, lowest)
        guard copy >= 0 else { throw ListenError(errno: errno, address: address) }
        return copy
    }
}

extension [ListeningSocket] {
    /// What one of so many shards listens on: a part of its own where there is one for each, else one that it shares. Each
    /// socket is somebody's.
    package func share(of shard: Int, among shards: Int) -> [ListeningSocket] {
        count < shards
            ? [self[shard % count]] : stride(from: shard, to: count, by: shards).map { self[$0] }
    }
}
