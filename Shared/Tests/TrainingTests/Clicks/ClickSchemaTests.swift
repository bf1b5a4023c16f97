import Testing

@testable import Training

@Suite struct ClickSchemaTests {
    @Test(arguments: [true, false]) func findsUsersItemsAndWhatBelongsToThem(hasFields: Bool) throws {
        let schema = ClickSchema(try PlantedClicks.data(hasFields: hasFields))
        #expect(schema.fields.map(\.range) == [0..<60, 60..<110, 110..<114])
        #expect(schema.user == 0)
        #expect(schema.item == 1)
        #expect(schema.fields.map(\.isItem) == [false, true, true])
        #expect((0..<114).map { schema.field(of: $0) } == (0..<114).map { $0 < 60 ? 0 : $0 < 110 ? 1 : 2 })
    }

    /// The day of a row says nothing about the item; features that the training part lacks are left out.
    @Test func whatVariesBelongsToTheRequest() throws {
        var (train, test) = (FeatureRows(), FeatureRows())
        for row in 0..<60 {
            let features: [(index: Int32, value: Float)] = [
                (Int32(row % 10), 1), (Int32(20 + row % 7), 1), (Int32(40 + row % 4), 1), (50, Float(row)),
            ]
            train.append(label: Float(row % 2), features: features)
            test.append(label: Float(row % 2), features: [(19, 1)] + features.dropFirst())
        }
        let schema = ClickSchema(try ClickData(train: train, valid: test, test: test))
        #expect(schema.fields.map(\.isItem) == [false, true, false, false])
        let rows = ClickRows(test, schema: schema)
        #expect(rows.users.allSatisfy { $0 == -1 })
        #expect(rows.items.prefix(3) == [0, 1, 2])
        // Values are brought to at most 1.
        #expect(rows.values.max() == 1)
        #expect(rows.places(of: 1).count == 3)
    }

    @Test func historyHoldsWhatTheUserDid() throws {
        let (_, rows, history) = try PlantedClicks.prepared()
        #expect(history.userCount == PlantedClicks.users)
        for row in 0..<rows.count {
            let (entry, user) = (Int(history.entries[row]), Int(rows.users[row]))
            #expect(history.entries(of: user).contains(entry))
            #expect(history.items[entry] == rows.items[row])
            #expect((history.tastes[entry] > 0) == (rows.labels[row] == 1))
            let count = Float(rows.users.count { $0 == rows.users[row] })
            #expect(abs(history.presences[user] - 1 / count.squareRoot()) < 1e-6)
        }
    }
}
