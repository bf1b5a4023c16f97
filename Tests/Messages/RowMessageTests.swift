import Contracts
import Domain
import EventLog
import Messages
import RandomMessages
import Testing

@Suite struct RowMessageTests {
    @Test func userRowsComeBackAsTheyWere() throws {
        var random = FixedRandom(seed: 1)
        for _ in 0..<500 {
            let row = random.userRow()
            let bytes = UserRowMessage.encode(row)
            let back = try decodeUser(bytes)
            #expect(back == row)
            #expect(UserRowMessage.encode(back) == bytes)
        }
    }

    @Test func itemRowsComeBackAsTheyWere() throws {
        var random = FixedRandom(seed: 2)
        for _ in 0..<500 {
            let row = random.itemRow()
            let bytes = ItemRowMessage.encode(row)
            let back = try decodeItem(bytes)
            #expect(back == row)
            // Attributes have no order in memory, and one on the wire.
            #expect(ItemRowMessage.encode(back) == bytes)
        }
    }

    @Test func missingValuesKeepTheirBits() throws {
        var state = UserState()
        state.apply(HistoryEntry(item: 1, kind: .view, weight: -0.0, timestamp: 5), limits: .init())
        let row = UserRow(state: state, recentIDs: [0, .max], position: .start)
        let entry = try decodeUser(UserRowMessage.encode(row)).state.history[0]
        #expect(entry.value.bitPattern == Float.nan.bitPattern)
        #expect(entry.weight.bitPattern == (-0.0 as Float).bitPattern)
    }

    @Test func fieldsOfLaterVersionsArePassedOver() throws {
        var random = FixedRandom(seed: 3)
        let user = random.userRow()
        let item = random.itemRow()
        // Field 1000, a text, and field 1001, a number.
        let later: [UInt8] = [0xc2, 0x3e, 3, 1, 2, 3, 0xc8, 0x3e, 7]
        #expect(try decodeUser(UserRowMessage.encode(user) + later) == user)
        #expect(try decodeItem(later + ItemRowMessage.encode(item)) == item)
    }

    @Test func damagedRowsAreRefusedOrReadButNeverTrap() {
        var random = FixedRandom(seed: 4)
        var refused = 0
        for _ in 0..<2_000 {
            let user = random.damaged(UserRowMessage.encode(random.userRow()))
            let item = random.damaged(ItemRowMessage.encode(random.itemRow()))
            let noise = random.list(0...200) { UInt8(truncatingIfNeeded: $0.next() as UInt64) }
            for bytes in [user, item, noise] {
                if (try? decodeUser(bytes)) == nil { refused += 1 }
                if (try? decodeItem(bytes)) == nil { refused += 1 }
            }
        }
        // A row is never taken for the other kind, noise for neither.
        #expect(refused >= 2_000 * 4)
    }

    @Test func whatIsNoRowIsRefusedWithTheReason() {
        #expect(code { try decodeUser([]) } == .malformed)
        #expect(code { try decodeItem([]) } == .malformed)
        // Format 9.
        #expect(code { try decodeUser([8, 9]) } == .newerFormat)
        // Format 1 and nothing else.
        #expect(code { try decodeUser([8, 1]) } == .inconsistent)
        #expect(code { try decodeItem([8, 1]) } == .inconsistent)
        // Two items, one kind, no weights: {1: 1, 2: {2: [1, 2], 3: "\1"}}
        #expect(code { try decodeUser([8, 1, 18, 13, 18, 8, 1, 0, 0, 0, 2, 0, 0, 0, 26, 1, 1]) } == .inconsistent)
        #expect(code { try decodeUser([UInt8](repeating: 0, count: MessageLimits.bytes + 1)) } == .tooLarge)
    }

    @Test func smallMessagesCannotAskForMuchMemory() {
        // Five million empty attributes, two bytes each, in an item.
        var item: [UInt8] = []
        for _ in 0..<5_000_000 { item += [34, 0] }
        let length = item.count
        let prefix: [UInt8] = [
            8, 1, 26, UInt8(length & 127 | 128), UInt8(length >> 7 & 127 | 128), UInt8(length >> 14 & 127 | 128),
            UInt8(length >> 21),
        ]
        #expect(code { try decodeItem(prefix + item) } == .tooLarge)
    }

    private func decodeUser(_ bytes: [UInt8]) throws -> UserRow {
        try bytes.withUnsafeBytes { try UserRowMessage.decode($0) }
    }

    private func decodeItem(_ bytes: [UInt8]) throws -> ItemFeaturesRow {
        try bytes.withUnsafeBytes { try ItemRowMessage.decode($0) }
    }

    private func code(_ body: () throws -> some Any) -> MessageError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? MessageError)?.code
        }
    }
}
