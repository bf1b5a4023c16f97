import Domain
import Foundation
import Training

/// The folder of real data sets beside the repository, when it is there.
enum SharedData {
    static let folder: URL? = {
        if let path = ProcessInfo.processInfo.environment["CASCADE_SHARED"] { return existing(URL(filePath: path)) }
        var folder = URL(filePath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            if let found = existing(folder.appending(path: "shared")) { return found }
        }
        return nil
    }()

    private static func existing(_ folder: URL) -> URL? {
        FileManager.default.fileExists(atPath: folder.appending(path: "data").path) ? folder : nil
    }

    /// The text of a data file; nil, with a printed reason, when it is not there.
    static func text(_ path: String) -> String? {
        guard let folder, let text = try? String(contentsOf: folder.appending(path: "data/\(path)"), encoding: .utf8)
        else {
            print("skipped: no data/\(path) in CASCADE_SHARED or in a folder `shared` above the repository")
            return nil
        }
        return text
    }

    /// A file of `user item item …` lines as a corpus whose time only tells the order within a user.
    static func sequences(_ path: String) -> Corpus? {
        guard let text = text(path) else { return nil }
        let lists = text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: " ")).dropFirst().map { ItemNumber(Substring($0)) ?? 0 }
        }
        return TestWorld.corpus(lists, hasRealTime: false)
    }
}
