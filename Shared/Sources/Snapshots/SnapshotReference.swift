#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// A reference to an immutable object that writers replace while any number of threads take it: readers have no lock and
/// never wait, whatever writers and other readers do.
///
/// The difficulty is the moment between reading the reference and retaining the object, in which a writer may let the last
/// other reference go. A reader announces that moment: it counts itself in at one of two sides, reads, retains, and counts
/// itself out; five atomic steps, always. A writer puts the new reference in place, and releases the old object only after it
/// has seen the count of either side at zero since. Who read the old reference was counted before the exchange and until it
/// had retained the object, so a count that reaches zero after the exchange has no such reader in it; who counts itself in
/// later reads the new reference. Two sides, so that readers who never cease cannot hold a writer up: while it waits
/// for one side, newcomers go to the other. (The counters of sleepable read-copy-update: McKenney, "Sleepable RCU", 2006,
/// with the grace period that the announced moment makes short.)
@safe
public final class SnapshotReference<Object: AnyObject & Sendable>: Sendable {
    // The bits of a retained reference; the count that it stands for is the cell's own.
    private let bits: Atomic<UInt>
    private let side = Atomic<Int>(0)
    // What readers write lies on another cache line than what they only read.
    private let padding = InlineArray<14, UInt64>(repeating: 0)
    private let readers0 = Atomic<Int>(0)
    private let readers1 = Atomic<Int>(0)
    private let writing = Mutex<Void>(())

    /// A reference to a first object.
    public init(_ object: Object) {
        bits = Atomic(Self.retainedBits(of: object))
    }

    deinit {
        unsafe Self.unmanaged(bits.load(ordering: .acquiring)).release()
    }

    /// The object as last stored. Wait-free; O(1).
    public func load() -> Object {
        // Stores are sequentially consistent, and so is everything here that a writer's wait depends on.
        let isFirst = side.load(ordering: .relaxed) == 0
        countIn(isFirst)
        let object = unsafe Self.unmanaged(bits.load(ordering: .sequentiallyConsistent)).retain()
        countOut(isFirst)
        return unsafe object.takeRetainedValue()
    }

    /// Replaces the object. One writer at a time, the others wait for it; it waits until no reader is between its two
    /// steps any more.
    public func store(_ object: Object) {
        writing.withLock { _ in
            let old = bits.exchange(Self.retainedBits(of: object), ordering: .sequentiallyConsistent)
            side.store(1, ordering: .sequentiallyConsistent)
            while readers0.load(ordering: .sequentiallyConsistent) != 0 { sched_yield() }
            side.store(0, ordering: .sequentiallyConsistent)
            while readers1.load(ordering: .sequentiallyConsistent) != 0 { sched_yield() }
            unsafe Self.unmanaged(old).release()
        }
    }

    private func countIn(_ isFirst: Bool) {
        if isFirst {
            readers0.wrappingAdd(1, ordering: .sequentiallyConsistent)
        } else {
            readers1.wrappingAdd(1, ordering: .sequentiallyConsistent)
        }
    }

    private func countOut(_ isFirst: Bool) {
        if isFirst {
            readers0.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        } else {
            readers1.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        }
    }

    private static func retainedBits(of object: Object) -> UInt {
        unsafe UInt(bitPattern: Unmanaged.passRetained(object).toOpaque())
    }

    private static func unmanaged(_ bits: UInt) -> Unmanaged<Object> {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: bits) else { preconditionFailure("never stored") }
        return unsafe Unmanaged.fromOpaque(pointer)
    }
}
