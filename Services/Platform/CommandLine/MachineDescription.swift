import Glibc

/// The machine that figures were measured on.
package struct MachineDescription: Sendable, Equatable {
    /// The processor's own name.
    package let processor: String

    /// Cores that this process may use.
    package let cores: Int

    /// Memory in bytes.
    package let memoryBytes: Int

    /// The kernel's name and release.
    package let kernel: String

    package init(processor: String, cores: Int, memoryBytes: Int, kernel: String) {
        self.processor = processor
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.kernel = kernel
    }

    /// This machine, from `/proc` and `uname`; what cannot be read is "unknown" or zero.
    package static func current() -> MachineDescription {
        let model = line(of: "/proc/cpuinfo", startingWith: "model name").map { value in
            String(value.drop { $0 == " " || $0 == "\t" || $0 == ":" })
        }
        let kibibytes = line(of: "/proc/meminfo", startingWith: "MemTotal:").flatMap { value in
            value.split(separator: " ").first.flatMap { Int($0) }
        }
        return MachineDescription(
            processor: model ?? "unknown", cores: availableCores(), memoryBytes: (kibibytes ?? 0) * 1024,
            kernel: kernelName())
    }

    /// One line: `AMD EPYC 7B13, 2 cores, 24 GiB, Linux 6.1.0`.
    package var text: String {
        "\(processor), \(cores) cores, \((memoryBytes + 1 << 29) >> 30) GiB, \(kernel)"
    }

    /// Number of cores that the scheduler lets this process run on, at least one.
    package static func availableCores() -> Int {
        guard let mask = line(of: "/proc/self/status", startingWith: "Cpus_allowed:") else {
            return max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
        }
        return max(mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }, 1)
    }

    private static func kernelName() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "unknown" }
        return "\(text(of: name.sysname)) \(text(of: name.release))"
    }

    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func line(of path: String, startingWith prefix: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(prefix) }) else { return nil }
        return String(line.dropFirst(prefix.count))
    }
}
