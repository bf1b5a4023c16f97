import Domain
import Models
import Testing

@testable import Training

struct TwoTowerSamplerTests {
    /// A world in which item 0 is everybody's and the others are rare.
    private func sampler(negatives: Int, batch: Int) -> (TwoTowerSampler, TwoTowerTables) {
        var settings = PlantedWorld.settings()
        settings.negatives = negatives
        settings.batch = batch
        settings.idDropout = 0
        let corpus = TestWorld.corpus((0..<60).map { [ItemNumber(0), ItemNumber(1 + $0)] })
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.userAttributes, train: corpus.interactions, validation: [])
        let sequences = UserSequences(data.train, users: data.userCount)
        let tables = TwoTowerTables(data, sequences: sequences, settings: settings)
        return (TwoTowerSampler(sequences: sequences, tables: tables, settings: settings), tables)
    }

    /// Popular items are drawn more often; the correction takes less off them, so that they weigh as much as they would
    /// among all items, not more.
    @Test func theCorrectionIsTheFrequencyOfBeingDrawn() {
        var (sampler, tables) = sampler(negatives: 5, batch: 8)
        var drawn = [Float](repeating: 0, count: tables.items.count)
        var claimed = drawn
        var steps: Float = 0
        for _ in 0..<200 {
            sampler.beginEpoch()
            for step in 0..<15 {
                var batch = TwoTowerBatch()
                sampler.fill(&batch, step: step)
                steps += 1
                for place in 0..<batch.candidateCount {
                    let row = Int(tables.rowOfItem[Int(batch.items[place])])
                    drawn[row] += 1
                    claimed[row] = batch.logInclusion[place]
                }
            }
        }
        #expect(claimed[0] > claimed[1])
        for row in 0..<tables.items.count {
            let frequency = drawn[row] / steps
            #expect(abs(logarithm(frequency) - claimed[row]) < 0.15, "row \(row): \(frequency)")
        }
    }

    @Test func aSmallCatalogueIsTakenWhole() {
        var (sampler, tables) = sampler(negatives: 4096, batch: 8)
        sampler.beginEpoch()
        var batch = TwoTowerBatch()
        sampler.fill(&batch, step: 0)
        #expect(batch.candidateCount == tables.items.count)
        #expect(batch.logInclusion.allSatisfy { $0 == 0 })
    }

    @Test func oneOwnItemsAreNoNegatives() {
        var (sampler, _) = sampler(negatives: 4096, batch: 200)
        sampler.beginEpoch()
        var batch = TwoTowerBatch()
        sampler.fill(&batch, step: 0)
        #expect(batch.count == 120)
        for sample in 0..<batch.count {
            let masked = batch.masked[batch.maskStarts[sample]..<batch.maskStarts[sample + 1]]
            let items = Set(masked.map { batch.items[Int($0)] })
            let target = batch.items[Int(batch.targets[sample])]
            let user = batch.users[sample]
            #expect(items == (target == 0 ? [1 + user] : [0]))
        }
    }

    /// Histories as the model pools them, and batches that are the same for any number of threads.
    @Test func aHistoryIsPooledAsTheModelDoes() throws {
        var settings = PlantedWorld.settings()
        settings.historyDropout = 0
        settings.pooling.length = 3
        let corpus = TestWorld.corpus((0..<30).map { user in (0..<7).map { ItemNumber((user * 5 + $0 * $0) % 40) } })
        let data = TrainingData(
            items: corpus.items, userAttributes: corpus.userAttributes, train: corpus.interactions, validation: [])
        let sequences = UserSequences(data.train, users: data.userCount)
        let tables = TwoTowerTables(data, sequences: sequences, settings: settings)
        var batches: [TwoTowerBatch] = []
        for threads in 1...3 {
            settings.threads = threads
            var sampler = TwoTowerSampler(sequences: sequences, tables: tables, settings: settings)
            sampler.beginEpoch()
            var batch = TwoTowerBatch()
            sampler.fill(&batch, step: 0)
            sampler.fill(&batch, step: 1)
            batches.append(batch)
        }
        let batch = try #require(batches.first)
        for other in batches.dropFirst() {
            #expect(batch.items == other.items && batch.targets == other.targets)
            #expect(batch.historyItems == other.historyItems && batch.historyStarts == other.historyStarts)
            #expect(batch.historyLong == other.historyLong && batch.historyShort == other.historyShort)
            #expect(batch.masked == other.masked && batch.maskStarts == other.maskStarts)
        }
        var longest = 0
        for sample in 0..<batch.count {
            let own = Array(sequences.entries[sequences.starts[Int(batch.users[sample])]...])
            let target = ItemNumber(batch.items[Int(batch.targets[sample])])
            let place = try #require(own.firstIndex { $0.item == target })
            let history = Array(own[..<place].suffix(3))
            let range = batch.historyStarts[sample]..<batch.historyStarts[sample + 1]
            #expect(batch.historyItems[range].map { batch.items[Int($0)] } == history.map { Int32($0.item) })
            var weights = PoolingWeights()
            settings.pooling.write(of: history.span, into: &weights)
            #expect(Array(batch.historyLong[range]) == Array(weights.long.prefix(history.count)))
            #expect(Array(batch.historyShort[range]) == Array(weights.short.prefix(history.count)))
            longest = max(longest, history.count)
        }
        #expect(longest == 3)
    }
}
