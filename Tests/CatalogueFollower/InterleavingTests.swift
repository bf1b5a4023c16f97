import CatalogueFollower
import Contracts
import Domain
import EventLog
import ItemFeatures
import Metrics
import TestSupport
import Testing

/// The owner killed, restarted, robbed of its disk; Kafka away, topics compacted: what others know stays true.
@Suite struct InterleavingTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func aFollowerEqualsTheOwnerAndNumbersAreForGood(seed: UInt64) async throws {
        let log = MemoryLog(partitions: 4, batchLength: 9)
        var history = History(seed: seed)
        var disks = [try TemporaryDirectory()]
        var mortal = MortalLog(log)
        var owner: Owner? = try Owner(in: disks.last!, log: mortal, checkpointInterval: 1)
        let follower = await Follower(log)
        var numbers: [String: ItemNumber] = [:]
        for step in 0..<120 {
            switch history.pick(16) {
            case 0..<3: try await owner?.items.put((0...history.pick(3)).map { _ in history.newItem() })
            case 3..<5: try log.store((0...history.pick(4)).map { _ in history.update() })
            case 5: _ = try await owner?.items.delete(history.item().id)
            case 6..<11:
                // Events of items that nobody has seen yet wait for them: settle first, so that all count.
                try await owner?.settle()
                try log.store(history.events(partitions: 4))
            case 11:
                mortal.kill(afterRecords: history.pick(12))
                mortal.kill()
                owner = nil
                if history.pick(2) == 0 { disks.append(try TemporaryDirectory()) }
                mortal = MortalLog(log)
                owner = try Owner(in: disks.last!, log: mortal, checkpointInterval: [1, 1_000_000][history.pick(2)])
            case 12:
                owner?.close()
                mortal = MortalLog(log)
                owner = try Owner(in: disks.last!, log: mortal, checkpointInterval: 1)
            case 13: log.compact(Topics().itemFeatures)
            case 14:
                try await owner?.settle()
                log.fail(Topics().itemFeatures, with: LogError(.unavailable, "away"))
                try log.store(history.events(partitions: 4))
                log.fail(Topics().itemFeatures, with: nil)
            default:
                try await owner?.settle()
                #expect(try await owner!.items.flush())
                follower.catalogue.catchUp()
                expectEqual(follower.catalogue, owner!.items, "seed \(seed) step \(step)")
            }
            for row in (0..<follower.catalogue.snapshot().rows.count).map({ follower.catalogue.snapshot().rows[$0] })
            where !row.item.id.isEmpty {
                #expect(numbers[row.item.id, default: row.number] == row.number, "seed \(seed) step \(step)")
                numbers[row.item.id] = row.number
            }
        }
        try await owner?.settle()
        #expect(try await owner!.items.flush())
        follower.catalogue.catchUp()
        expectEqual(follower.catalogue, owner!.items, "seed \(seed)")
        expectCounted(history, follower.catalogue)
        #expect(follower.metrics.render().contains(#"reason="conflicting_number"} 0"#))
        let late = await Follower(log)
        expectEqual(late.catalogue, owner!.items, "seed \(seed)")
        owner?.close()
    }

    private func expectCounted(_ history: History, _ catalogue: CatalogueFollower) {
        let snapshot = catalogue.snapshot()
        for (id, expected) in history.expected {
            guard let number = catalogue.number(of: id) else {
                #expect(expected == ItemCounters(), "\(id) is unknown")
                continue
            }
            let counted = snapshot.statistics[number]
            #expect(counted.total == expected.total, "\(id)")
            #expect(counted.ratingSum == expected.ratingSum && counted.ratingCount == expected.ratingCount, "\(id)")
            #expect(counted.lastInteraction == expected.lastInteraction, "\(id)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func aRestartComesToTheVerySameState(seed: UInt64) async throws {
        var history = History(seed: seed)
        let (calm, rough) = (MemoryLog(partitions: 1, batchLength: 9), MemoryLog(partitions: 1, batchLength: 5))
        var publication = ItemFeaturesConfiguration.Publication.quick
        publication.eventWindow = 20
        let uninterrupted = try Owner(in: TemporaryDirectory(), log: calm, publication: publication)
        let directory = try TemporaryDirectory()
        var mortal = MortalLog(rough)
        var owner: Owner? = try Owner(in: directory, log: mortal, checkpointInterval: 1, publication: publication)
        let items = (0..<20).map { _ in history.newItem() }
        try await uninterrupted.items.put(items)
        try await owner?.items.put(items)
        for _ in 0..<60 {
            let events = history.events(partitions: 1)
            try calm.store(events)
            try rough.store(events)
            switch history.pick(4) {
            case 0:
                mortal.kill()
                owner = nil
                mortal = MortalLog(rough)
                owner = try Owner(in: directory, log: mortal, checkpointInterval: 1, publication: publication)
            case 1: try await owner?.items.flush()
            default: break
            }
        }
        try await uninterrupted.settle()
        try await owner?.settle()
        expectEqual(owner!.items, uninterrupted.items, "seed \(seed)")
        uninterrupted.close()
        owner?.close()
    }
}
