import Glibc

extension ChildProcess {
    /// Hands on, line by line, what it prints until it has closed both ends. Blocks.
    func forEachLine(output onOutput: (String) -> Void, errors onErrors: (String) -> Void) {
        var ends = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var splitters = [LineSplitter(), LineSplitter()]
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while ends.contains(where: { $0.fd >= 0 }) {
            guard poll(&ends, nfds_t(ends.count), -1) > 0 else { continue }
            for index in ends.indices where ends[index].fd >= 0 && ends[index].revents != 0 {
                let line = index == 0 ? onOutput : onErrors
                let count = read(ends[index].fd, buffer.baseAddress, buffer.count)
                if count > 0 {
                    splitters[index].take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), line)
                } else if count == 0 || errno != EINTR {
                    splitters[index].end(line)
                    close(ends[index].fd)
                    ends[index].fd = -1
                }
            }
        }
    }
}
