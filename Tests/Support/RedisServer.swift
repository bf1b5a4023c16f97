import Foundation
import Glibc
import Synchronization

/// A real Redis of a test's own on a free loopback port, in memory only; it ends with the object, or with the process.
package final class RedisServer: @unchecked Sendable {
    package let port: UInt16
    private let password: String?
    private let folder: TemporaryDirectory
    private var process: Process?

    /// Whether there is a Redis to start; tests that need one are skipped without it.
    package static let isInstalled: Bool = {
        if executable != nil { return true }
        print("Redis tests are skipped: redis-server is not installed (Debian: apt-get install redis-server).")
        return false
    }()

    private static let executable: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
        return folders.map { "\($0)/redis-server" }.first { access($0, X_OK) == 0 }
    }()

    /// Starts a server and waits until it answers.
    package init(password: String? = nil) throws {
        self.password = password
        folder = try TemporaryDirectory()
        port = try FreePort.take()
        try start()
    }

    deinit { stop() }

    /// Servers that are up. The deinit of one that a static holds never runs: what is up at the process's end is ended then.
    private static let running = Mutex<Set<Int32>>([])
    private static let endsWithProcess: Void = {
        atexit {
            RedisServer.running.withLock { running in
                for identifier in running { kill(identifier, SIGKILL) }
            }
        }
    }()

    /// Starts the server again, on the same port, empty.
    package func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.executable ?? "redis-server")
        process.arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder.path,
        ]
        if let password { process.arguments? += ["--requirepass", password] }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let identifier = process.processIdentifier
        Self.endsWithProcess
        Self.running.withLock { _ = $0.insert(identifier) }
        let deadline = ContinuousClock.now + .seconds(60)
        while (try? call("PING")) == nil {
            guard ContinuousClock.now < deadline, process.isRunning else { throw RedisServerError.didNotStart }
            usleep(5_000)
        }
    }

    /// Ends the server at once.
    package func stop() {
        guard let process else { return }
        let identifier = process.processIdentifier
        Self.running.withLock { _ = $0.remove(identifier) }
        kill(identifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Stops the server's process, which keeps its connections.
    package func pause() {
        if let process { kill(process.processIdentifier, SIGSTOP) }
    }

    package func resume() {
        if let process { kill(process.processIdentifier, SIGCONT) }
    }

    /// Runs a command over a connection of its own. Blocks.
    @discardableResult
    package func call(_ words: String...) throws -> RedisAnswer {
        try call(words.map { Array($0.utf8) })
    }

    @discardableResult
    package func call(_ words: [[UInt8]]) throws -> RedisAnswer {
        let connection = try RedisLine(port: port)
        if let password { _ = try connection.call([Array("AUTH".utf8), Array(password.utf8)]) }
        return try connection.call(words)
    }

    package func flush() throws { try call("FLUSHALL") }

    /// Every key.
    package func keys() throws -> [[UInt8]] {
        guard case .array(let keys) = try call("KEYS", "*") else { return [] }
        return keys.compactMap(\.bytes)
    }
}

package enum RedisServerError: Error {
    case didNotStart
    case noConnection
    case noAnswer
}

/// A reply, copied.
package indirect enum RedisAnswer: Equatable {
    case bytes([UInt8])
    case integer(Int)
    case nothing
    case error(String)
    case array([RedisAnswer])

    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    package var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }
}

/// A blocking connection for tests.
private final class RedisLine {
    private let file: UnsafeMutablePointer<FILE>

    init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = FreePort.loopback(port)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0, let file = fdopen(descriptor, "r+") else {
            close(descriptor)
            throw RedisServerError.noConnection
        }
        self.file = file
    }

    deinit { fclose(file) }

    func call(_ words: [[UInt8]]) throws -> RedisAnswer {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words { bytes += Array("$\(word.count)\r\n".utf8) + word + Array("\r\n".utf8) }
        guard send(fileno(file), bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw RedisServerError.noAnswer
        }
        return try answer()
    }

    private func answer() throws -> RedisAnswer {
        let line = try line()
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        switch line.first {
        case UInt8(ascii: "+"): return .bytes(Array(line.dropFirst()))
        case UInt8(ascii: "-"): return .error(text)
        case UInt8(ascii: ":"): return .integer(Int(text) ?? 0)
        case UInt8(ascii: "$"):
            guard let count = Int(text), count >= 0 else { return .nothing }
            var bytes = [UInt8](repeating: 0, count: count + 2)
            guard fread(&bytes, 1, count + 2, file) == count + 2 else { throw RedisServerError.noAnswer }
            return .bytes(Array(bytes.prefix(count)))
        case UInt8(ascii: "*"):
            guard let count = Int(text), count >= 0 else { return .nothing }
            return .array(try (0..<count).map { _ in try answer() })
        default: throw RedisServerError.noAnswer
        }
    }

    private func line() throws -> [UInt8] {
        var line: [UInt8] = []
        while true {
            let byte = fgetc(file)
            guard byte >= 0 else { throw RedisServerError.noAnswer }
            if byte == 10 { return line.last == 13 ? line.dropLast() : line }
            line.append(UInt8(byte))
        }
    }
}

/// Ports of the loopback interface that nobody listens on.
package enum FreePort {
    package static func take() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw RedisServerError.noConnection }
        return UInt16(bigEndian: address.sin_port)
    }

    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
