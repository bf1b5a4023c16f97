/// Dense numbers, from 0, for ids in ascending order.
struct Numbering {
    private let numbers: [Int: Int32]

    init(_ ids: some Sequence<Int>) {
        numbers = Dictionary(uniqueKeysWithValues: Set(ids).sorted().enumerated().map { ($1, Int32($0)) })
    }

    var count: Int { numbers.count }

    /// The number of an id, nil for one that was not given.
    subscript(_ id: Int) -> Int32? { numbers[id] }
}
