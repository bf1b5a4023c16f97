/// A large float model of clicks: the mean logit of networks that differ in their seed, see ``ClickNetwork``.
struct ClickTeacher: Sendable {
    let shape: ClickNetworkShape
    let history: ClickHistory
    let members: [TeacherTrainer.Member]

    /// Parameters of all members.
    var parameterCount: Int { members.reduce(0) { $0 + $1.parameters.count } }

    /// The logits of rows. With `own`, they are training rows, and each is left out of its user's history.
    func logits(of rows: ClickRows, own: Bool = false, threads: Int) -> [Float] {
        let results = Collected<[Float]>(count: members.count)
        let (shape, history, members) = (shape, history, members)
        Parallel.run(threads) { part in
            for place in Parallel.share(of: members.count, part: part, parts: threads) {
                let network = ClickNetwork(shape: shape, history: history, batch: 1024)
                network.parameters.assign(members[place].parameters)
                results.set(network.logits(of: rows, own: own), at: place)
            }
        }
        let all = results.values
        return rows.labels.indices.map { row in all.reduce(0) { $0 + $1[row] } / Float(all.count) }
    }
}
