import Stack
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
    /// Which items exist, as far as their writer has been told.
    private final class Ledger: Sendable {
        private let deleted = Mutex<Set<String>>([])
        private let ended = Mutex(false)

        var isEnded: Bool { ended.withLock { $0 } }
        var gone: Set<String> { deleted.withLock { $0 } }

        func end() { ended.withLock { $0 = true } }
        func add(_ item: String) { _ = deleted.withLock { $0.insert(item) } }
    }

    /// Items come and go while others ask for them, for what is like them and for recommendations, and send events: no
    /// answer is an error of the server's, and nothing appears whose deletion was answered before the question.
    @Test func itemsMayComeAndGoUnderLoad() async throws {
        let running = try await RunningStack()
        let url = running.door.url
        let ledger = Ledger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ledger.end() }
                let connection = try Connection(url)
                for number in 0..<60 {
                    let put = try connection.put("/items/n\(number)", #"{"title":"N","categories":["tea","n"]}"#)
                    #expect(put.status == 201)
                    guard number >= 5 else { continue }
                    #expect(try connection.delete("/items/n\(number - 5)").status == 204)
                    ledger.add("n\(number - 5)")
                    await Task.yield()
                }
            }
            group.addTask {
                let connection = try Connection(url)
                while !ledger.isEnded {
                    for number in 0..<60 where !ledger.isEnded {
                        let reply = try connection.get("/similar?item=n\(number)&n=5")
                        #expect([200, 404].contains(reply.status), "\(reply.text)")
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                let connection = try Connection(url)
                var step = 0
                while !ledger.isEnded {
                    step += 1
                    let gone = ledger.gone
                    let answer = try connection.recommend("user=tea-user\(step % 50)&n=50&explain=\(step % 2)")
                    #expect(answer.degraded == "fresh" && gone.isDisjoint(with: answer.ids))
                    let new = try connection.list("/latest?n=10")
                    #expect(gone.isDisjoint(with: new.ids))
                    guard let item = new.ids.first else { continue }
                    let event = try connection.post(
                        "/events", #"{"type":"click","user":"tea-user\#(step % 50)","item":"\#(item)"}"#)
                    #expect([202, 422].contains(event.status))
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        let connection = try running.connect()
        #expect(try Set(connection.recommend("user=nobody&category=n").ids) == ["n55", "n56", "n57", "n58", "n59"])
    }
}
