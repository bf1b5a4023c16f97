import Foundation

/// `cascade up` as a process of its own, on a port that the system chose.
final class RunningProduct {
    private let process: Process
    private let folder: TemporaryFolder
    private let log: TemporaryFolder.Output
    let port: UInt16

    /// Starts it and returns once it is ready.
    init(data: String, arguments: [String] = ["--no-demo"], within seconds: Double = 120) throws {
        folder = try TemporaryFolder()
        log = try folder.file("log")
        let readyFile = folder.url.appending(path: "ready.json")
        process = Process()
        process.executableURL = URL(fileURLWithPath: Product.cascade)
        process.arguments = ["up", "--data", data, "--port", "0", "--ready-file", readyFile.path] + arguments
        process.standardOutput = log.handle
        process.standardError = log.handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !FileManager.default.fileExists(atPath: readyFile.path) {
            guard process.isRunning else { throw TestFailure("cascade up ended: \(try log.text)") }
            guard Date() < deadline else {
                process.terminate()
                throw TestFailure("cascade up is not ready after \(seconds) s: \(try log.text)")
            }
            RunLoop.current.run(until: Date(timeIntervalSinceNow: 0.01))
        }
        let ready = try JSONSerialization.jsonObject(with: Data(contentsOf: readyFile)) as? [String: Any]
        guard let url = (ready?["url"] as? String).flatMap(URL.init(string:)), let number = url.port else {
            throw TestFailure("the ready file has no url")
        }
        port = UInt16(number)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var output: String { (try? log.text) ?? "" }

    /// Ends it the hard way: nothing can be finished or written out.
    func killNow() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends it the orderly way.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    func get(_ target: String) throws -> HTTPAnswer { try HTTPAnswer(port: port, "GET", target) }

    func send(_ method: String, _ target: String, _ body: String) throws -> HTTPAnswer {
        try HTTPAnswer(port: port, method, target, body: body)
    }

    /// The ids of a recommendation's items.
    func recommended(_ target: String) throws -> [String] {
        let answer = try get(target)
        guard answer.status == 200, let items = try answer.json["items"] as? [[String: Any]] else {
            throw TestFailure("\(target): \(answer.status) \(answer.body)")
        }
        return items.compactMap { $0["id"] as? String }
    }
}
