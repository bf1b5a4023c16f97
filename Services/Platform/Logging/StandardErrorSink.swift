import Glibc

/// Writes each line to descriptor 2 with one system call, so that the lines of several threads do not mix.
package struct StandardErrorSink: LogSink {
    package init() {}

    package func write(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress! + written, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            // Nobody is left to tell that the log cannot be written.
            guard count > 0 else { return }
            written += count
        }
    }
}
