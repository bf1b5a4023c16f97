#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Fork and join on threads of the system, for loops that take milliseconds.
enum Parallel {
    private final class Job {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` for each part below `parts`, the first on the caller's thread, and returns when all are done.
    static func run(_ parts: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var threads: [pthread_t] = []
        for part in stride(from: 1, to: parts, by: 1) {
            let job = unsafe Unmanaged.passRetained(Job { body(part) })
            var thread = pthread_t()
            let status = unsafe pthread_create(
                &thread, nil,
                { argument in
                    if let argument = unsafe argument {
                        unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
                    }
                    return nil
                }, job.toOpaque())
            if status == 0 {
                threads.append(thread)
            } else {
                // No thread to be had: the part is done here.
                unsafe job.takeRetainedValue().body()
            }
        }
        body(0)
        for thread in threads { pthread_join(thread, nil) }
    }

    /// The rows of `part` when `count` rows go to `parts` parts.
    static func share(of count: Int, part: Int, parts: Int) -> Range<Int> {
        (count * part / parts)..<(count * (part + 1) / parts)
    }
}
