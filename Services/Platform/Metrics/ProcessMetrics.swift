import Glibc

/// What the kernel says about this process, under the names that Prometheus' client libraries use.
package enum ProcessMetrics {
    /// Adds CPU seconds, memory, open files and start time to `registry`.
    package static func register(in registry: MetricRegistry) {
        registry.computedCounter("process_cpu_seconds_total", help: "User and system CPU time spent, in seconds.") {
            cpuSeconds()
        }
        registry.computedGauge("process_resident_memory_bytes", help: "Resident memory in bytes.") {
            Double(residentBytes())
        }
        registry.computedGauge("process_open_fds", help: "Number of open file descriptors.") {
            Double(openFileDescriptors())
        }
        registry.computedGauge("process_max_fds", help: "The limit of open file descriptors.") {
            Double(fileDescriptorLimit())
        }
        let start = startTime()
        registry.computedGauge("process_start_time_seconds", help: "Start of the process, in seconds since the epoch.")
        {
            start
        }
    }

    /// CPU time of all threads, in seconds.
    package static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Resident memory in bytes, zero when `/proc` cannot be read.
    package static func residentBytes() -> Int {
        let fields = ProcFile.read("/proc/self/statm").split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// The most memory that was resident at once, in bytes.
    package static func peakResidentBytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }

    /// Number of open file descriptors, zero when `/proc` cannot be read.
    package static func openFileDescriptors() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // The two dot entries and the descriptor of the listing itself.
        return max(count - 3, 0)
    }

    static func fileDescriptorLimit() -> UInt64 {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return UInt64(limit.rlim_cur)
    }

    /// Start of the process in seconds since the epoch, from the boot time and the ticks since then.
    static func startTime() -> Double {
        // The command's name, in parentheses, may hold spaces: fields are counted behind it.
        let stat = ProcFile.read("/proc/self/stat")
        guard let end = stat.lastIndex(of: ")") else { return 0 }
        let fields = stat[end...].split(separator: " ")
        guard fields.count > 20, let ticks = Double(fields[20]) else { return 0 }
        let boot = ProcFile.read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let boot, let seconds = Double(boot.dropFirst("btime ".count)) else { return 0 }
        return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
