import Domain
import Foundation
import Import
import Testing

@Suite struct TableTests {
    private func items(_ separator: String? = nil) -> TableMapping {
        var mapping = TableMapping(kind: .items)
        mapping.separator = separator
        mapping.attributes = [.init(name: "note", column: .name("note"))]
        return mapping
    }

    /// Whatever a quoted table says is what arrives: against the generator as the oracle.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func quotedFieldsArriveAsTheyWere(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let separator = [",", "\t", ";", "|"].randomElement(using: &random)!
        let end = ["\n", "\r\n"].randomElement(using: &random)!
        func field() -> String {
            let alphabet = ["a", "b", "\"", "\"\"", "\n", "\r\n", ",", ";", "\t", "|", "é", "🙂", "x y", "'", "\\"]
            let body = (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
            return "<" + body.joined() + ">"
        }
        func quoted(_ text: String) -> String {
            let must = text.contains { "\",;\t|\n\r\r\n".contains($0) }
            guard must || Bool.random(using: &random) else { return text }
            return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }
        var expected: [String: (String, String)] = [:]
        var text = ["id", "title", "note"].joined(separator: separator) + end
        for number in 0..<200 {
            let row = (field(), field())
            expected["r\(number)"] = row
            text += ["r\(number)", quoted(row.0), quoted(row.1)].joined(separator: separator)
            text += number == 199 ? "" : Int.random(in: 0..<9, using: &random) == 0 ? end + end : end
        }
        let place = try Workplace()
        let summary = try await place.run(.table(file: try place.file("t.csv", text), items(separator)))
        #expect(summary.rejected == 0, "seed \(seed)")
        let found = place.sink.items
        #expect(found.count == 200, "seed \(seed)")
        for (id, row) in expected {
            #expect(found[id]?.title == row.0, "seed \(seed), \(id)")
            #expect(found[id]?.attributes["note"] == .text(row.1), "seed \(seed), \(id)")
        }
    }

