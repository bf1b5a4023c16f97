package import Contracts
package import Domain
package import Messages

extension FixedRandom {
    package mutating func batch(queries: ClosedRange<Int> = 0...5, dimensions: Int? = nil) -> CandidateBatch {
        var batch = CandidateBatch(model: text(), dimensions: dimensions ?? number(0...16))
        for _ in 0..<number(queries) {
            batch.userVectors += (0..<batch.dimensions).map { _ in float(-1...1) }
            for _ in 0..<number(0...50) {
                batch.append(
                    next(), score: float(-9...9), source: CandidateSource.known.randomElement(using: &self)!)
            }
            batch.endQuery()
        }
        return batch
    }

    package mutating func recallQuery() -> RecallQuery {
        RecallQuery(
            user: state(), limit: number(0...400), category: flag() ? "c\(text())" : nil,
            excluded: list(0...9) { $0.next() })
    }

    package mutating func scoresRequest() -> ScoresMessages.Request {
        let batch = batch()
        return ScoresMessages.Request(
            candidates: batch, users: (0..<batch.count).map { _ in state(seen: 0...0) }, explaining: flag())
    }

    package mutating func rankedScores() -> RankedScores {
        let scores = list(0...50) { $0.float(-9...9) }
        guard flag() else { return RankedScores(values: scores) }
        let names = list(0...5) { $0.text() }
        return RankedScores(
            values: scores,
            features: RankingFeatures(
                names: names, values: (0..<(scores.count * names.count)).map { _ in float(-9...9) },
                moment: Int64(number(0...1_764_000_000_000))))
    }

    package mutating func arrangeRequest() -> ArrangeMessages.Request {
        let batch = batch()
        return ArrangeMessages.Request(
            model: batch.model, offsets: batch.offsets, items: batch.items, scores: batch.scores,
            queries: (0..<batch.count).map { _ in
                RerankQuery(count: number(0...200), diversity: flag() ? float(0...1) : nil)
            })
    }

    package mutating func arrangement() -> Arrangement {
        var arrangement = Arrangement()
        for _ in 0..<number(0...5) {
            arrangement.chosen += list(0...20) { $0.number(0...10_000) }
            arrangement.offsets.append(arrangement.chosen.count)
        }
        return arrangement
    }

    package mutating func lookups() -> [UserLookup] {
        let reason = text()
        return list(0...9) { random in
            switch random.number(0...2) {
            case 0: .unknown
            case 1: .unavailable(ServiceUnavailable(reason))
            default: .found(random.state())
            }
        }
    }
}

/// Everything that is said, as text: equal for equal messages, to the bit of every float.
package func words(_ batch: CandidateBatch) -> String {
    "\(batch.model.debugDescription) \(batch.dimensions) \(bits(batch.userVectors)) \(batch.offsets) \(batch.items) "
        + "\(bits(batch.scores)) \(batch.sources)"
}

package func words(_ scores: RankedScores) -> String {
    "\(bits(scores.values)) \(scores.features.map { "\($0.names) \(bits($0.values)) \($0.moment)" } ?? "-")"
}

package func words(_ arrangement: Arrangement) -> String { "\(arrangement.offsets) \(arrangement.chosen)" }

package func words(_ queries: [RecallQuery]) -> String {
    queries.map { "\(words($0.user)) \($0.limit) \($0.category ?? "-") \($0.excluded)" }.joined(separator: "\n")
}

package func words(_ lookups: [UserLookup]) -> String {
    lookups.map { lookup in
        switch lookup {
        case .found(let state): words(state)
        case .unknown: "unknown"
        case .unavailable(let error): "unavailable: \(error)"
        }
    }.joined(separator: "\n")
}

package func words(_ state: UserState) -> String {
    let history = state.history.map { entry in
        "\(entry.item) \(entry.kind) \(entry.weight.bitPattern) \(entry.value.bitPattern) \(entry.timestamp)"
    }
    return "\(state.version) \(history) \(state.seen) \(state.attributes)"
}

private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
