import Foundation
import LoadGenerator
import Testing

@Suite struct ReleaseBuildTests {
    @Test func thePackageIsFoundFromTheExecutable() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "cascade-\(UUID().uuidString)").path
        let folder = "\(root)/build/x86_64-unknown-linux-gnu/debug"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        #expect(throws: LoadTestError.self) { try ReleaseBuild(executable: "\(folder)/loadtest") }
        try Data().write(to: URL(filePath: "\(root)/Package.swift"))
        let release = try ReleaseBuild(executable: "\(folder)/loadtest")
        #expect(release.packageRoot == root)
        #expect(release.scratch == "\(root)/build")
        #expect(release.executable(of: "cascade") == "\(root)/build/release/cascade")
    }

    @Test func swiftIsLookedForInAbsoluteFoldersOfThePath() throws {
        #expect(ReleaseBuild.find("sh", in: "bin:/nonexistent:/bin:/usr/bin") == "/bin/sh")
        #expect(ReleaseBuild.find("sh", in: "bin:") == nil)
    }
}