    /// Bytes at random never do harm, and every good row around them arrives.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func hostileBytesCostOnlyTheirRows(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var bytes = Data("user,item,rating\n".utf8)
        var good = 0
        for number in 0..<300 {
            if Bool.random(using: &random) {
                bytes += Data("good\(number),i,3\n".utf8)
                good += 1
            } else {
                let pieces: [UInt8] = [0, 1, 0x22, 0x2C, 0x0D, 0x80, 0xC3, 0xFF, 0x41, 0x20]
                let count = Int.random(in: 0..<12, using: &random)
                let noise = (0..<count).map { _ in pieces.randomElement(using: &random)! }
                // A quote that opens a field swallows lines: closed here, so that good rows stay good.
                bytes += Data(noise.filter { $0 != 0x22 } + [0x0A])
            }
        }
        let place = try Workplace()
        let summary = try await place.run(.table(file: try place.bytes("t.csv", bytes), TableMapping()))
        #expect(place.sink.events.count { $0.user.hasPrefix("good") } == good, "seed \(seed)")
        #expect(summary.rejected > 0, "seed \(seed)")
    }

    @Test func columnsAreFoundByUsualNamesByOptionAndByNumber() async throws {
        let text = "when;User_ID;what;Item-Id;stars\n2020-01-01 00:00:00;u1;buy;i1;4.5\n"
        let expected = Event(
            id: "", type: "buy", user: "u1", items: ["i1"], timestamp: 1_577_836_800_000, value: 4.5)
        for named in [true, false] {
            var mapping = TableMapping()
            mapping.timestamp = named ? .init("when") : .init("1")
            mapping.type = named ? .init("what") : .init("3")
            if !named { mapping.hasHeader = false }
            if !named {
                mapping.user = .init("2")
                mapping.item = .init("4")
                mapping.value = .init("5")
            }
            let place = try Workplace()
            let path = try place.file("t.csv", named ? text : String(text.split(separator: "\n")[1]))
            let summary = try await place.run(.table(file: path, mapping))
            #expect(summary.eventsImported == 1 && summary.rejected == 0)
            var event = try #require(place.sink.events.first)
            event.id = ""
            #expect(event == expected)
        }
    }

    @Test(
        arguments: [
            ("1577836800", 1_577_836_800_000), ("1577836800.5", 1_577_836_800_500),
            ("1577836800123", 1_577_836_800_123),
            ("1577836800123456", 1_577_836_800_123), ("1577836800123456789", 1_577_836_800_123),
            ("2020-01-01", 1_577_836_800_000), ("2020-01-01T01:00:00+01:00", 1_577_836_800_000),
            ("2020-01-01 00:00:00.250", 1_577_836_800_250), ("1.5778368e9", 1_577_836_800_000),
        ] as [(String, Int64)])
    func timesAreToldApartByTheirSize(text: String, moment: Int64) async throws {
        let place = try Workplace()
        let path = try place.file("t.csv", "user,item,timestamp\nu,i,\(text)\n")
        #expect(try await place.run(.table(file: path, TableMapping())).rejected == 0)
        #expect(place.sink.events.map(\.timestamp) == [moment])
    }

    @Test func withoutTimesTheOrderOfTheRowsIsTheOrderOfTime() async throws {
        let place = try Workplace()
        let path = try place.file("t.tsv", "user\titem\nb\t1\nb\t2\na\t3\nb\t1\nb\t1\n")
        let summary = try await place.run(.table(file: path, TableMapping()))
        #expect(summary.isOrderOnly && summary.eventsImported == 5)
        let events = place.sink.events
        #expect(events.map(\.user) == ["b", "a", "b", "b", "b"], "users run side by side")
        #expect(events.map(\.items) == [["1"], ["3"], ["2"], ["1"], ["1"]])
        #expect(Set(events.map(\.timestamp)).count == 4)
        #expect(place.sink.items["1"]?.createdAt == 0, "an order is no date")
        #expect(try ImportJournal(dataFolder: place.dataFolder).hasOrderOnlyEvents())
        let again = try await place.run(.table(file: path, TableMapping()))
        #expect(again.eventsDuplicate == 5 && again.eventsImported == 0)
    }

    @Test func equalRowsAreEventsOfTheirOwnAndALongerFileAddsTheRest() async throws {
        let place = try Workplace()
        let row = "u,i,1577836800\n"
        let short = try place.file("t.csv", "user,item,timestamp\n" + row + row)
        #expect(try await place.run(.table(file: short, TableMapping())).eventsImported == 2)
        let long = try place.file("t2.csv", "user,item,timestamp\n" + row + "v,i,1577836801\n" + row + row)
        let summary = try await place.run(.table(file: long, TableMapping()))
        #expect(summary.eventsImported == 2 && summary.eventsDuplicate == 2)
        #expect(place.sink.events.count == 4)
    }

    @Test func rowsOfEventsMayDescribeTheirItems() async throws {
        let place = try Workplace()
        let path = try place.file(
            "t.csv",
            """
            user,item,timestamp,name,cats,cost,new,size,tags
            u,i,1577836800,Old name,A|B,1.5,yes,3,x|y|x
            u,i,1577836801,New name,A,2,no,4.5,
            u,j,1577836802,J,,,,,
            u,k,1577836802,K,,-1,,,
            u,k,1577836802,K,,,maybe,,
            """)
        var mapping = TableMapping()
        mapping.title = .name("name")
        mapping.categories = .name("cats")
        mapping.price = .name("cost")
        mapping.attributes = [
            try .init("new:flag=new"), try .init("size:number=size"), try .init("tags:list=tags"),
            try .init("label=cats"),
        ]
        let summary = try await place.run(.table(file: path, mapping))
        #expect(summary.rejected == 2 && summary.eventsImported == 3)
        #expect(
            place.sink.items["i"]
                == Item(
                    id: "i", title: "New name", categories: ["A"],
                    attributes: ["new": .flag(false), "size": .number(4.5), "label": .text("A")], price: 2,
                    createdAt: 1_577_836_800_000))
        #expect(place.sink.items["j"] == Item(id: "j", title: "J", createdAt: 1_577_836_802_000))
        #expect(place.sink.items["k"] == nil, "a rejected row says nothing")
    }

    @Test func badOptionsAreNamed() async throws {
        let place = try Workplace()
        let path = try place.file("t.csv", "who,what,n\nu,i,1\n")
        let noUser = await place.failure(.table(file: path, TableMapping()))
        #expect(noUser?.code == .badOption && noUser?.message.contains("who, what, n") == true)
        var mapping = TableMapping()
        mapping.user = .init("who")
        mapping.item = .init("nothing")
        let noItem = await place.failure(.table(file: path, mapping))
        #expect(noItem?.code == .badOption && noItem?.message.contains("--item nothing") == true)
        mapping.item = .init("4")
        #expect(await place.failure(.table(file: path, mapping))?.code == .badOption)
        mapping.separator = "\n"
        #expect(await place.failure(.table(file: path, mapping))?.code == .badOption)
        let prose = try place.file("prose.txt", "no table at all\n")
        #expect(await place.failure(.table(file: prose, TableMapping()))?.code == .unknownFormat)
        for text in ["colour", "=x", "a:colour=b"] {
            #expect(throws: ImportError.self) { try TableMapping.Attribute(text) }
        }
        #expect(await place.failure(.table(file: place.folder.path, TableMapping()))?.code == .notAFile)
        #expect(await place.failure(.table(file: path + "x", TableMapping()))?.code == .fileMissing)
    }

    @Test func gzipIsReadAndATruncatedOneIsAnError() async throws {
        let place = try Workplace()
        var random = SplitMix64(seed: 5)
        let rows = (0..<2000).map {
            "u\($0 % 50),i\(UInt32.random(in: 0..<100_000, using: &random)),\(1_577_836_800 + $0)"
        }
        let packed = try place.gzipped(try place.file("t.csv", "user,item,timestamp\n" + rows.joined(separator: "\n")))
        #expect(try await place.run(.table(file: packed, TableMapping())).eventsImported == 2000)
        let data = try Data(contentsOf: URL(filePath: packed))
        let cut = try place.bytes("cut.csv.gz", data.prefix(data.count / 2))
        let fresh = try Workplace()
        #expect(await fresh.failure(.table(file: cut, TableMapping()))?.code == .truncated)
        #expect(fresh.sink.events.isEmpty, "nothing of a broken file is written")
    }

    @Test func theAnimeSetIsImported() async throws {
        guard let folder = Workplace.shared?.appending(path: "data/anime"),
            FileManager.default.fileExists(atPath: folder.path)
        else {
            print("skipped: the shared data sets are not there")
            return
        }
        let place = try Workplace()
        var mapping = TableMapping(kind: .items)
        mapping.item = .name("anime_ids")
        mapping.listSeparator = ", "
        mapping.attributes = [try .init("type=type")]
        let catalogue = try await place.run(
            .table(file: folder.appending(path: "anime_info.dat").path, mapping))
        #expect(catalogue.itemsNew == 7390 && catalogue.rejected == 0)
        #expect(place.sink.items["1723"]?.title == "Kimi no Na wa.")
        #expect(place.sink.items["1723"]?.categories == ["Drama", "Romance", "School", "Supernatural"])
        #expect(place.sink.items["1723"]?.attributes == ["type": .text("Movie")])
        // The head of the history: all of it takes long in an unoptimised build.
        let history = try String(contentsOf: folder.appending(path: "anime_history.dat"), encoding: .utf8)
        let head = history.split(separator: "\n").prefix(3001).joined(separator: "\n")
        var events = TableMapping()
        events.user = .name("User_ID")
        events.item = .name("Anime_ID")
        events.defaultType = "view"
        let summary = try await place.run(.table(file: try place.file("history.dat", head), events))
        #expect(
            summary.eventsImported == 3000 && summary.itemsNew == 0 && summary.rejected == 0 && summary.isOrderOnly)
    }
}
