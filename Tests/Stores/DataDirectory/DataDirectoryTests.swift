import DataDirectory
import Foundation
import Testing
import TestSupport

struct DataDirectoryTests {
    private let files: TemporaryDirectory

    init() throws {
        files = try TemporaryDirectory()
    }

    private func cause(_ body: () throws -> Void) -> DataDirectoryError.Cause? {
        do {
            try body()
            return nil
        } catch {
            return (error as? DataDirectoryError)?.cause
        }
    }

    @Test func makesItsFolders() throws {
        let path = "\(files.path)/a/b/data"
        #expect(!DataDirectory.exists(at: path))
        let directory = try DataDirectory(path: path)
        for folder in [path, directory.modelsPath, directory.rejectsPath] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            #expect(attributes[.type] as? FileAttributeType == .typeDirectory)
        }
        #expect(directory.logPath == "\(path)/log.sqlite")
        #expect(try String(contentsOfFile: "\(path)/format", encoding: .utf8) == "1\n")
    }

    @Test func isHeldByOne() throws {
        let path = "\(files.path)/data"
        do {
            let held = try DataDirectory(path: path)
            #expect {
                _ = try DataDirectory(path: path)
            } throws: { error in
                let text = "\(error)"
                return (error as? DataDirectoryError)?.cause == .inUse && text.contains("process \(getpid())")
                    && text.contains("--data") && text.contains(path)
            }
            withExtendedLifetime(held) {}
        }
        #expect(throws: Never.self) { _ = try DataDirectory(path: path) }
    }

    @Test func refusesANewerLayout() throws {
        let path = "\(files.path)/data"
        _ = try DataDirectory(path: path)
        try Data("2\n".utf8).write(to: URL(filePath: "\(path)/format"))
        #expect(cause { _ = try DataDirectory(path: path) } == .newerFormat)
        try Data("x".utf8).write(to: URL(filePath: "\(path)/format"))
        #expect(cause { _ = try DataDirectory(path: path) } == .inputOutput)
    }

    @Test func saysWhyItCannotBeUsed() throws {
        let file = "\(files.path)/file"
        try Data().write(to: URL(filePath: file))
        #expect(cause { _ = try DataDirectory(path: file) } == .notADirectory)
        #expect(cause { _ = try DataDirectory(path: "\(file)/below") } == .notADirectory)
        // A kernel file system takes no new folders, whoever asks.
        #expect(cause { _ = try DataDirectory(path: "/proc/cascade-data") } != nil)
    }

    @Test func writesFilesWhole() throws {
        let path = "\(files.path)/file"
        try AtomicFile.write("one", to: path)
        try AtomicFile.write([UInt8](repeating: 7, count: 300_000), to: path)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(repeating: 7, count: 300_000))
        #expect(try FileManager.default.contentsOfDirectory(atPath: files.path) == ["file"])
        #expect(cause { try AtomicFile.write("x", to: "\(files.path)/missing/file") } == .notFound)
    }
}
