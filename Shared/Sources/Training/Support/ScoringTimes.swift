/// How long models take to answer requests, each measured in turn in the same run, in processor time of one thread.
enum ScoringTimes {
    private static let rounds = 3

    /// The median time in microseconds for each model.
    ///
    /// - Parameter answer: has a model answer a request.
    static func medians(models: Int, requests: Int, _ answer: (_ model: Int, _ request: Int) -> Void) -> [Double] {
        var times = [[Double]](repeating: [], count: models)
        for round in 0...rounds {
            for model in 0..<models {
                for request in 0..<requests {
                    let started = ThreadClock.microseconds
                    answer(model, request)
                    let spent = ThreadClock.microseconds - started
                    // The first round only fills the caches.
                    if round > 0 { times[model].append(spent) }
                }
            }
        }
        return times.map { $0.sorted()[$0.count / 2] }
    }
}
