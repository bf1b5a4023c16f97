import Glibc

/// Lines on standard output and standard error.
enum Output {
    /// Writes a line at once: who reads at the other end of a pipe waits for it.
    static func write(_ line: String, to descriptor: Int32) {
        var rest = Array("\(line)\n".utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { exit(1) }
            rest = rest.dropFirst(written)
        }
    }
}
