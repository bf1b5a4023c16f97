import Foundation

/// A file system of a few megabytes in memory, in a mount namespace of its own; gone with its owner.
package final class SmallDevice {
    private let holder = Process()
    private let folder: TemporaryDirectory

    /// The device's root, for processes that are run with ``enter``.
    package var path: String { folder.path }

    /// What to run a command with so that it sees the device.
    package var enter: [String] {
        let user = getuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return ["/usr/bin/nsenter", "--target", "\(holder.processIdentifier)", "--mount"] + user
    }

    /// The device's root, for this process. (SQLite would take it for a link to the root of all.)
    private var outside: String { "/proc/\(holder.processIdentifier)/root\(folder.path)" }

    private let holdersInput = Pipe()

    /// Whether this system lets us make one.
    package static let isPossible = (try? SmallDevice(megabytes: 1)) != nil

    package static let skipReason =
        "this system lets tests mount nothing ('unshare --mount' fails): no small device to fill"

    package init(megabytes: Int) throws {
        folder = try TemporaryDirectory()
        let device = folder.path
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        holder.arguments =
            (getuid() == 0 ? [] : ["--user", "--map-root-user"]) + [
                "--mount", "sh", "-c",
                "mount -t tmpfs -o size=\(megabytes)m none '\(device)' && echo ready && exec cat",
            ]
        let output = Pipe()
        holder.standardInput = holdersInput
        holder.standardOutput = output
        holder.standardError = FileHandle.nullDevice
        try holder.run()
        guard !output.fileHandleForReading.availableData.isEmpty else {
            throw Script.Failure(description: Self.skipReason)
        }
    }

    deinit {
        if holder.isRunning {
            kill(holder.processIdentifier, SIGKILL)
            holder.waitUntilExit()
        }
    }

    /// Takes up what is left, but for some bytes.
    package func fill(leaving bytes: Int = 0) throws {
        var status = statvfs()
        guard statvfs(outside, &status) == 0 else {
            throw Script.Failure(description: "\(path): \(String(cString: strerror(errno)))")
        }
        let free = Int(status.f_bavail) * Int(status.f_bsize)
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: max(0, free - bytes))
        guard write(descriptor, zeros, zeros.count) >= zeros.count - 65_536 else {
            throw Script.Failure(description: "cannot fill \(path)")
        }
    }

    /// Copies a folder onto the device.
    package func copy(_ source: String, to name: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: outside + "/" + name)
    }

    /// Copies a folder of the device to somewhere else.
    package func copy(out name: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: outside + "/" + name, toPath: target)
    }

    /// Gives back what ``fill(leaving:)`` took.
    package func makeRoom() { unlink(filler) }

    private var filler: String { outside + "/filler" }
}
