import Glibc

/// Runs the measurements that the command line, or a line on standard input, asks for.
struct Bench {
    let problem: Problem
    let options: Options
    private let exact: Contender
    private let automatic: Contender

    /// Builds the indexes.
    init(problem: Problem, options: Options) {
        self.problem = problem
        self.options = options
        exact = Contender.flat(problem)
        automatic = Contender.automatic(problem, recall: options.recalls[0])
    }

    /// Every combination, a row each.
    func run() throws {
        for k in options.results {
            for batch in options.batches {
                try report(exact, k, batch)
                for recall in options.recalls { try report(automatic.asked(for: recall), k, batch) }
            }
        }
    }

    /// Answers each line of standard input with a row, until there are none.
    func answer() throws {
        while let line = readLine() {
            let fields = line.split(separator: " ")
            guard fields.count >= 3, let k = Int(fields[1]), let batch = Int(fields[2]), k > 0, batch > 0 else {
                throw UsageError("'\(line)' is not a question")
            }
            try problem.check(k)
            switch (fields[0], fields.count) {
            case ("flat", 3): try report(exact, k, batch)
            case ("auto", 4):
                guard let recall = Double(fields[3]), recall > 0, recall <= 1 else {
                    throw UsageError("'\(fields[3])' is not a recall")
                }
                try report(automatic.asked(for: recall), k, batch)
            default: throw UsageError("'\(line)' is not a question")
            }
        }
    }

    private func report(_ contender: Contender, _ k: Int, _ batch: Int) throws {
        let row = contender.measure(problem, k: k, batch: batch, rounds: options.rounds)
        Output.write(options.isJSON ? try row.json : row.line, to: STDOUT_FILENO)
    }
}
