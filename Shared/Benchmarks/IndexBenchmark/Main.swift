import Glibc
import Kernels

/// Times searches of an index over given vectors and queries, and tells their recall: `make bench-index` compares them with
/// other libraries'. `index-benchmark` alone prints how it is used.
@main
struct IndexBenchmark {
    static func main() throws {
        do {
            try Kernels.selfCheck()
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            let bench = Bench(problem: try Problem(options), options: options)
            try options.isInteractive ? bench.answer() : bench.run()
        } catch let error as UsageError {
            Output.write("index-benchmark: \(error)\n\n\(Options.usage)", to: STDERR_FILENO)
            exit(2)
        }
    }
}
