/// One thing to run on the loop's thread: a Swift concurrency job, or a plain closure.
enum LoopWork: Sendable {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
}
