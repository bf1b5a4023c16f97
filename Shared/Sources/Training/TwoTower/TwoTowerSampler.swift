import Domain

/// Makes batches: draws the samples of an epoch, the negatives of a step, and gathers histories and masks.
struct TwoTowerSampler: Sendable {
    let settings: TwoTowerSettings
    let tables: TwoTowerTables
    private var sequences: UserSequences
    private(set) var random: RandomSource
    /// The random numbers' state at the beginning of each epoch so far.
    private(set) var epochStarts: [RandomSource] = []
    private var epoch: [(sample: Int32, user: Int32)] = []
    /// The local index of each item, and the step in which it is valid.
    private var marks: [(step: Int32, local: Int32)]
    private var step: Int32 = 0
    /// ln of each row's probability of being among the candidates of a step of `samples`.
    private var inclusion: (samples: Int, logarithms: [Float]) = (0, [])
    private let totalPopularity: Float

    init(sequences: UserSequences, tables: TwoTowerTables, settings: TwoTowerSettings) {
        self.sequences = sequences
        self.tables = tables
        self.settings = settings
        random = RandomSource(seed: settings.seed &+ 0x5A17)
        marks = [(step: Int32, local: Int32)](repeating: (-1, 0), count: tables.rowOfItem.count)
        totalPopularity = max(1, tables.popularity.reduce(0, +))
    }

    /// Whether every item is a candidate of every step.
    var usesWholeCatalogue: Bool { tables.itemOfRow.count <= settings.negatives }

    /// Samples of an epoch, which is the same in each.
    var samplesPerEpoch: Int {
        (0..<sequences.userCount).reduce(0) {
            $0 + min(settings.samplesPerUser, sequences.sampleStarts[$1 + 1] - sequences.sampleStarts[$1])
        }
    }

    /// Draws the samples of the next epoch.
    mutating func beginEpoch() {
        epochStarts.append(random)
        sequences.shuffleTies(using: &random)
        epoch.removeAll(keepingCapacity: true)
        for user in 0..<sequences.userCount {
            let range = sequences.sampleStarts[user]..<sequences.sampleStarts[user + 1]
            guard range.count > settings.samplesPerUser else {
                for sample in range { epoch.append((Int32(sample), Int32(user))) }
                continue
            }
            // Each of the samples with the same chance, none twice (Knuth, algorithm S).
            var wanted = settings.samplesPerUser
            for (place, sample) in range.enumerated() where wanted > 0 {
                if random.below(range.count - place) < wanted {
                    epoch.append((Int32(sample), Int32(user)))
                    wanted -= 1
                }
            }
        }
        random.shuffle(&epoch)
    }

    /// Goes on after as many epochs as `starts` has, as another sampler of the same sequences left off: what an epoch
    /// leaves behind is the order of ties, which is shuffled again. O(starts × interactions).
    mutating func resume(after starts: [RandomSource], random: RandomSource) {
        for start in starts {
            var random = start
            sequences.shuffleTies(using: &random)
        }
        epochStarts = starts
        self.random = random
    }

    /// Fills a batch with the samples of step `index` of the epoch; empty after the last one.
    mutating func fill(_ batch: inout TwoTowerBatch, step index: Int) {
        batch.removeAll()
        let start = index * settings.batch
        guard start < epoch.count else { return }
        let samples = epoch[start..<min(epoch.count, start + settings.batch)]
        step += 1
        for (sample, user) in samples {
            batch.users.append(user)
            batch.targets.append(local(of: Int(sequences.sampleItems[Int(sample)]), in: &batch))
        }
        addNegatives(to: &batch)
        batch.candidateCount = batch.items.count
        correct(&batch)
        for (sample, user) in samples {
            addHistory(to: &batch, user: Int(user), before: sequences.samples[Int(sample)])
        }
        addDetails(to: &batch, of: samples)
        for item in batch.items {
            let hasTokens = tables.tokenStarts[Int(item) + 1] > tables.tokenStarts[Int(item)]
            batch.isDropped.append(hasTokens && random.uniform() < settings.idDropout)
        }
    }

