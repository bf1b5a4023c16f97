import EventLoop
import Glibc
import Synchronization
import Testing

struct EventLoopTests {
    @Test func workFromOtherThreadsWakesTheLoopAndRunsInOrder() throws {
        let runner = try LoopRunner()
        let log = Mutex<[Int]>([])
        for index in 0..<1000 {
            runner.loop.execute { [loop = runner.loop] in
                log.withLock { $0.append(loop.isInLoop ? index : -1) }
            }
        }
        #expect(eventually { log.withLock { $0.count } == 1000 })
        #expect(log.withLock { $0 } == Array(0..<1000))
        #expect(!runner.loop.isInLoop)
    }

    @Test func aTaskStaysOnTheLoopAndEndsInTheTurnThatBeganIt() throws {
        let runner = try LoopRunner()
        let loop = runner.loop
        let result = Mutex<[UInt64]?>(nil)
        loop.execute {
            let first = loop.turns
            Task(executorPreference: loop) { @Sendable in
                var foreign: UInt64 = 0
                for _ in 0..<3 {
                    await Task.yield()
                    if !loop.isInLoop { foreign += 1 }
                }
                foreign += await Self.stage(loop)
                result.withLock { $0 = [foreign, loop.turns - first] }
            }
        }
        #expect(eventually { result.withLock { $0 != nil } })
        #expect(result.withLock { $0 } == [0, 0])
    }

    private static func stage(_ loop: EventLoop) async -> UInt64 {
        await Task.yield()
        return loop.isInLoop ? 0 : 1
    }

    @Test func aTaskThatWaitsForAnotherThreadComesBackToTheLoop() throws {
        let runner = try LoopRunner()
        let loop = runner.loop
        let result = Mutex<Bool?>(nil)
        Task(executorPreference: loop) {
            await withCheckedContinuation { continuation in
                let thread = try? LoopThread(name: "other") { continuation.resume() }
                if thread == nil { continuation.resume() }
            }
            let isInLoop = loop.isInLoop
            result.withLock { $0 = isInLoop }
        }
        #expect(eventually { result.withLock { $0 != nil } })
        #expect(result.withLock { $0 } == true)
    }

    @Test func hooksRunAroundTheJobsOfATurn() throws {
        let log = Mutex<[String]>([])
        let runner = try LoopRunner { loop in
            loop.onPolled { if loop.turns < 1000 { log.withLock { $0.append("polled") } } }
            loop.onTurnEnd { log.withLock { $0.append("end") } }
        }
        let done = Mutex(false)
        runner.loop.execute { [loop = runner.loop] in
            log.withLock { $0.append("job") }
            loop.later {
                log.withLock { $0.append("later") }
                done.withLock { $0 = true }
            }
        }
        #expect(eventually { done.withLock { $0 } })
        runner.end()
        let seen = log.withLock { $0 }
        let job = try #require(seen.firstIndex(of: "job"))
        #expect(seen[job...].starts(with: ["job", "later", "end"]))
        #expect(seen[job - 1] == "polled" || seen[..<job].allSatisfy { $0 == "end" || $0 == "polled" })
    }

    @Test func aRequestedTurnComesWithoutAnyEvent() throws {
        let turns = Mutex(0)
        let runner = try LoopRunner { loop in
            loop.onPolled {
                let count = turns.withLock { turns in
                    turns += 1
                    return turns
                }
                if count < 100 { loop.requestTurn() }
            }
            loop.requestTurn()
        }
        #expect(eventually { turns.withLock { $0 } >= 100 })
        runner.end()
    }

    @Test func timersFireOnceAndRepeatedlyAndTheirJobsRunAtOnce() throws {
        let once = Mutex(0)
        let repeated = Mutex(0)
        let jobs = Mutex(0)
        let runner = try LoopRunner { loop in
            try loop.schedule(after: 1_000_000) {
                once.withLock { $0 += 1 }
                // Nothing else wakes the loop: a job of a timer must not wait for it.
                Task(executorPreference: loop) { @Sendable in jobs.withLock { $0 += 1 } }
            }
            try loop.schedule(every: 2_000_000) { repeated.withLock { $0 += 1 } }
            try loop.schedule(after: 1_000_000) { once.withLock { $0 += 100 } }.close()
        }
        #expect(eventually { repeated.withLock { $0 } >= 5 && jobs.withLock { $0 } == 1 })
        runner.end()
        #expect(once.withLock { $0 } == 1)
    }

    @Test func signalsReachTheLoop() throws {
        let count = Mutex(0)
        let runner = try LoopRunner { loop in
            try loop.onSignal(SIGUSR1) { if loop.isInLoop { count.withLock { $0 += 1 } } }
        }
        kill(getpid(), SIGUSR1)
        #expect(eventually { count.withLock { $0 } == 1 })
        runner.end()
    }

    @Test func anEndedLoopRefusesWorkAndLosesNoTask() async throws {
        let runner = try LoopRunner()
        let loop = runner.loop
        runner.end()
        #expect(!loop.execute {})
        // Its tasks still end, elsewhere.
        let value = await Task(executorPreference: loop) { 42 }.value
        #expect(value == 42)
    }

    @Test func aLoopIsFreedWhenItHasEnded() throws {
        weak var loop: EventLoop?
        do {
            let runner = try LoopRunner { loop in
                try loop.schedule(every: 1_000_000_000) {}
                _ = try loop.makeDeadlineList(timeout: 1_000_000_000)
                _ = try TCPListener(loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) { $0.close() }
            }
            loop = runner.loop
            runner.end()
        }
        #expect(eventually { loop == nil })
    }
}
