/// A command whose reply has not come.
struct PendingCommand {
    /// Nanoseconds of the loop's clock.
    let sent: UInt64
    let deadline: UInt64
    let byteCount: Int
    /// Nil when nobody waits, or nobody waits any more.
    var completion: ((RedisOutcome) -> Void)?
}

/// Commands in the order in which their replies will come.
struct PendingCommands {
    private var storage: [PendingCommand] = []
    private var head = 0
    private(set) var byteCount = 0

    var count: Int { storage.count - head }

    /// When the command whose reply is the next was sent.
    var oldest: UInt64? { head < storage.count ? storage[head].sent : nil }

    mutating func append(_ command: PendingCommand) {
        storage.append(command)
        byteCount += command.byteCount
    }

    mutating func popFirst() -> PendingCommand? {
        guard head < storage.count else { return nil }
        let command = storage[head]
        storage[head].completion = nil
        head += 1
        byteCount -= command.byteCount
        if head == storage.count {
            storage.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 256, head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
        return command
    }

    /// Takes the completions of commands whose deadline is at or before `now`; their replies are still to come. O(count).
    mutating func expire(now: UInt64) -> [(RedisOutcome) -> Void] {
        var completions: [(RedisOutcome) -> Void] = []
        for index in head..<storage.count where storage[index].deadline <= now {
            guard let completion = storage[index].completion else { continue }
            completions.append(completion)
            storage[index].completion = nil
        }
        return completions
    }

    /// The next deadline after `now`. O(count).
    func nextDeadline(after now: UInt64) -> UInt64? {
        storage[head...].lazy.map(\.deadline).filter { $0 > now }.min()
    }
}
