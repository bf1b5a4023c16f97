import Testing
import Training

struct SuccessiveHalvingTests {
    private static let parameters = [
        HyperParameter("rate", .logarithmic(0.001...0.1)), HyperParameter("dropout", .linear(0...0.4)),
        HyperParameter("width", .choice([32, 64, 96])),
    ]
    private static let current = ["rate": 0.01, "dropout": 0.1, "width": 64]

    private func search(seed: UInt64 = 1) -> SuccessiveHalving {
        SuccessiveHalving(Self.parameters, current: Self.current, seed: seed)
    }

    /// A made-up training: best at a rate of 0.03, width has no effect, more epochs are better.
    private func score(_ request: SuccessiveHalving.Request) -> Double {
        let place = Self.parameters[0].place(of: request.values["rate"] ?? 0)
        return request.share - (place - 0.74) * (place - 0.74)
    }

    private func run(_ count: Int, seed: UInt64 = 1) -> [TuningTrial] {
        var trials: [TuningTrial] = []
        let search = search(seed: seed)
        for _ in 0..<count {
            let request = search.next(after: trials)
            trials.append(
                TuningTrial(
                    choice: request.choice, values: request.values, share: request.share, score: score(request),
                    seconds: 1))
        }
        return trials
    }

    @Test func aBracketNarrowsDownToItsBest() throws {
        let trials = run(13)
        #expect(trials[0].choice == 0 && trials[0].share == 1 && trials[0].values == Self.current)
        let first = trials[1...9]
        #expect(first.map(\.choice) == Array(0..<9) && first.allSatisfy { abs($0.share - 1 / 9.0) < 1e-12 })
        let second = trials[10...12]
        let best = first.sorted { $0.score ?? 0 > $1.score ?? 0 }.prefix(3).map(\.choice)
        #expect(second.map(\.choice) == best && second.allSatisfy { abs($0.share - 1 / 3.0) < 1e-12 })
        let all = run(14)
        #expect(all.count { $0.share == 1 } == (best[0] == 0 ? 1 : 2))
        for trial in all {
            #expect((0.001...0.1).contains(trial.values["rate"] ?? 0))
            #expect((0...0.4).contains(trial.values["dropout"] ?? -1))
            #expect([32, 64, 96].contains(trial.values["width"] ?? 0))
        }
    }

    @Test func theSameResultsLeadToTheSameTrials() {
        let trials = run(40, seed: 5)
        #expect(trials == run(40, seed: 5))
        #expect(trials.map(\.values) != run(40, seed: 6).map(\.values))
        // Also when they are known in another order.
        let next = search(seed: 5).next(after: trials)
        #expect(search(seed: 5).next(after: trials.reversed()) == next)
    }

    @Test func laterBracketsFindWhatIsBest() throws {
        let trials = run(90)
        let best = try #require(SuccessiveHalving.best(of: trials))
        let before = try #require(trials.first)
        #expect((best.score ?? 0) > (before.score ?? 0))
        #expect(abs(Self.parameters[0].place(of: best.values["rate"] ?? 0) - 0.74) < 0.08)
    }

    /// What diverges is never gone on with.
    @Test func failedTrialsFallOut() {
        var trials = Array(run(9).prefix(9))
        for place in 2..<9 { trials[place].score = nil }
        for _ in 0..<4 {
            let request = search().next(after: trials)
            if request.share > 0.2 { #expect([0, 1, 8].contains(request.choice)) }
            trials.append(
                TuningTrial(
                    choice: request.choice, values: request.values, share: request.share, score: score(request),
                    seconds: 1))
        }
    }

    @Test func whatMattersExplainsTheScores() throws {
        let importance = ParameterImportance.all(of: Self.parameters, in: run(60))
        #expect(importance.first?.name == "rate")
        #expect(try #require(importance.first).share > 0.99)
        for other in importance.dropFirst() { #expect(other.share < 0.5, "\(other)") }
        #expect(ParameterImportance.all(of: Self.parameters, in: run(5)).isEmpty)
    }

    @Test func placesAndValuesAreInverse() {
        for parameter in Self.parameters {
            for place in stride(from: 0.0, through: 1, by: 0.05) {
                let value = parameter.value(at: place)
                #expect(parameter.value(at: parameter.place(of: value)) == value)
            }
        }
    }
}
