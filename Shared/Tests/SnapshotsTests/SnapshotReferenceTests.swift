import Foundation
import Snapshots
import Synchronization
import Testing

/// Counts its living instances and knows whether it is one.
private final class Witness: Sendable {
    static let living = Atomic<Int>(0)
    static let magic: UInt64 = 0x5EED_5EED_5EED_5EED

    let value: Int
    private let mark = Atomic<UInt64>(Witness.magic)

    var isAlive: Bool { mark.load(ordering: .relaxed) == Self.magic }

    init(_ value: Int) {
        self.value = value
        Self.living.wrappingAdd(1, ordering: .relaxed)
    }

    deinit {
        mark.store(0, ordering: .relaxed)
        Self.living.wrappingSubtract(1, ordering: .relaxed)
    }
}

/// A number that threads share.
private final class Shared: Sendable {
    let value: Mutex<Int>

    init(_ value: Int) { self.value = Mutex(value) }
}

@Suite(.serialized) struct SnapshotReferenceTests {
    @Test("What was stored last is what is loaded")
    func lastStored() {
        let reference = SnapshotReference(Witness(1))
        #expect(reference.load().value == 1)
        reference.store(Witness(2))
        #expect(reference.load().value == 2)
    }

    @Test("An object lives as long as the reference or a reader has it, and no longer")
    func lifetimes() {
        do {
            let reference = SnapshotReference(Witness(1))
            let kept = reference.load()
            reference.store(Witness(2))
            #expect(Witness.living.load(ordering: .relaxed) == 2 && kept.isAlive)
            withExtendedLifetime(kept) {}
        }
        #expect(Witness.living.load(ordering: .relaxed) == 0)
    }

    @Test("Under readers and writers at once no object is loaded dead, none is leaked, and no reader goes back in time")
    func storm() {
        do {
            let reference = SnapshotReference(Witness(0))
            let next = Shared(0)
            let faults = Shared(0)
            Threads.run(6) { thread in
                if thread < 2 {
                    for _ in 0..<40_000 {
                        next.value.withLock { value in
                            value += 1
                            reference.store(Witness(value))
                        }
                    }
                } else {
                    var last = 0
                    for _ in 0..<400_000 {
                        let witness = reference.load()
                        if !witness.isAlive || witness.value < last { faults.value.withLock { $0 += 1 } }
                        last = witness.value
                    }
                }
            }
            #expect(faults.value.withLock { $0 } == 0)
            #expect(reference.load().value == 80_000 && Witness.living.load(ordering: .relaxed) == 1)
        }
        // The last thread lets go of what it was given a moment after it has said that it is done.
        for _ in 0..<10_000 where Witness.living.load(ordering: .relaxed) > 0 { usleep(1_000) }
        #expect(Witness.living.load(ordering: .relaxed) == 0)
    }
}