    private mutating func local(of item: Int, in batch: inout TwoTowerBatch) -> Int32 {
        if marks[item].step != step {
            marks[item] = (step, Int32(batch.items.count))
            batch.items.append(Int32(item))
        }
        return marks[item].local
    }

    private mutating func addNegatives(to batch: inout TwoTowerBatch) {
        let rows = tables.itemOfRow.count
        if usesWholeCatalogue {
            for item in tables.itemOfRow { _ = local(of: Int(item), in: &batch) }
        } else {
            for _ in 0..<settings.negatives {
                _ = local(of: Int(tables.itemOfRow[random.below(rows)]), in: &batch)
            }
        }
    }

    /// The probability that an item is among the candidates: as one of the negatives, drawn with replacement, or as the
    /// target of one of the samples. Dividing by it makes the sum over candidates an unbiased estimate of that over all
    /// items (Horvitz & Thompson 1952), which is what the corrections of Yi et al. 2019 and Yang et al. 2020 are for
    /// their samplers.
    private mutating func correct(_ batch: inout TwoTowerBatch) {
        guard !usesWholeCatalogue else {
            batch.logInclusion = [Float](repeating: 0, count: batch.candidateCount)
            return
        }
        if inclusion.samples != batch.count {
            let missesUniform = power(1 - 1 / Float(tables.itemOfRow.count), settings.negatives)
            inclusion = (
                batch.count,
                tables.popularity.map { popularity in
                    let misses = missesUniform * power(1 - popularity / totalPopularity, batch.count)
                    return logarithm(max(1 - misses, 1e-9))
                }
            )
        }
        for item in batch.items { batch.logInclusion.append(inclusion.logarithms[Int(tables.rowOfItem[Int(item)])]) }
    }

    private mutating func addHistory(to batch: inout TwoTowerBatch, user: Int, before index: Int) {
        let range = sequences.history(of: user, before: index, limit: settings.pooling.length)
        if !range.isEmpty, random.uniform() >= settings.historyDropout {
            for entry in range {
                batch.historyItems.append(local(of: Int(sequences.entries[entry].item), in: &batch))
            }
        }
        batch.historyStarts.append(batch.historyItems.count)
    }

    /// Weights of histories, and masks: what needs no random numbers is shared out to the threads.
    private func addDetails(to batch: inout TwoTowerBatch, of samples: ArraySlice<(sample: Int32, user: Int32)>) {
        let threads = max(1, settings.threads)
        let parts = Collected<SampleDetails>(count: threads)
        let drawn = batch
        Parallel.run(threads) { part in
            let range = Parallel.share(of: samples.count, part: part, parts: threads)
            var details = SampleDetails()
            for place in range {
                let (sample, user) = samples[samples.startIndex + place]
                let end = sequences.samples[Int(sample)]
                let length = drawn.historyStarts[place + 1] - drawn.historyStarts[place]
                details.addWeights(of: sequences.entries.span.extracting((end - length)..<end), settings.pooling)
                addMask(to: &details, user: Int(user), target: drawn.targets[place], candidates: drawn.candidateCount)
            }
            parts.set(details, at: part)
        }
        for details in parts.values { batch.append(details) }
    }

    /// The candidates that are the user's own are no negatives: most of them are merely the positives of other moments.
    private func addMask(to details: inout SampleDetails, user: Int, target: Int32, candidates: Int) {
        let count = details.masked.count
        for sample in sequences.sampleStarts[user]..<sequences.sampleStarts[user + 1] {
            let mark = marks[Int(sequences.sampleItems[sample])]
            guard mark.step == step, mark.local < candidates, mark.local != target else { continue }
            details.masked.append(mark.local)
        }
        details.maskLengths.append(details.masked.count - count)
    }
}
