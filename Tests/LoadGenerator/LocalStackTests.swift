import Foundation
import LoadGenerator
import Testing

/// The contract with `cascade up`, held by shell scripts in its place.
@Suite struct LocalStackTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "cascade-\(UUID().uuidString)").path

    private func script(_ body: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/cascade"
        let text = "#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in --ready-file) file=$2;; esac; shift; done\n\(body)\n"
        // Written by another process: a descriptor of this one would be inherited by whatever another test starts at that
        // moment, and the script be "busy".
        let writer = Process()
        writer.executableURL = URL(filePath: "/bin/sh")
        writer.arguments = ["-c", "printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", text, path]
        try writer.run()
        writer.waitUntilExit()
        return path
    }

    private func message(_ body: String, patience: Double = 20) throws -> String {
        let path = try script(body)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try LocalStack.start(executable: path, data: nil, patience: patience).stop()
            return "no error"
        } catch {
            return error.message
        }
    }

    @Test func aStackIsStartedAndStopped() throws {
        let path = try script(
            """
            echo "$$" > \(folder)/pid
            trap 'echo stopped > \(folder)/end; exit 0' TERM
            echo '{"url": "http://127.0.0.1:4711", "pid": '$$'}' > "$file.new" && mv "$file.new" "$file"
            while :; do sleep 0.05; done
            """)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stack = try LocalStack.start(executable: path, data: "/data", patience: 20)
        #expect(stack.target.description == "http://127.0.0.1:4711")
        let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
        let pid = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) == 0)
        #expect(getpgid(pid) == pid)
        stack.stop()
        #expect(kill(pid, 0) != 0)
        #expect(FileManager.default.fileExists(atPath: "\(folder)/end"))
    }

    @Test func whatGoesWrongIsSaid() throws {
        #expect(try message("exit 75").hasPrefix("'cascade up' ended before it was ready"))
        #expect(try message("exec sleep 60", patience: 0.2) == "'cascade up' was not ready after 0.2 seconds.")
        #expect(
            try message("echo '{\"url\": \"ftp://x\", \"pid\": 1}' > \"$file\"; exec sleep 60")
                == "'cascade up' says that it listens on ftp://x, which is no http URL.")
        #expect(throws: LoadTestError.self) {
            try LocalStack.start(executable: "/nonexistent/cascade", data: nil, patience: 1)
        }
    }
}
