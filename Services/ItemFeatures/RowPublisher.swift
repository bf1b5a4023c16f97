import Catalogue
import Contracts
import Domain
import EventLog
import Logging
import Metrics
import Synchronization

/// Brings the catalogue out on item-features, and dead letters on theirs: one task, one piece at a time, each tried again
/// until the log takes it.
///
/// Rows that changed go before all else. Statistics go in cycles: all that changed since the last one, then a marker that
/// says what the rows now hold.
final class RowPublisher: Sendable {
    private struct Waiter: Sendable {
        let id: UInt64
        /// The updates whose rows must be out, and the events that a marker must name, if it is to.
        let updates: LogPositions
        let events: LogPositions?
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State: Sendable {
        var isStopping = false
        var waiters: [Waiter] = []
        var nextWaiter: UInt64 = 0
        /// When statistics may go out again.
        var nextCycle = ContinuousClock.now
        var isTimerSet = false
    }

    private let core: ItemFeaturesCore
    private let log: any EventLog
    let owner: CatalogueOwner
    private let now: @Sendable () -> Int64
    private let interval: Duration
    private let signal = Signal()
    private let state = Mutex(State())
    private let failureLimit = LogRateLimit(intervalMilliseconds: 10_000)
    /// Called when something that a checkpoint holds has changed.
    private let onProgress: @Sendable () -> Void

    /// Records of an append.
    private static let batch = 1_000
    /// Milliseconds before the first new try, doubled for each further one, up to the second.
    private static let retry = (first: 50, last: 2_000)

    init(
        core: ItemFeaturesCore, log: any EventLog, owner: CatalogueOwner, interval: Int,
        now: @escaping @Sendable () -> Int64,
        onProgress: @escaping @Sendable () -> Void
    ) {
        self.core = core
        self.log = log
        self.owner = owner
        self.interval = .milliseconds(interval)
        self.now = now
        self.onProgress = onProgress
    }

    /// Begins to publish; the task holds the publisher until ``stop()``.
    func start() {
        Task.detached { await self.run() }
    }

    /// Tells that something has changed. Any thread; takes a short lock.
    func wake() { signal.set() }

    /// Ends the task soon, and lets all who wait go. What is not out goes out after the next start.
    func stop() {
        state.withLock { $0.isStopping = true }
        core.endPublication()
        signal.set()
    }

