import Contracts
import Domain
import Messages
import RandomMessages
import Testing

@Suite struct CallMessageTests {
    private func answer<Messages: CallMessages>(_ messages: Messages.Type, _ answer: Messages.Answer) throws
        -> Messages.Answer
    {
        try Messages.encode(answer: answer).withUnsafeBytes { try Messages.decodeAnswer($0) }
    }

    private func request<Messages: CallMessages>(_ messages: Messages.Type, _ request: Messages.Request) throws
        -> Messages.Request
    {
        try Messages.encode(request: request).withUnsafeBytes { try Messages.decodeRequest($0) }
    }

    @Test func requestsComeBackAsTheyWere() throws {
        var random = FixedRandom(seed: 11)
        for _ in 0..<200 {
            let users = random.list(0...9) { $0.text() }
            #expect(try request(StatesMessages.self, users) == users)
            #expect(try request(EraseMessages.self, "u\(users)") == "u\(users)")
            #expect(try request(DeleteMessages.self, "i\(users)") == "i\(users)")
            let queries = random.list(0...5) { $0.recallQuery() }
            #expect(words(try request(CandidatesMessages.self, queries)) == words(queries))
            let similar = SimilarMessages.Request(
                items: random.list(0...9) { $0.next() }, limit: random.number(0...200))
            #expect(try request(SimilarMessages.self, similar) == similar)
            let scores = random.scoresRequest()
            let scoresBack = try request(ScoresMessages.self, scores)
            #expect(words(scoresBack.candidates) == words(scores.candidates))
            #expect(scoresBack.users.map(words) == scores.users.map(words))
            #expect(scoresBack.explaining == scores.explaining)
            let arrange = random.arrangeRequest()
            let arrangeBack = try request(ArrangeMessages.self, arrange)
            #expect("\(arrangeBack)" == "\(arrange)")
            let items = random.list(0...5) { $0.item() }
            #expect(try request(PutMessages.self, items) == items)
        }
    }

    @Test func answersComeBackAsTheyWere() throws {
        var random = FixedRandom(seed: 12)
        for _ in 0..<200 {
            let lookups = random.lookups()
            #expect(words(try answer(StatesMessages.self, lookups)) == words(lookups))
            let flag = random.flag()
            #expect(try answer(EraseMessages.self, flag) == flag)
            #expect(try answer(DeleteMessages.self, flag) == flag)
            let batch = random.batch()
            #expect(words(try answer(CandidatesMessages.self, batch)) == words(batch))
            #expect(words(try answer(SimilarMessages.self, batch)) == words(batch))
            let scores = random.rankedScores()
            #expect(words(try answer(ScoresMessages.self, scores)) == words(scores))
            let arrangement = random.arrangement()
            #expect(words(try answer(ArrangeMessages.self, arrangement)) == words(arrangement))
        }
    }

    /// In a rolling upgrade a peer may name sources that this build does not know, 4 of earlier builds for example.
    @Test func sourcesOfOtherBuildsAreKeptAndPassedOn() throws {
        var batch = CandidateBatch(model: "m", dimensions: 0)
        for item in 0..<3 as Range<ItemNumber> { batch.append(item, score: 1, source: .popular) }
        batch.endQuery()
        var bytes = CandidatesMessages.encode(answer: batch)
        // The last field, its length and one byte a candidate.
        #expect(bytes.suffix(4) == [3, 1, 1, 1])
        bytes.replaceSubrange(bytes.count - 2..<bytes.count, with: [4, 255])
        let read = try bytes.withUnsafeBytes { try CandidatesMessages.decodeAnswer($0) }
        #expect(read.sources.map(\.rawValue) == [1, 4, 255])
        #expect(CandidatesMessages.encode(answer: read) == bytes)
    }

    @Test func rankingIsSentOfWhatUsersHaveMetWhatIsNoLongerInTheirHistories() throws {
        var random = FixedRandom(seed: 13)
        let limits = UserState.Limits(history: 5, seen: 9)
        var state = UserState(attributes: ["age=5"])
        for item in 0..<20 as Range<ItemNumber> {
            state.apply(
                HistoryEntry(item: item, kind: .click, weight: 1, timestamp: Int64(item)), limits: limits)
        }
        let sent = ScoresMessages.Request(
            candidates: random.batch(queries: 1...1), users: [state], explaining: false)
        let user = try request(ScoresMessages.self, sent).users[0]
        #expect(user.seen == [11, 12, 13, 14] && user.taken == state.taken)
        #expect(user.history == state.history && user.attributes == state.attributes && user.version == state.version)
    }

