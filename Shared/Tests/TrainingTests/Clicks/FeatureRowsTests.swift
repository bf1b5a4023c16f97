import Testing

@testable import Training

@Suite struct FeatureRowsTests {
    private func rows(_ lines: String...) throws -> FeatureRows {
        var rows = FeatureRows()
        for line in lines { try rows.append(line: Array(line.utf8).span) }
        return rows
    }

    @Test func readsLabelsAndPairs() throws {
        let rows = try rows("1 0:1 12:0.5\t2147483647:-2e1 ", "", "-1 3:1", "0  4:7")
        #expect(rows.labels == [1, 0, 0])
        #expect(rows.starts == [0, 3, 4, 5])
        #expect(rows.indices == [0, 12, 2_147_483_647, 3, 4])
        #expect(rows.values == [1, 0.5, -20, 1, 7])
    }

    @Test(arguments: [
        ("x 1:1", "the label 'x'"), ("2 1:1", "the label '2'"), ("nan 1:1", "the label 'nan'"),
        ("1", "without features"), ("1 5", "'5' is not index:value"), ("1 :1", "':1' is not index:value"),
        ("1 -5:1", "is not index:value"), ("1 5:", "'5:' has no number"), ("1 5:x", "has no number"),
        ("1 5:nan", "'5:nan' is not finite"), ("1 5:inf", "is not finite"), ("1 5:1e99", "is not finite"),
        ("1 2147483648:1", "'2147483648:1' is above 2147483647"),
        ("1 99999999999999999999999:1", "is above 2147483647"),
    ])
    func refusesWhatIsNoRow(line: String, reason: String) throws {
        var rows = try rows("1 0:1")
        let before = rows
        let error = #expect(throws: FeatureRows.LineError.self) { try rows.append(line: Array(line.utf8).span) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(rows == before)
    }

    @Test func dataNeedsBothLabelsInEachPart() throws {
        let (both, ones) = (try rows("1 0:1", "0 1:1"), try rows("1 0:1", "1 1:1"))
        for (train, valid, test, name) in [
            (ones, both, both, "train"), (both, ones, both, "valid"), (both, both, FeatureRows(), "test"),
        ] {
            let error = #expect(throws: TrainingError.self) { try ClickData(train: train, valid: valid, test: test) }
            #expect(error?.code == .noData)
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test func fieldsMustNotOverlap() throws {
        let both = try rows("1 0:1", "0 1:1")
        let fields = [FeatureField(name: "a", range: 0..<5), FeatureField(name: "b", range: 4..<9)]
        let error = #expect(throws: TrainingError.self) {
            try ClickData(train: both, valid: both, test: both, fields: fields)
        }
        #expect(error?.code == .badSetting)
    }
}
