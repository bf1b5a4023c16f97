import Foundation
import Testing

extension EndToEndTests {
    /// Files that cannot be imported: the message names the file, the cause and the remedy; rows that cannot be read are
    /// listed and the others come in.
    @Suite struct BadFiles {
        private let folder: TemporaryFolder
        private let data: [String]

        init() throws {
            folder = try TemporaryFolder()
            data = ["--data", folder.path + "/data"]
        }

        private func expectFailure(_ arguments: [String], status: Int32, _ causes: String...) throws {
            let outcome = try Product.run(arguments + data)
            #expect(outcome.status == status, "\(arguments): \(outcome.status) \(outcome.errors)")
            #expect(outcome.errors.contains("error: "), "\(outcome.errors)")
            for cause in causes { #expect(outcome.errors.contains(cause), "\(arguments): \(outcome.errors)") }
        }

        @Test func missingAndWrongFiles() throws {
            let missing = folder.path + "/none.csv"
            try expectFailure(["import", "csv", missing], status: 66, missing, "no such file")
            try expectFailure(["import", "events", missing], status: 66, missing, "no such file")
            try expectFailure(["import", "sequences", missing], status: 66, missing, "no such file")
            try expectFailure(["import", "movielens", missing], status: 66, missing)
            try expectFailure(["import", "movielens", folder.path], status: 65, "ratings.csv")
            try expectFailure(["import", "csv", folder.path], status: 66, "folder")
            try expectFailure(["import", "csv", try folder.write("", to: "empty.csv")], status: 65, "empty")
            let table = try folder.write("a,b,c\n1,2,3\n", to: "table.csv")
            try expectFailure(["import", "csv", table], status: 64, "--item", "a, b, c")
            try expectFailure(["import", "csv", table, "--user", "who"], status: 64, "who", "a, b, c")
            try expectFailure(["import", "csv", table, "--separator", ""], status: 64, "--separator")
        }

        @Test(.enabled(if: getuid() != 0 || canDropRights, "root may read everything, and there is no setpriv"))
        func anUnreadableFile() throws {
            let file = try folder.write(SmallWorld.csv, to: "secret.csv")
            chmod(file, 0)
            chmod(folder.path, 0o777)
            let command = ["import", "csv", file] + data
            let outcome: Product.Outcome
            if getuid() == 0 {
                let copy = folder.path + "/cascade"
                try FileManager.default.copyItem(atPath: Product.cascade, toPath: copy)
                let asNobody = ["--reuid", "65534", "--clear-groups", copy]
                outcome = try Product.run(asNobody + command, program: Self.setpriv)
            } else {
                outcome = try Product.run(command)
            }
            #expect(outcome.status == 66, "\(outcome.errors)")
            #expect(outcome.errors.contains(file) && outcome.errors.contains("permission"), "\(outcome.errors)")
        }

        @Test func malformedRowsAreListed() throws {
            let rows = [
                "user,item,time", "u1,i1,1760000000", "u2,,1760000000", ",i3,1760000000", "u4,i4,soon", "u5",
                "u6,i6,1760000001", "u7,i7,99999999999999999999", #"u8,"open,1760000001"#,
            ]
            let file = try folder.write(rows.joined(separator: "\n") + "\n", to: "bad.csv")
            let outcome = try Product.run(["import", "csv", file] + data)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("2 new"), "\(outcome.output)")
            #expect(outcome.output.contains("6 rows could not be read"), "\(outcome.output)")
            let path = try #require(outcome.output.firstMatch(of: #/[^ ]+/rejects/[^ ]+\.tsv/#)).output
            let list = try String(contentsOfFile: String(path), encoding: .utf8).split(separator: "\n")
            let found = list.dropFirst().map { $0.split(separator: "\t").prefix(2).joined(separator: " ") }
            #expect(found.count == 6)
            for (line, reason) in [
                (3, "item"), (4, "user"), (5, "soon"), (6, "fields"), (8, "timestamp"), (9, "quote"),
            ] {
                #expect(found.contains { $0.hasPrefix("\(line) ") && $0.contains(reason) }, "\(line): \(found)")
            }
        }

        @Test func aFileWithoutAnyUsableRowIsAnError() throws {
            let file = try folder.write("nonsense\n{\"user\":7}\n", to: "bad.jsonl")
            try expectFailure(["import", "events", file], status: 65, "none of the 2 rows", "rejects/")
        }

        @Test func truncatedAndDamagedGzip() throws {
            let file = try folder.write(SmallWorld.csv, to: "events.csv")
            #expect(try Product.run([file], program: "/bin/gzip").status == 0)
            let packed = try Data(contentsOf: URL(fileURLWithPath: file + ".gz"))
            let cut = folder.url.appending(path: "cut.csv.gz")
            try packed.prefix(packed.count / 2).write(to: cut)
            try expectFailure(["import", "csv", cut.path], status: 65, cut.path, "ends in the middle")
            let damaged = folder.url.appending(path: "damaged.csv.gz")
            var bytes = packed
            for index in 200..<300 { bytes[index] ^= 0x5A }
            try bytes.write(to: damaged)
            try expectFailure(["import", "csv", damaged.path], status: 65, damaged.path, "damaged")
            let whole = try Product.run(["import", "csv", file + ".gz"] + data)
            #expect(whole.output.contains("2,240 new, 0 there already"), "nothing came in before: \(whole.output)")
        }

        private static let setpriv = "/usr/bin/setpriv"
        private static let canDropRights = FileManager.default.isExecutableFile(atPath: setpriv)
    }
}
