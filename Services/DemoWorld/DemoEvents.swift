package import Domain

/// The events of a world in time order, made while they are read.
package struct DemoEvents: Sequence, Sendable {
    let world: DemoWorld

    /// Starts from the beginning; two iterators give the same events.
    package func makeIterator() -> Iterator { Iterator(world: world) }

    /// Merges the users by time: a heap holds each user once, by the time of the user's next event.
    package struct Iterator: IteratorProtocol, Sendable {
        private let world: DemoWorld
        private let prefix: String
        private var users: [DemoUser]
        private var heap: [Entry] = []
        private var count = 0

        /// When something next happens to a user; ties go by the user's number.
        private struct Entry: Sendable {
            var time: Int64
            var user: Int

            static func < (a: Entry, b: Entry) -> Bool { a.time != b.time ? a.time < b.time : a.user < b.user }
        }

        /// Sessions begin before this, so that they end within the period.
        private var lastStart: Int64 { world.configuration.end - 3 * 3_600_000 }

        init(world: DemoWorld) {
            self.world = world
            prefix = "d\(String(world.configuration.seed, radix: 36))."
            users = DemoUser.all(of: world)
            for index in users.indices {
                let start = users[index].nextStart(before: lastStart)
                DemoSession.play(&users[index], in: world, from: start)
                heap.append(Entry(time: users[index].pending.last?.timestamp ?? start, user: index))
            }
            for index in (0..<(heap.count / 2)).reversed() { siftDown(from: index) }
        }

        /// The next event; ids ascend. O(log users), and the making of a session now and then.
        package mutating func next() -> Event? {
            guard let first = heap.first, var event = users[first.user].pending.popLast() else { return nil }
            advance(first.user)
            let number = String(count, radix: 36)
            event.id = prefix + String(repeating: "0", count: Swift.max(0, 6 - number.utf8.count)) + number
            count += 1
            return event
        }

        /// Puts the user at the top of the heap where the next event belongs, or out when there is none.
        private mutating func advance(_ user: Int) {
            if users[user].pending.isEmpty, users[user].remaining > 0 {
                let start = users[user].nextStart(before: lastStart)
                DemoSession.play(&users[user], in: world, from: start)
            }
            if let next = users[user].pending.last {
                heap[0].time = next.timestamp
            } else {
                heap.swapAt(0, heap.count - 1)
                heap.removeLast()
            }
            siftDown(from: 0)
        }

        private mutating func siftDown(from start: Int) {
            var index = start
            while true {
                var least = index
                for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child] < heap[least] {
                    least = child
                }
                if least == index { return }
                heap.swapAt(index, least)
                index = least
            }
        }
    }
}
