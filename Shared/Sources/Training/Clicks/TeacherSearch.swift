/// Trains a ``ClickTeacher``: looks for the choice with the best AUC on the validation part, one step in a grid at a time,
/// and trains members of other seeds with it.
struct TeacherSearch: Sendable {
    let trainer: TeacherTrainer

    /// A place in the grid of decays and initial lengths.
    private struct Place: Hashable {
        var decay: Int
        var length: Int
    }

    /// - Parameter progress: called after each epoch of each member, on the thread that trains it.
    func run(
        _ progress: @escaping @Sendable (TrainingProgress) -> Bool
    ) throws(TrainingError) -> ClickTeacher {
        let settings = trainer.settings
        let (decays, lengths) = (settings.decays, settings.initialLengths)
        guard !decays.isEmpty, !lengths.isEmpty, settings.members > 0 else {
            throw TrainingError(.badSetting, "a teacher needs a decay, an initial length and a member at least")
        }
        func choice(_ place: Place) -> TeacherTrainer.Choice {
            TeacherTrainer.Choice(decay: decays[place.decay], initialLength: lengths[place.length])
        }
        // Two far apart, then the neighbours of the best until none is left that was not tried.
        var next = [Place(decay: decays.count / 3, length: 0)]
        let other = Place(decay: decays.count * 2 / 3, length: lengths.count - 1)
        if other != next[0] { next.append(other) }
        var tried: [Place: TeacherTrainer.Member] = [:]
        var best: (place: Place, member: TeacherTrainer.Member)?
        while !next.isEmpty {
            let found = try train(next.map { (choice($0), settings.seed) }, progress)
            for (place, member) in zip(next, found) {
                tried[place] = member
                if best.map({ member.auc > $0.member.auc }) ?? true { best = (place, member) }
            }
            guard let place = best?.place else { break }
            next = [
                Place(decay: place.decay - 1, length: place.length),
                Place(decay: place.decay + 1, length: place.length),
                Place(decay: place.decay, length: place.length - 1),
                Place(decay: place.decay, length: place.length + 1),
            ].filter {
                decays.indices.contains($0.decay) && lengths.indices.contains($0.length) && tried[$0] == nil
            }
        }
        var members = best.map { [$0.member] } ?? []
        let seeds = (1..<max(1, settings.members)).map { settings.seed &+ UInt64($0) }
        if let best { members += try train(seeds.map { (best.member.choice, $0) }, progress) }
        return ClickTeacher(
            shape: settings.shape(of: trainer.schema), history: trainer.history, members: members)
    }

    /// Trains members, on as many threads as there are, each its own.
    private func train(
        _ jobs: [(choice: TeacherTrainer.Choice, seed: UInt64)],
        _ progress: @escaping @Sendable (TrainingProgress) -> Bool
    ) throws(TrainingError) -> [TeacherTrainer.Member] {
        let results = Collected<Result<TeacherTrainer.Member, TrainingError>>(count: jobs.count)
        let (trainer, threads) = (trainer, max(1, min(trainer.settings.threads, jobs.count)))
        Parallel.run(threads) { part in
            for place in stride(from: part, to: jobs.count, by: threads) {
                let job = jobs[place]
                results.set(
                    Result { () throws(TrainingError) in
                        try trainer.train(job.choice, seed: job.seed, progress)
                    }, at: place)
            }
        }
        var members: [TeacherTrainer.Member] = []
        for result in results.values { members.append(try result.get()) }
        return members
    }
}
