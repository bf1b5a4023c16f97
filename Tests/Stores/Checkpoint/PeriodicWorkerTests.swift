import Checkpoint
import Synchronization
import Testing
import TestSupport

@Suite struct PeriodicWorkerTests {
    /// Counts and answers.
    final class Work: Sendable {
        let runs = Atomic(0)
        let failures: Int

        init(failures: Int = 0) { self.failures = failures }

        func run() -> Bool { runs.wrappingAdd(1, ordering: .relaxed).newValue > failures }

        var count: Int { runs.load(ordering: .relaxed) }
    }

    @Test func aRequestIsServed() async throws {
        let work = Work()
        let worker = PeriodicWorker(intervalMilliseconds: 1) { work.run() }
        #expect(work.count == 0)
        worker.request()
        await eventually { work.count == 1 }
        worker.request()
        await eventually { work.count == 2 }
        worker.stop()
        #expect(work.count == 2)
    }

    @Test func requestsOfOneIntervalAreOneRun() async throws {
        let work = Work()
        let worker = PeriodicWorker(intervalMilliseconds: 200) { work.run() }
        for _ in 0..<1_000 { worker.request() }
        await eventually { work.count > 0 }
        worker.stop()
        #expect(work.count == 1)
    }

    @Test func workThatFailsIsTriedAgain() async throws {
        let work = Work(failures: 3)
        let worker = PeriodicWorker(intervalMilliseconds: 1) { work.run() }
        worker.request()
        await eventually { work.count == 4 }
        worker.stop()
        #expect(work.count == 4)
    }

    @Test func jobsAreDoneAtOnceAndGiveTheirResult() async throws {
        let worker = PeriodicWorker(intervalMilliseconds: 1_000_000) { true }
        worker.request()
        #expect(try await worker.perform { 7 } == 7)
        await #expect(throws: PeriodicWorkerStopped.self) { try await worker.perform { throw PeriodicWorkerStopped() } }
        worker.stop()
        worker.stop()
        await #expect(throws: PeriodicWorkerStopped.self) { try await worker.perform { 8 } }
    }

    @Test func lettingGoOfItEndsIt() async throws {
        let work = Work()
        var worker: PeriodicWorker? = PeriodicWorker(intervalMilliseconds: 1_000_000) { work.run() }
        worker?.request()
        worker = nil
        #expect(worker == nil && work.count == 0)
    }
}
