internal import EventLog
internal import SQLite

extension LogWriter {
    /// Appends that share a commit: each stored whole or, with all others, not at all.
    struct Group {
        var jobs: [(records: [NewRecord], completion: LogJob.Completion)] = []
        var records = 0
        var bytes = 0
    }

    /// Runs the queue until it is closed and empty.
    func run(_ queue: LogQueue, maximumCommitRecords: Int) {
        while true {
            let jobs = queue.takeAll()
            if jobs.isEmpty { return }
            var group = Group()
            for job in jobs {
                switch job {
                case .append(let records, let bytes, let completion):
                    if group.records > 0, group.records + records.count > maximumCommitRecords {
                        finish(&group, queue)
                    }
                    group.jobs.append((records, completion))
                    group.records += records.count
                    group.bytes += bytes
                case .bulk(let records, let completion):
                    finish(&group, queue)
                    commit([(records, completion)])
                case .task(let task):
                    finish(&group, queue)
                    task(self)
                }
            }
            finish(&group, queue)
        }
    }

    private func finish(_ group: inout Group, _ queue: LogQueue) {
        guard !group.jobs.isEmpty else { return }
        // Room first: whoever is answered may append again at once.
        commit(group.jobs) { queue.finish(records: group.records, bytes: group.bytes) }
        group = Group()
    }

    /// Stores, tells consumers, then whoever waits.
    private func commit(
        _ jobs: [(records: [NewRecord], completion: LogJob.Completion)], beforeAnswers: () -> Void = {}
    ) {
        subscribers.removeAll { !$0.isActive }
        let isWatched = !subscribers.isEmpty
        var stored: [LogRecord] = []
        do {
            let outcomes = try database.transaction {
                let outcomes = try jobs.map { job in
                    try insert(job.records, stored: { stored.append($0) }, isWatched: isWatched)
                }
                try storeCounters()
                return outcomes
            }
            for topic in topics.values { directory.publish(topic.name, number: topic.number, end: topic.end) }
            deliver(stored)
            beforeAnswers()
            for (job, outcomes) in zip(jobs, outcomes) { job.completion(.success(outcomes)) }
        } catch {
            // Counters go back to what is stored. Where even that cannot be read, later commits fail on their own.
            try? load()
            beforeAnswers()
            for job in jobs { job.completion(.failure(LogError(error))) }
        }
    }

    private func deliver(_ records: [LogRecord]) {
        guard let first = records.first else { return }
        let isOneTopic = records.allSatisfy { $0.topic == first.topic }
        for subscriber in subscribers {
            if isOneTopic {
                if subscriber.topic == first.topic { subscriber.deliver(records) }
            } else {
                subscriber.deliver(records.filter { $0.topic == subscriber.topic })
            }
        }
    }

    /// Gives a consumer what is there after a position, and from now on every commit.
    func attach(_ subscriber: LogSubscriber, after position: LogPosition, batch: Int) throws {
        var position = position
        if let topic = topics[subscriber.topic] {
            while true {
                let records = try reader.read(topic: topic.name, topic.number, after: position, limit: batch)
                guard let last = records.last else { break }
                subscriber.deliver(records)
                position = last.position
            }
        }
        subscribers.append(subscriber)
    }

    /// Deletes records found by a reader up to `scanned`, and those of the key that came since.
    /// - Returns: how many.
    func erase(topic name: String, key: String, found: [Int64], scanned: LogPosition) throws -> Int {
        guard let topic = topics[name] else { return 0 }
        let delete = try database.prepare(LogSchema.delete(topic: topic.number))
        let count = try database.transaction {
            let matches = try found + reader.positions(topic: topic.number, key: key, after: scanned).matches
            var count = 0
            for position in matches {
                try delete.bind(position, at: 1)
                try delete.run()
                count += database.changes
            }
            return count
        }
        // The write-ahead log still has pages with the erased bytes until it is cut.
        if count > 0 { try database.checkpoint() }
        return count
    }
}
