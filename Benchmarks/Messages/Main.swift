import CommandLine
import Contracts
import Domain
import EventLog
import Glibc
import Messages
import RandomMessages

/// Size of each message, and CPU time of writing and reading it, for users with 64 interactions and 500 seen items, 200
/// candidates a query and answers of 20 items.
/// `swift run -c release message-benchmark [QUERIES…]`
@main
struct MessageBenchmark {
    static func main() {
        let arguments = Swift.CommandLine.arguments.dropFirst()
        let wanted = arguments.compactMap { Int($0) }.filter { $0 > 0 && $0 <= MessageLimits.queries }
        print(MachineDescription.current().text)
        print("swift run -c release message-benchmark \(arguments.joined(separator: " "))")
        print("queries                bytes  write µs   read µs")
        var world = World()
        world.rows()
        for queries in wanted.isEmpty ? [1, 16] : wanted { world.calls(queries) }
    }
}

/// What messages say.
private struct World {
    private var random = FixedRandom(seed: 5)
    private let state: UserState

    init() {
        let made = random.state(history: 64...64, seen: 500...500)
        let history = made.history.map {
            HistoryEntry(item: $0.item % 100_000, kind: $0.kind, weight: $0.weight, timestamp: $0.timestamp)
        }
        state = UserState(
            version: 777, history: history, seen: made.seen.map { $0 % 100_000 }, attributes: ["age=30", "country=de"])!
    }

    mutating func rows() {
        let user = UserRow(
            state: state, recentIDs: (0..<64).map { _ in random.next() }, position: LogPosition(rawValue: 123_456))
        measure(
            "user row", UserRowMessage.encode(user), { UserRowMessage.encode(user) }, { try! UserRowMessage.decode($0) }
        )
        let item = random.itemRow()
        measure(
            "item row", ItemRowMessage.encode(item), { ItemRowMessage.encode(item) }, { try! ItemRowMessage.decode($0) }
        )
    }

    mutating func calls(_ queries: Int) {
        let candidates = candidates(queries)
        let users = (0..<queries).map { "user-\($0 * 7919)" }
        let states = users.map { _ in state }
        var arrangement = Arrangement()
        for query in 0..<queries {
            arrangement.chosen += (0..<20).map { query * 200 + $0 * 7 }
            arrangement.offsets.append(arrangement.chosen.count)
        }
        both("\(queries) states", StatesMessages.self, users, states.map { .found($0) })
        both(
            "\(queries) candidates", CandidatesMessages.self, states.map { RecallQuery(user: $0, limit: 200) },
            candidates)
        both(
            "\(queries) scores", ScoresMessages.self,
            ScoresMessages.Request(candidates: candidates, users: states, explaining: false),
            RankedScores(values: candidates.scores))
        both(
            "\(queries) arrange", ArrangeMessages.self,
            ArrangeMessages.Request(
                model: candidates.model, offsets: candidates.offsets, items: candidates.items,
                scores: candidates.scores, queries: users.map { _ in RerankQuery(count: 20, diversity: 0.1) }),
            arrangement)
    }

    private mutating func candidates(_ queries: Int) -> CandidateBatch {
        var batch = CandidateBatch(model: "20261125-191000", dimensions: 64)
        for _ in 0..<queries {
            batch.userVectors += (0..<64).map { _ in random.float(-1...1) }
            for _ in 0..<200 {
                batch.append(ItemNumber(random.number(0...99_999)), score: random.float(-9...9), source: .twoTower)
            }
            batch.endQuery()
        }
        return batch
    }
}

private func both<Messages: CallMessages>(
    _ name: String, _ messages: Messages.Type, _ request: Messages.Request, _ answer: Messages.Answer
) {
    measure(
        "\(name) request", Messages.encode(request: request), { Messages.encode(request: request) },
        { try! Messages.decodeRequest($0) })
    measure(
        "\(name) answer", Messages.encode(answer: answer), { Messages.encode(answer: answer) },
        { try! Messages.decodeAnswer($0) })
}

private func measure<Value>(
    _ name: String, _ bytes: [UInt8], _ write: () -> [UInt8], _ read: (UnsafeRawBufferPointer) -> Value
) {
    let writing = microseconds { keep(write()) }
    let reading = microseconds { bytes.withUnsafeBytes { keep(read($0)) } }
    let columns = [(name, -21), ("\(bytes.count)", 6), (rounded(writing), 9), (rounded(reading), 9)]
    print(columns.map(padded).joined(separator: " "))
}

/// CPU time of a call, the best of several rounds.
private func microseconds(_ body: () -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<8 {
        let rounds = 2000
        let start = processTime()
        for _ in 0..<rounds { body() }
        best = min(best, (processTime() - start) / Double(rounds))
    }
    return best
}

private func processTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

@inline(never)
private func keep<Value>(_ value: Value) { withExtendedLifetime(value) {} }

private func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

private func padded(_ text: String, _ width: Int) -> String {
    let gap = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? text + gap : gap + text
}
