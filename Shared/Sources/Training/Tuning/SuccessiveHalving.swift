/// Which trial comes next: successive halving (Jamieson & Talwalkar, AISTATS 2016, algorithm 1), one bracket after another.
///
/// A bracket trains nine choices for a ninth of the epochs, the best three of them for a third, the best one for all. The
/// choices of the first bracket are drawn at random, as in Hyperband (Li et al., JMLR 2018); of later ones every second is
/// a small step away from the best so far. What is set now is choice 0, a member of the first bracket, and is trained for
/// all epochs in any case, so that there is something to compare with.
///
/// It knows no clock: the same results lead to the same trials, whether they were made now or read from a journal.
public struct SuccessiveHalving: Sendable {
    /// A trial to be made.
    public struct Request: Sendable, Equatable {
        public let choice: Int
        public let values: [String: Double]
        public let share: Double
    }

    /// One of so many goes on to the next round.
    static let reduction = 3
    /// Rounds of a bracket.
    static let rounds = 3
    /// Choices of a bracket.
    static let width = 9
    /// Standard deviation of a small step, as a share of a domain.
    private static let step = 0.12

    private let parameters: [HyperParameter]
    private let current: [String: Double]
    private let seed: UInt64

    /// - Parameter current: what is set now, by name; what is not among `parameters` stays as it is.
    public init(_ parameters: [HyperParameter], current: [String: Double], seed: UInt64) {
        self.parameters = parameters
        self.current = current
        self.seed = seed
    }

    /// Share of the epochs in a round of a bracket.
    static func share(ofRound round: Int) -> Double {
        var share = 1.0
        for _ in round..<(rounds - 1) { share /= Double(reduction) }
        return share
    }

    /// The trial after some that have been made, in whatever order. There always is one. O(trials²).
    public func next(after trials: [TuningTrial]) -> Request {
        guard trials.contains(where: { $0.choice == 0 && $0.share == 1 }) else {
            return Request(choice: 0, values: current, share: 1)
        }
        var bracket = 0
        while true {
            var survivors = (0..<Self.width).map { bracket * Self.width + $0 }
            for round in 0..<Self.rounds {
                let share = Self.share(ofRound: round)
                let done = trials.filter { $0.share == share }
                for choice in survivors where !done.contains(where: { $0.choice == choice }) {
                    return Request(choice: choice, values: values(of: choice, after: trials), share: share)
                }
                let ranked = done.filter { survivors.contains($0.choice) && $0.score != nil }
                    .sorted { ($1.score ?? 0, $0.choice) < ($0.score ?? 0, $1.choice) }
                survivors = Array(ranked.map(\.choice).prefix(survivors.count / Self.reduction))
            }
            bracket += 1
        }
    }

    /// The best trial with all epochs, of equal ones the first choice.
    public static func best(of trials: [TuningTrial]) -> TuningTrial? {
        trials.filter { $0.share == 1 && $0.score != nil }
            .min { ($1.score ?? 0, $0.choice) < ($0.score ?? 0, $1.choice) }
    }

    private func values(of choice: Int, after trials: [TuningTrial]) -> [String: Double] {
        if let known = trials.first(where: { $0.choice == choice }) { return known.values }
        guard choice > 0 else { return current }
        var random = RandomSource(seed: seed &+ UInt64(choice) &* 0x9E37_79B9)
        let first = choice / Self.width * Self.width
        let centre =
            choice >= Self.width && choice % 2 == 0
            ? Self.best(of: trials.filter { $0.choice < first })?.values : nil
        var values = current
        for parameter in parameters {
            let uniform = Double(random.uniform())
            let normal = Double(random.normal())
            if let centre, let middle = centre[parameter.name] {
                values[parameter.name] = parameter.value(at: parameter.place(of: middle) + Self.step * normal)
            } else {
                values[parameter.name] = parameter.value(at: uniform)
            }
        }
        return values
    }
}
