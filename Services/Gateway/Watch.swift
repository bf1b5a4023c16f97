import EventLoop

/// Something that is answered at a moment at the latest, whoever else was to answer it.
///
/// The roles' clients keep to their deadlines; this is for one that does not. What is over before the turn of the loop
/// ends, as everything is that asks roles of this process alone, costs no timer.
// @unchecked: belongs to its shard's loop; tasks that hold it run on that loop.
class Watched: @unchecked Sendable {
    /// When it is answered, nanoseconds of the monotonic clock.
    let limit: UInt64
    private(set) var isOver = false

    init(limit: UInt64) {
        self.limit = limit
    }

    /// Ends it: whoever gets true answers, everybody else is too late.
    func finish() -> Bool {
        guard !isOver else { return false }
        isOver = true
        return true
    }

    /// Answers; called once, at the limit, unless it was over before.
    func expire() {}
}

/// Looks after what a shard has promised to answer in time.
final class Watch {
    private var watched: [Watched] = []
    /// When the timer fires; nil while it does not run.
    private var due: UInt64?
    private var timer: LoopTimer?

    /// - Throws: when the system has no room for a timer.
    init(loop: EventLoop) throws {
        timer = try LoopTimer(loop: loop) { [weak self] in self?.expire() }
        loop.onTurnEnd { [weak self] in self?.settle() }
    }

    /// Looks after something from now on.
    func add(_ entry: Watched) { watched.append(entry) }

    /// At the end of a turn: what is still open needs a timer.
    private func settle() {
        guard !watched.isEmpty else { return }
        watched.removeAll { $0.isOver }
        guard let next = watched.lazy.map(\.limit).min() else { return }
        if let due, due <= next { return }
        start(next)
    }

    private func start(_ next: UInt64) {
        let now = EventLoop.preciseNow
        do {
            try timer?.start(after: next > now ? next - now : 0)
            due = next
        } catch {
            // A timer that exists can be started as long as it has an action, which it has.
            due = nil
        }
    }

    private func expire() {
        due = nil
        let now = EventLoop.preciseNow
        for entry in watched where entry.limit <= now && entry.finish() { entry.expire() }
        watched.removeAll { $0.isOver }
        if let next = watched.lazy.map(\.limit).min() { start(next) }
    }
}
