internal import CRdKafka
internal import EventLog
internal import Synchronization

/// Records that wait for their acknowledgements together.
// A slot is written by the one thread that finishes its record, and read after the last of them has been counted.
final class PendingAppend: @unchecked Sendable {
    /// What became of a record. Its address travels through the library with the record.
    private struct Slot {
        let append: Unmanaged<PendingAppend>
        var error = RD_KAFKA_RESP_ERR_NO_ERROR
        var partition: Int32 = 0
        var offset: Int64 = 0
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let count: Int
    private let remaining: Atomic<Int>
    private let completion: Completion

    typealias Completion = @Sendable (_ result: Result<[AppendOutcome], LogError>, _ failures: Int) -> Void

    /// Keeps itself alive until all of `count` records, at least one, are finished; then makes the call, once.
    init(count: Int, _ completion: @escaping Completion) {
        self.count = count
        self.completion = completion
        remaining = Atomic(count)
        slots = .allocate(capacity: count)
        let append = Unmanaged.passRetained(self)
        for index in 0..<count { (slots + index).initialize(to: Slot(append: append)) }
    }

    deinit { slots.deallocate() }

    /// What the library is to give back with a record.
    func opaque(_ index: Int) -> UnsafeMutableRawPointer { UnsafeMutableRawPointer(slots + index) }

    /// Finishes records that the library did not take.
    func fail(from index: Int, _ error: rd_kafka_resp_err_t) {
        for index in index..<count {
            slots[index].error = error
        }
        finish(count - index)
    }

    /// Finishes a record that the library reports.
    ///
    /// Only an offset shows that Kafka stored it. Where a request was refused and the next one, already on its way, was
    /// stored, as by a leader that took over in between and knows nothing of this producer, the library concludes that
    /// the refused records are stored too, and reports them without an offset and without having sent them again.
    static func finish(_ message: rd_kafka_message_t) {
        guard let slot = message._private?.assumingMemoryBound(to: Slot.self) else { return }
        let isUnplaced = message.err == RD_KAFKA_RESP_ERR_NO_ERROR && message.offset < 0
        slot.pointee.error = isUnplaced ? RD_KAFKA_RESP_ERR__NO_OFFSET : message.err
        slot.pointee.partition = message.partition
        slot.pointee.offset = message.offset
        slot.pointee.append.takeUnretainedValue().finish(1)
    }

    private func finish(_ number: Int) {
        guard remaining.subtract(number, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        let append = slots[0].append
        completion(result(), failures)
        append.release()
    }

    private func result() -> Result<[AppendOutcome], LogError> {
        let slots = UnsafeBufferPointer(start: slots, count: count)
        if let failed = slots.first(where: { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }) {
            return .failure(LogError(delivery: failed.error))
        }
        return .success(slots.map { .appended(partition: Int($0.partition), offset: $0.offset) })
    }

    /// How many were not taken; when all are finished.
    private var failures: Int {
        UnsafeBufferPointer(start: slots, count: count).count { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
    }
}
