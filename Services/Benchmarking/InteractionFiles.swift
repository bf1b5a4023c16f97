import CommandLine
import Training

/// A split in the form of the LightGCN paper: `train.txt` and `test.txt`, a line a user, `user item item …`, ids whole
/// numbers; either file may be gzip (`train.txt.gz`).
struct InteractionFiles {
    /// What was read, users and items numbered anew. Users without a line have no items; an item that a line names twice
    /// counts once.
    let split: InteractionSplit
    /// What a reader of the figures should know of the files, a clause each.
    let remarks: [String]

    init(folder: String) throws(BenchmarkError) {
        let train = try IDLists(path: "\(folder)/train.txt")
        let test = try IDLists(path: "\(folder)/test.txt")
        guard train.items.contains(where: { !$0.isEmpty }) else {
            throw BenchmarkError(.invalidData, "\(train.path) has no user with an item: there is nothing to learn from")
        }
        guard test.items.contains(where: { !$0.isEmpty }) else {
            throw BenchmarkError(.invalidData, "\(test.path) asks for no item: there is nothing to measure")
        }
        let users = Numbering(train.users + test.users)
        let known = Set(train.items.joined())
        let items = Numbering(known.union(test.items.joined()))
        func lists(_ file: IDLists) -> [[Int32]] {
            var lists = [[Int32]](repeating: [], count: users.count)
            for (user, list) in zip(file.users, file.items) {
                guard let user = users[user] else { continue }
                lists[Int(user)] = Set(list).sorted().compactMap { items[$0] }
            }
            return lists
        }
        split = InteractionSplit(itemCount: items.count, train: lists(train), test: lists(test))
        var remarks = [train, test].compactMap(\.remark)
        func remark(_ count: Int, _ text: String) { if count > 0 { remarks.append("\(count) \(text)") } }
        remark(
            test.items.reduce(0) { $0 + Set($1).count { !known.contains($0) } },
            "test interactions are with items of no training line: they count as not found")
        remark(
            zip(split.train, split.test).reduce(0) { $0 + Set($1.0).intersection($1.1).count },
            "test interactions are the user's own training items: they count as not found")
        remark(
            zip(split.train, split.test).count { $0.isEmpty && !$1.isEmpty },
            "test users have no training items: they get what is popular")
        self.remarks = remarks
    }
}