    /// Waits until the rows of some updates are out; until a marker says so too, with some events, when those are given.
    /// - Returns: false when that did not come about in time, or the publisher was stopped.
    func published(updates: LogPositions, events: LogPositions? = nil, within timeout: Int) async -> Bool {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = Task { [self] in
            try await Task.sleep(for: .milliseconds(timeout))
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let waiter = Waiter(id: id, updates: updates, events: events, continuation: continuation)
            let isStopping = state.withLock { state in
                if !state.isStopping { state.waiters.append(waiter) }
                return state.isStopping
            }
            isStopping ? continuation.resume(returning: false) : signal.set()
        }
    }
}

extension RowPublisher {
    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func run() async {
        while !isStopping {
            if let piece = core.nextPiece(isDue: isDue()) {
                await publish(piece)
            } else {
                resumeWaiters()
                setTimer()
                await signal.wait()
            }
        }
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: false) }
    }

    private func publish(_ piece: ItemFeaturesCore.Piece) async {
        var ends = LogPositions()
        switch piece {
        case .letters(let letters):
            guard await append({ letters }) != nil else { return }
            core.metrics.deadLetters.add(UInt64(letters.count))
        case .rows(let numbers, _), .statistics(let numbers):
            for start in stride(from: 0, to: numbers.count, by: Self.batch) {
                let part = numbers[start..<min(start + Self.batch, numbers.count)]
                guard let reached = await append({ core.records(of: part, timestamp: now(), owner: owner.header) })
                else { return }
                for lane in reached.lanes { ends[lane] = max(ends[lane], reached[lane]) }
                core.metrics.publishedRows.add(UInt64(part.count))
            }
        case .marker(let marker):
            let record = NewRecord(
                topic: core.configuration.topics.itemFeatures, key: ChangelogKey.position, value: marker.encoded,
                timestamp: now(), headers: [owner.header])
            guard let reached = await append({ [record] }) else { return }
            ends = reached
            state.withLock { $0.nextCycle = .now + interval }
        }
        core.acknowledge(piece, ends: ends)
        resumeWaiters()
        onProgress()
    }

    /// Appends records until the log has taken them, made anew for each try.
    /// - Returns: the places behind them; nil when the publisher was stopped or the log closed.
    private func append(_ make: () -> [NewRecord]) async -> LogPositions? {
        var pause = Self.retry.first
        while !isStopping {
            let records = make()
            do throws(LogError) {
                let outcomes = records.isEmpty ? [] : try await log.append(records)
                if records.first?.topic == core.configuration.topics.itemFeatures { owner.skip(outcomes) }
                return ends(of: outcomes)
            } catch {
                switch error.code {
                case .closed:
                    state.withLock { $0.isStopping = true }
                    return nil
                case .invalidRecord:
                    return await appendEach(of: records, error)
                default:
                    core.metrics.publicationFailures.add()
                    report(error, "rows not published, they are tried again")
                    try? await Task.sleep(for: .milliseconds(pause))
                    pause = min(2 * pause, Self.retry.last)
                }
            }
        }
        return nil
    }

    /// One that the log will never take, too long a row for example, holds up none of the others.
    private func appendEach(of records: [NewRecord], _ error: LogError) async -> LogPositions? {
        if records.count == 1 {
            core.metrics.unpublishable.add()
            report(error, "a record cannot be published and is left out")
            return LogPositions()
        }
        var ends = LogPositions()
        for record in records {
            guard let reached = await append({ [record] }) else { return nil }
            for lane in reached.lanes { ends[lane] = max(ends[lane], reached[lane]) }
        }
        return ends
    }

    private func report(_ error: LogError, _ message: StaticString) {
        guard let suppressed = failureLimit.admit() else { return }
        core.logger.warning(message, ["error": "\(error)", "suppressed": LogValue(suppressed)])
    }

    /// In a log of several lanes a record's position is its offset plus one.
    private func ends(of outcomes: [AppendOutcome]) -> LogPositions {
        var ends = LogPositions()
        for case .appended(let partition, let offset) in outcomes {
            let lane = log.lane(of: partition)
            ends[lane] = max(ends[lane], LogPosition(rawValue: UInt64(offset) + 1))
        }
        return ends
    }

    private func isDue() -> Bool {
        let progress = core.progress
        return state.withLock { state in
            ContinuousClock.now >= state.nextCycle
                || state.waiters.contains { $0.events != nil && !Self.isMet($0, progress) }
        }
    }

    private func resumeWaiters() {
        let progress = core.progress
        let met = state.withLock { state in
            let met = state.waiters.filter { Self.isMet($0, progress) }
            if !met.isEmpty { state.waiters.removeAll { Self.isMet($0, progress) } }
            return met
        }
        for waiter in met { waiter.continuation.resume(returning: true) }
    }

    private static func isMet(_ waiter: Waiter, _ progress: (updates: LogPositions, marker: PositionMarker?)) -> Bool {
        func holds(_ one: LogPositions, _ other: LogPositions) -> Bool {
            other.lanes.allSatisfy { one[$0] >= other[$0] }
        }
        guard holds(progress.updates, waiter.updates) else { return false }
        guard let events = waiter.events else { return true }
        guard let places = progress.marker?.places else { return false }
        return holds(Places.positions(places.updates), waiter.updates) && holds(Places.positions(places.events), events)
    }

    /// Has the task woken when statistics may go out again, if any wait for that.
    private func setTimer() {
        guard core.hasDueStatistics else { return }
        let moment = state.withLock { state in
            guard !state.isTimerSet else { return nil as ContinuousClock.Instant? }
            state.isTimerSet = true
            return state.nextCycle
        }
        guard let moment else { return }
        Task.detached { [weak self] in
            try? await Task.sleep(until: moment, clock: .continuous)
            guard let self else { return }
            state.withLock { $0.isTimerSet = false }
            signal.set()
        }
    }
}
