import Domain
import Testing
import Training

@Suite struct SplitTests {
    @Test func lastInteractionIsTheTestAndTheOneBeforeItTheValidation() {
        let corpus = TestWorld.corpus([[0, 1, 2, 3], [4, 5]])
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let items = { (cases: [Int]) in cases.map { corpus.interactions[$0].entry.item } }
        #expect(items(split.testCases) == [3])
        #expect(items(split.validationCases) == [2])
        #expect(
            corpus.interactions.indices.filter(split.isTraining).map { corpus.interactions[$0].entry.item }
                == [0, 4, 1, 5])
        #expect(split.testUsers == 1)
    }

    @Test func aRepeatAtTheEndIsNotAskedForNorTrainedOn() {
        let corpus = TestWorld.corpus([[0, 1, 2, 3, 1]])
        let new = Split(of: corpus, options: SplitOptions(method: .last))
        #expect(new.testCases == [3])
        #expect(new.parts == [.train, .train, .validation, .test, .test])
        #expect(new.usersWithRepeatAtEnd == 1)
        let any = Split(of: corpus, options: SplitOptions(method: .last, targets: .anyItem))
        #expect(any.testCases == [4])
        #expect(any.parts == [.train, .train, .train, .validation, .test])
        #expect(new.protocolText.contains("1 users' last positive interaction"))
    }

    @Test func impressionsAndDislikesAreNeverAskedFor() {
        var corpus = TestWorld.corpus([[0, 1, 2, 3, 4, 5]])
        corpus.interactions[5].entry.weight = -1
        corpus.interactions[4].entry.kind = .impression
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        #expect(split.testCases == [3])
        #expect(split.validationCases == [2])
    }

    /// A model was trained with these parts: what it has learnt from must not become a case later.
    @Test(arguments: [SplitOptions.Method.last, .time])
    func hidingAnItemMovesNoInteractionToAnotherPart(method: SplitOptions.Method) {
        var corpus = TestWorld.corpus((0..<20).map { user in (0..<10).map { ItemNumber((user + $0) % 25) } })
        let options = SplitOptions(method: method)
        let before = Split(of: corpus, options: options)
        corpus.items[9].isHidden = true
        let after = Split(of: corpus, options: options)
        #expect(after.parts == before.parts)
        #expect(after.testCases == before.testCases.filter { corpus.interactions[$0].entry.item != 9 })
        #expect(after.testCases.count < before.testCases.count)
    }

    @Test func aCutInTimeIsOneForAll() {
        let corpus = TestWorld.corpus((0..<40).map { user in (0..<10).map { ItemNumber((user * 7 + $0) % 60) } })
        let split = Split(of: corpus, options: SplitOptions(method: .time, casesPerUser: 1))
        let cut = split.cut ?? 0
        for (index, interaction) in corpus.interactions.enumerated() {
            #expect((split.parts[index] == .test) == (interaction.entry.timestamp >= cut))
        }
        #expect(split.testUsers == split.testCases.count)
        #expect(split.testUsers == 40)
        #expect(corpus.interactions.indices.count(where: split.isTraining) == 320)
    }

    @Test func aUserWithoutHistoryIsNotAskedFor() {
        var lists = (0..<20).map { user in (0..<10).map { ItemNumber((user + $0) % 25) } }
        lists.append([])
        var corpus = TestWorld.corpus(lists)
        corpus.interactions.append(TestWorld.click(20, 3, 30 * TestWorld.day))
        corpus.interactions.append(TestWorld.click(20, 4, 31 * TestWorld.day))
        let split = Split(of: corpus, options: SplitOptions(method: .time))
        let asked = split.testCases.filter { corpus.interactions[$0].user == 20 }
        #expect(asked == [corpus.interactions.count - 1])
    }

    @Test func automaticCutsByTimeOnlyWhereEnoughUsersCanBeAskedFor() {
        let lists = (0..<40).map { user in (0..<10).map { ItemNumber((user * 7 + $0) % 60) } }
        let enough = SplitOptions(minimumUsersByTime: 40)
        #expect(Split(of: TestWorld.corpus(lists), options: enough).method == .time)
        #expect(Split(of: TestWorld.corpus(lists), options: SplitOptions(minimumUsersByTime: 41)).method == .last)
        #expect(Split(of: TestWorld.corpus(lists, hasRealTime: false), options: enough).method == .last)
    }

    @Test func usersAboveTheCapAreSampledBySeed() {
        let corpus = TestWorld.corpus((0..<50).map { user in (0..<4).map { ItemNumber(user + $0) } })
        let sample = { (seed: UInt64) in
            Split(of: corpus, options: SplitOptions(method: .last, maximumUsers: 10, seed: seed))
        }
        #expect(sample(1).testCases.count == 10)
        #expect(sample(1).testCases == sample(1).testCases)
        #expect(sample(1).testCases != sample(2).testCases)
        #expect(sample(1).protocolText.contains("10 of 50 users were sampled (seed 1)"))
    }

    @Test func anEmptyCorpusGivesAnEmptySplit() {
        let corpus = Corpus(items: [], users: [], userAttributes: [], interactions: [], hasRealTime: true)
        for method in SplitOptions.Method.allCases {
            let split = Split(of: corpus, options: SplitOptions(method: method))
            #expect(split.testCases.isEmpty && split.validationCases.isEmpty && split.parts.isEmpty)
        }
    }
}