    @Test func damagedCallsNeverTrap() {
        var random = FixedRandom(seed: 14)
        for _ in 0..<300 {
            let bodies = [
                CandidatesMessages.encode(request: random.list(1...3) { $0.recallQuery() }),
                CandidatesMessages.encode(answer: random.batch(queries: 1...3)),
                ScoresMessages.encode(request: random.scoresRequest()),
                ScoresMessages.encode(answer: random.rankedScores()),
                ArrangeMessages.encode(request: random.arrangeRequest()),
                ArrangeMessages.encode(answer: random.arrangement()), StatesMessages.encode(answer: random.lookups()),
                PutMessages.encode(request: random.list(1...3) { $0.item() }),
                random.list(0...200) { UInt8(truncatingIfNeeded: $0.next() as UInt64) },
            ]
            for body in bodies {
                let damaged = random.damaged(body)
                readAsAnything(damaged)
                if let scores = read(damaged, ScoresMessages.decodeRequest) {
                    #expect(scores.users.count == scores.candidates.count)
                    expectWhole(scores.candidates)
                }
                if let batch = read(damaged, CandidatesMessages.decodeAnswer) { expectWhole(batch) }
                if let arrange = read(damaged, ArrangeMessages.decodeRequest) {
                    #expect(arrange.items.count == arrange.scores.count)
                    #expect(arrange.offsets.count == arrange.queries.count + 1)
                    #expect(arrange.offsets.last == arrange.items.count && arrange.offsets == arrange.offsets.sorted())
                }
            }
        }
    }

    @Test func nonsenseIsRefused() {
        var batch = CandidateBatch(model: "m", dimensions: 2, userVectors: [1, 2])
        batch.append(7, score: 1, source: .popular)
        batch.endQuery()
        func isRefused(_ change: (inout CandidateBatch) -> Void) -> Bool {
            var other = batch
            change(&other)
            return (try? answer(CandidatesMessages.self, other)) == nil
        }
        #expect(!isRefused { _ in })
        #expect(isRefused { $0.scores = [.nan] })
        #expect(isRefused { $0.scores = [.infinity] })
        #expect(isRefused { $0.scores = [] })
        #expect(isRefused { $0.scores = [1, 2] })
        #expect(isRefused { $0.sources = [] })
        #expect(isRefused { $0.userVectors = [1] })
        #expect(isRefused { $0.userVectors = [1, .nan] })
        #expect(isRefused { $0.dimensions = 3 })
        #expect(isRefused { $0.offsets = [0, 0] })
        #expect(isRefused { $0.items = [7, 8] })
        #expect((try? request(CandidatesMessages.self, [RecallQuery(user: .init(), limit: 20_000)])) == nil)
        #expect((try? request(SimilarMessages.self, .init(items: [UInt32](0..<4096), limit: 9_000))) == nil)
        #expect((try? request(EraseMessages.self, "")) == nil)
        #expect((try? request(PutMessages.self, [Item(id: "a\nb")])) == nil)
        #expect((try? request(ScoresMessages.self, .init(candidates: batch, users: [], explaining: false))) == nil)
    }

    private func read<Value>(
        _ bytes: [UInt8], _ decode: (UnsafeRawBufferPointer) throws(MessageError) -> Value
    ) -> Value? {
        try? bytes.withUnsafeBytes { try decode($0) }
    }

    private func readAsAnything(_ bytes: [UInt8]) {
        _ = read(bytes, StatesMessages.decodeRequest)
        _ = read(bytes, StatesMessages.decodeAnswer)
        _ = read(bytes, EraseMessages.decodeRequest)
        _ = read(bytes, EraseMessages.decodeAnswer)
        _ = read(bytes, DeleteMessages.decodeRequest)
        _ = read(bytes, DeleteMessages.decodeAnswer)
        _ = read(bytes, PutMessages.decodeRequest)
        _ = read(bytes, CandidatesMessages.decodeRequest)
        _ = read(bytes, SimilarMessages.decodeRequest)
        _ = read(bytes, ScoresMessages.decodeAnswer)
        _ = read(bytes, ArrangeMessages.decodeAnswer)
    }

    private func expectWhole(_ batch: CandidateBatch) {
        #expect(batch.offsets.first == 0 && batch.offsets.last == batch.items.count)
        #expect(batch.offsets == batch.offsets.sorted())
        #expect(batch.scores.count == batch.items.count && batch.sources.count == batch.items.count)
        #expect(batch.userVectors.count == batch.count * batch.dimensions)
    }
}
