import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    /// Trainings that are killed, meet each other, or find no room.
    @Suite struct Trainings {
        /// A training long enough to be caught, in small steps from checkpoint to checkpoint.
        private static let configuration =
            "{ training: { checkpointSeconds: 0, threads: 1, dimensions: 256, epochs: 40, learningRate: 0.0005 } }"

        /// Runs a training until it has kept its first checkpoint.
        private func begin(_ data: TrainedData, _ configuration: String) throws -> Process {
            let process = Process()
            process.setCommand([Product.cascade, "train", "--data", data.path, "--config", configuration])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            let checkpoint = data.path + "/models/.checkpoint"
            let deadline = Date(timeIntervalSinceNow: 60)
            while !FileManager.default.fileExists(atPath: checkpoint) {
                guard process.isRunning, Date() < deadline else { throw TestFailure("no checkpoint was written") }
                usleep(500)
            }
            return process
        }

        private func end(_ process: Process) {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        private func files(of data: TrainedData) throws -> [String] {
            let manifest = try JSONSerialization.jsonObject(
                with: try Data(contentsOf: try data.bundle().appending(path: "manifest.json")))
            let files = (manifest as? [String: Any])?["files"] as? [String: [String: Any]]
            return try #require(files).map { "\($0) \($1["sha256"] ?? "")" }.sorted()
        }

        @Test func aKilledTrainingIsResumedAndEndsAsIfNothingHadHappened() throws {
            let (killed, whole) = (try TrainedData(), try TrainedData())
            let before = try files(of: killed)
            let configuration = try killed.folder.write(Self.configuration, to: "config.json5")
            end(try begin(killed, configuration))
            #expect(try files(of: killed) == before, "the live bundle is what it was")
            let resumed = try Product.run(["train", "--data", killed.path, "--config", configuration])
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.errors.contains("resumes two-tower from epoch"), "\(resumed.errors)")
            let outcome = try Product.run(["train", "--data", whole.path, "--config", configuration])
            #expect(outcome.status == 0 && !outcome.errors.contains("resumes"), "\(outcome.errors)")
            #expect(try files(of: killed) == files(of: whole))
            #expect(try files(of: killed) != before)
            let left = try FileManager.default.contentsOfDirectory(atPath: killed.path + "/models")
            #expect(Set(left.filter { $0.hasPrefix(".") }) == [".lock"], "\(left)")
        }

        /// Also where each has a data directory of its own, and the folder of models is the same.
        @Test(arguments: [false, true]) func twoAtOnce(_ sharesOnlyModels: Bool) throws {
            let (data, other) = (try TrainedData(), try TrainedData())
            let configuration = try data.folder.write(Self.configuration, to: "config.json5")
            let first = try begin(data, configuration)
            kill(first.processIdentifier, SIGSTOP)
            defer { end(first) }
            let place =
                sharesOnlyModels ? ["--data", other.path, "--models", data.path + "/models"] : ["--data", data.path]
            let second = try Product.run(["train"] + place)
            #expect(second.status == 75, "\(second.status) \(second.errors)")
            #expect(second.errors.contains("in use by process \(first.processIdentifier)"), "\(second.errors)")
            end(first)
            let third = try Product.run(["train"] + place)
            #expect(third.status == 0, "\(third.errors)")
        }

        @Test(.enabled(if: SmallDevice.isPossible, Comment(rawValue: SmallDevice.skipReason)))
        func aFullDisk() throws {
            let device = try SmallDevice(megabytes: 24)
            let trained = try TrainedData()
            try device.copy(trained.path, to: "data")
            let data = ["--data", device.path + "/data"]
            let before = try Product.run(["models", "list", "--json"] + data, on: device).output
            try device.fill(leaving: 40 << 10)
            let configuration = try trained.folder.write(Self.configuration, to: "config.json5")
            let full = try Product.run(["train", "--config", configuration] + data, on: device)
            #expect(full.status == 74, "\(full.status) \(full.errors)")
            #expect(full.errors.contains("no checkpoint could be written"), "\(full.errors)")
            #expect(full.errors.contains("No space left on device: free some space"), "\(full.errors)")
            #expect(try Product.run(["models", "list", "--json"] + data, on: device).output == before)
            let left = try Product.run(["-A", device.path + "/data/models"], program: "/bin/ls", on: device).output
            #expect(left.split(separator: "\n").count == 3, "lock, ACTIVE and the bundle: \(left)")
            device.makeRoom()
            #expect(try Product.run(["train"] + data, on: device).status == 0)
        }

        /// A file that grows beyond what the process may write; the system would end it by a signal.
        @Test func aFileSizeLimit() throws {
            let data = try TrainedData()
            let before = try files(of: data)
            let limited = try Product.run(
                ["-c", "ulimit -f 80; exec '\(Product.cascade)' train --data '\(data.path)'"], program: "/bin/sh")
            #expect(limited.status == 74, "\(limited.status) \(limited.errors)")
            #expect(limited.errors.contains("ulimit -f"), "\(limited.errors)")
            #expect(try files(of: data) == before)
            let left = try FileManager.default.contentsOfDirectory(atPath: data.path + "/models")
            #expect(!left.contains { $0.hasSuffix(".partial") || $0.hasSuffix(".tmp") }, "\(left)")
            #expect(try Product.run(["train", "--data", data.path]).status == 0)
        }
    }
}
