import Foundation
import Synchronization

/// Readers that ask for recommendations without a pause but a short one, and keep count of what came. As browsers and proxies
/// do, they send a request again, once, whose connection broke before its answer.
final class Load: Sendable {
    struct Counts {
        var answers = 0
        var rungs: [String: Int] = [:]
        /// What was no answer, or one of the server's failures.
        var failures: [String] = []
        var lastFresh = Date.distantPast
        /// Requests that were sent again, since their connection broke before the answer.
        var repeats = 0
        /// Rungs since the last call of ``Load/mark()``.
        var recent: [String: Int] = [:]
    }

    /// How many there are: at most so many requests are under way at a time.
    let readers: Int
    private let counts = Mutex(Counts())
    private let isOver = Atomic(false)
    private let group = DispatchGroup()

    /// Starts readers against a gateway; each keeps a connection open.
    init(port: UInt16, readers: Int = 3, users: Int = 200) {
        self.readers = readers
        for reader in 0..<readers {
            group.enter()
            Thread { [self] in
                read(port, reader, users)
                group.leave()
            }.start()
        }
    }

    var now: Counts { counts.withLock { $0 } }

    /// Begins ``Counts/recent`` anew.
    func mark() { counts.withLock { $0.recent = [:] } }

    /// Ends the readers.
    func stop() -> Counts {
        isOver.store(true, ordering: .releasing)
        group.wait()
        return now
    }

    private func read(_ port: UInt16, _ reader: Int, _ users: Int) {
        var client: WebClient?
        var number = reader
        func ask() throws -> WebClient.Answer {
            let open = try client ?? WebClient(port: port)
            client = open
            return try open.get("/recommend?user=u\(1 + number % users)&n=10")
        }
        while !isOver.load(ordering: .acquiring) {
            number += 7
            do {
                let answer: WebClient.Answer
                do {
                    answer = try ask()
                } catch is WebClient.Broken {
                    client = nil
                    counts.withLock { $0.repeats += 1 }
                    answer = try ask()
                }
                counts.withLock { counts in
                    counts.answers += 1
                    counts.rungs[answer.rung, default: 0] += 1
                    counts.recent[answer.rung, default: 0] += 1
                    if answer.rung == "fresh" { counts.lastFresh = Date() }
                    if answer.status != 200 { counts.failures.append("\(answer.status) \(answer.body)") }
                }
            } catch {
                client = nil
                counts.withLock { $0.failures.append("\(error)") }
            }
            Thread.sleep(forTimeInterval: 0.004)
        }
    }
}
