import Domain
import Training

/// A world in which taste is known: users like one of a few groups of items, items say which group they are of.
enum PlantedWorld {
    /// `groups` groups of `size` items each; user `u` is of group `u % groups` and takes `length` items of it, each once.
    /// Item numbers run through the groups; item `size · g` of each group is the most popular one.
    static func corpus(groups: Int = 4, size: Int = 12, users: Int = 80, length: Int = 7, seed: UInt64 = 5) -> Corpus {
        var state = seed
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let sequences: [[ItemNumber]] = (0..<users).map { user in
            var own = (0..<size).map { ItemNumber(user % groups * size + $0) }
            for place in 0..<length { own.swapAt(place, place + below(size - place)) }
            return Array(own.prefix(length))
        }
        return TestWorld.corpus(sequences, items: groups * size, tokens: { ["group\($0 / size)"] })
    }

    /// Settings under which a test's training takes a moment.
    static func settings(seed: UInt64 = 1) -> TwoTowerSettings {
        var settings = TwoTowerSettings()
        settings.dimensions = 8
        settings.hidden = 8
        settings.epochs = 8
        settings.batch = 64
        settings.warmUpSteps = 5
        settings.learningRate = 0.03
        settings.seed = seed
        return settings
    }
}
