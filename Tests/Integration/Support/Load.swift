import Foundation
import Synchronization

/// Readers that ask for recommendations without a pause but a short one, and keep count of what came.
final class Load: Sendable {
    struct Counts {
        var answers = 0
        var rungs: [String: Int] = [:]
        /// What was no answer, or one of the server's failures.
        var failures: [String] = []
        var lastFresh = Date.distantPast
        /// Rungs since the last call of ``Load/mark()``.
        var recent: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let isOver = Atomic(false)
    private let group = DispatchGroup()

    /// Starts readers against a gateway; each keeps a connection open.
    init(port: UInt16, readers: Int = 3, users: Int = 200) {
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
        while !isOver.load(ordering: .acquiring) {
            number += 7
            do {
                let open = try client ?? WebClient(port: port)
                client = open
                let answer = try open.get("/recommend?user=u\(1 + number % users)&n=10")
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
