import Foundation
import Gateway
import Stack
import Synchronization
import TestSupport
import Testing

@Suite struct NeverFailTests {
    /// Clients ask all the time while roles break, go silent, hang and come back: every request is answered with a list, and
    /// in the end all stages are in it again.
    @Test func whateverHappensToRolesEveryRequestIsAnswered() async throws {
        let faults = Faults()
        let cache = MemoryCache()
        let running = try await RunningStack { services in
            var services = faults.applied(to: services)
            services.cache = cache
            services.configuration.deadlineMilliseconds = 150
            return services
        }
        let url = running.door.url
        let isOver = Atomic(false)
        let clients = 3
        let finished = Atomic(0)
        let answered = Atomic(0)
        let failures = Mutex<[String]>([])
        let rungs = Mutex<[String: Int]>([:])
        // Threads of their own: they block, and the tasks of the roles need the shared ones.
        for client in 0..<clients {
            Thread.detachNewThread {
                defer { finished.wrappingAdd(1, ordering: .relaxed) }
                do {
                    let connection = try Connection(url)
                    var round = client
                    while !isOver.load(ordering: .relaxed) {
                        round += 1
                        let user = round % 5 == 0 ? "nobody" : "\(round % 2 == 0 ? "tea" : "bike")-user\(round % 7)"
                        let answer = try connection.recommend("user=\(user)&n=\(5 + round % 3)")
                        rungs.withLock { $0[answer.degraded, default: 0] += 1 }
                        if answer.items.count != 5 + round % 3 || Set(answer.ids).count != answer.items.count {
                            failures.withLock { $0.append("\(answer.degraded): \(answer.ids)") }
                        }
                        answered.wrappingAdd(1, ordering: .relaxed)
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        var random = SystemRandomNumberGenerator()
        for step in 0..<24 {
            let role = Faults.Role.allCases[step % Faults.Role.allCases.count]
            faults.set(role, [Fault.broken, .silent, .hanging][step / 4 % 3])
            let goal = answered.load(ordering: .relaxed) + 6 + Int(random.next() % 10)
            await eventually {
                answered.load(ordering: .relaxed) >= goal || finished.load(ordering: .relaxed) > 0
            }
            if step % 3 != 2 { faults.set(role, .none) }
        }
        faults.repair()
        let connection = try running.connect()
        await eventually { (try? connection.recommend("user=tea-user1&n=5").degraded) == "fresh" }
        isOver.store(true, ordering: .relaxed)
        await eventually { finished.load(ordering: .relaxed) == clients }
        #expect(failures.withLock { $0 } == [])
        let reached = Set(rungs.withLock { $0 }.keys)
        #expect(reached.isSubset(of: Rung.allCases.map(\.name)) && reached.count > 2)
    }
}
