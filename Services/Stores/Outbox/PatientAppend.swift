internal import EventLog
internal import Synchronization

/// An append that is waited for no longer than some time.
///
/// An append cannot be taken back: one that was given up may still succeed. Its records have ids, by which consumers know
/// them when they come once more.
struct PatientAppend {
    let log: any EventLog
    let milliseconds: Int
    let executor: TaskThread

    /// - Throws: what the log throws; nil is returned when it has not answered in time.
    func callAsFunction(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome]? {
        let result: Result<[AppendOutcome], LogError>? = await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            let timer = Task(executorPreference: executor) {
                try? await Task.sleep(for: .milliseconds(milliseconds))
                answer.give(nil)
            }
            Task(executorPreference: executor) {
                do throws(LogError) {
                    answer.give(.success(try await log.append(records)))
                } catch {
                    answer.give(.failure(error))
                }
                timer.cancel()
            }
        }
        return try result?.get()
    }

    private final class FirstAnswer: Sendable {
        typealias Answer = Result<[AppendOutcome], LogError>?

        private let continuation: Mutex<CheckedContinuation<Answer, Never>?>

        init(_ continuation: CheckedContinuation<Answer, Never>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ answer: Answer) {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(returning: answer)
        }
    }
}
