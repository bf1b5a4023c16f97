import Testing

@testable import Models

/// Rows in blocks that copies share, beside plain arrays.
@Suite struct BlockTableTests {
    /// Copies are made, grown and written in an order that a seed gives; each stays what it was to its owner.
    @Test(arguments: [1, 2, 3] as [UInt64]) func copiesAreValues(seed: UInt64) {
        let steps = 300
        let choices = ModelFixtures.uniform(4 * steps, seed: seed).map { $0 + 0.5 }
        func choice(_ step: Int, _ place: Int, below count: Int) -> Int {
            min(count - 1, Int(choices[4 * step + place] * Float(count)))
        }
        var pairs = [(table: RowTable(width: 3), rows: [[Float]]())]
        for step in 0..<steps {
            let place = choice(step, 0, below: pairs.count)
            switch choice(step, 1, below: 6) {
            case 0 where pairs.count < 6: pairs.append(pairs[place])
            case 0, 1:
                let count = pairs[place].rows.count + choice(step, 2, below: 300)
                pairs[place].table.grow(to: count)
                while pairs[place].rows.count < count { pairs[place].rows.append([0, 0, 0]) }
            default:
                guard !pairs[place].rows.isEmpty else { continue }
                let row = choice(step, 2, below: pairs[place].rows.count)
                let values = [Float(step), Float(row), choices[4 * step + 3]]
                pairs[place].table.write(values.span, at: row)
                pairs[place].rows[row] = values
            }
        }
        #expect(pairs.count == 6 && pairs.contains { $0.rows.count > 600 })
        for (table, rows) in pairs {
            #expect(table.count == rows.count)
            let numbers = rows.indices.reversed().map { UInt32($0) }
            #expect(table.gather(numbers.span) == numbers.flatMap { rows[Int($0)] })
        }
    }

    /// A block is copied by the first write that a copy must not see, and by no other.
    @Test func onlySharedBlocksMove() {
        var table = BlockTable<Int16>(width: 2)
        table.grow(to: 600)
        let (first, second) = unsafe (table.base(of: 3), table.base(of: 300))
        unsafe table.mutableBase(of: 3)[1] = 7
        #expect(unsafe table.base(of: 3) == first)
        let copy = table
        unsafe table.mutableBase(of: 3)[0] = 9
        #expect(unsafe table.base(of: 3) != first && copy.base(of: 3) == first)
        #expect(unsafe table.base(of: 300) == second && copy.base(of: 300) == second)
        #expect(unsafe [copy.base(of: 3)[0], copy.base(of: 3)[1]] == [0, 7])
        #expect(unsafe [table.base(of: 3)[0], table.base(of: 3)[1]] == [9, 7])
    }
}
