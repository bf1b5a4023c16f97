import Domain
import Foundation
import Import
import Testing

@Suite struct MovieLensTests {
    private static let genres = 19

    /// The same three films and four ratings in each generation of the format.
    private func write(_ generation: String, in place: Workplace) throws -> ImportSource {
        let ratings = [
            ("7", "1", "4", 964_982_703), ("7", "2", "3.5", 964_982_703), ("9", "1", "5", 964_982_224),
            ("9", "50", "1", 964_982_931),
        ]
        switch generation {
        case "latest", "kaggle":
            let names = generation == "latest" ? ("ratings.csv", "movies.csv") : ("rating.csv", "movie.csv")
            _ = try place.file(
                "ml/\(names.1)",
                """
                movieId,title,genres\r
                1,Toy Story (1995),Adventure|Children\r
                2,"Misérables, Les (1998)",Drama\r
                3,Untitled,(no genres listed)\r\n
                """)
            let rows = ratings.map { user, film, rating, time in
                "\(user),\(film),\(rating),\(generation == "latest" ? "\(time)" : "2000-07-30 \(clock(time))")"
            }
            _ = try place.file("ml/\(names.0)", "userId,movieId,rating,timestamp\n" + rows.joined(separator: "\n"))
        case "1m":
            _ = try place.file(
                "ml/movies.dat",
                "1::Toy Story (1995)::Adventure|Children\n2::Misérables, Les (1998)::Drama\n3::Untitled::(no genres listed)\n",
                encoding: .isoLatin1)
            _ = try place.file(
                "ml/ratings.dat", ratings.map { "\($0)::\($1)::\($2)::\($3)" }.joined(separator: "\n") + "\n")
        default:
            func flags(_ set: Set<Int>) -> String {
                (0..<Self.genres).map { set.contains($0) ? "1" : "0" }.joined(separator: "|")
            }
            _ = try place.file(
                "ml/u.item",
                """
                1|Toy Story (1995)|01-Jan-1995||http://us.imdb.com/|\(flags([2, 4]))
                2|Misérables, Les (1998)|01-Jan-1998|||\(flags([8]))
                3|Untitled||||\(flags([0]))
                """, encoding: .isoLatin1)
            _ = try place.file("ml/u.data", ratings.map { "\($0)\t\($1)\t\($2)\t\($3)" }.joined(separator: "\n"))
        }
        return .movieLens(folder: place.folder.appending(path: "ml").path)
    }

    private func clock(_ time: Int) -> String {
        let parts = [time / 3600 % 24, time / 60 % 60, time % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return parts.joined(separator: ":")
    }

    @Test(arguments: ["latest", "kaggle", "1m", "100k"])
    func everyGenerationSaysTheSame(generation: String) async throws {
        let place = try Workplace()
        let source = try write(generation, in: place)
        let summary = try await place.run(source)
        #expect(summary.rejected == 0 && summary.rejectFile == nil)
        #expect(summary.eventsRead == 4 && summary.eventsImported == 4 && summary.eventsDuplicate == 0)
        #expect(summary.itemsNew == 4 && !summary.isOrderOnly)
        let events = place.sink.events
        #expect(events.map(\.timestamp) == [964_982_224_000, 964_982_703_000, 964_982_703_000, 964_982_931_000])
        #expect(events.map(\.user) == ["9", "7", "7", "9"])
        #expect(events.map(\.items) == [["1"], ["1"], ["2"], ["50"]])
        #expect(events.map(\.value) == [5, 4, 3.5, 1])
        #expect(events.allSatisfy { $0.type == "rating" && $0.id.utf8.count == 15 })
        let items = place.sink.items
        #expect(items["1"]?.categories == ["Adventure", "Children"])
        #expect(items["1"]?.attributes == ["year": .text("1995"), "decade": .text("1990s")])
        #expect(items["1"]?.createdAt == 788_918_400_000)
        #expect(items["2"]?.title == "Misérables, Les (1998)")
        #expect(items["2"]?.categories == ["Drama"])
        #expect(items["3"]?.categories == [] && items["3"]?.attributes == [:])
        #expect(items["50"] == Item(id: "50", createdAt: 964_982_931_000), "a film that only a rating names")
    }

    @Test func allGenerationsGiveTheSameIds() async throws {
        var ids: Set<[String]> = []
        for generation in ["latest", "kaggle", "1m", "100k"] {
            let place = try Workplace()
            _ = try await place.run(try write(generation, in: place))
            ids.insert(place.sink.events.map(\.id))
        }
        #expect(ids.count == 1)
    }

    @Test func importingTwiceChangesNothing() async throws {
        let place = try Workplace()
        let source = try write("latest", in: place)
        _ = try await place.run(source)
        let events = place.sink.events
        let writes = place.sink.itemWrites
        let again = try await place.run(source)
        #expect(again.eventsImported == 0 && again.eventsDuplicate == 4)
        #expect(again.itemsNew == 0 && again.itemsChanged == 0 && again.itemsUnchanged == 4)
        #expect(place.sink.events == events && place.sink.itemWrites == writes)
    }

    @Test func rowsThatCannotBeReadAreListed() async throws {
        let place = try Workplace()
        let source = try write("latest", in: place)
        var text = Data(
            """
            userId,movieId,rating,timestamp
            1,1,4.0
            1,1,4.0,964982703,9
            ,1,4.0,964982703
            1,1,great,964982703
            1,1,nan,964982703
            1,1,-3,964982703
            1,1,4.0,someday
            1,1,4.0,99999999999999
            1,1,4.0,-5
            "1"x,1,4.0,964982703
            1,2,4.0,964982703

            """.utf8)
        text += Data([0x31, 0x2C, 0xFF, 0xFE, 0x2C]) + Data("4.0,964982703\n".utf8)
        text += Data("a\u{1}b,1,4.0,964982703\n1,1,\u{0},964982703\n2,2,4.0,964982703\n\"open,1,2,3\n".utf8)
        _ = try place.bytes("ml/ratings.csv", text)
        let summary = try await place.run(source)
        let rejects = try place.rejects(summary)
        #expect(rejects.map(\.line) == ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "13", "14", "15", "17"])
        #expect(summary.rejected == 14 && summary.eventsImported == 2)
        #expect(rejects.allSatisfy { !$0.reason.isEmpty })
        #expect(rejects[2].reason == "the user is empty")
        #expect(rejects[10].reason == "the film is not valid UTF-8")
    }

    @Test func otherFoldersAreRefusedWithWhatIsKnown() async throws {
        let place = try Workplace()
        let nothing = await place.failure(.movieLens(folder: place.folder.path))
        #expect(nothing?.code == .unknownFormat)
        for name in ["ratings.csv", "ratings.dat", "u.data"] { #expect(nothing?.message.contains(name) == true) }
        #expect(await place.failure(.movieLens(folder: "/nowhere/at/all"))?.code == .fileMissing)
        let file = try place.file("x.csv", "a,b")
        #expect(await place.failure(.movieLens(folder: file))?.code == .notAFile)
        _ = try place.file("half/ratings.csv", "userId,movieId,rating,timestamp\n1,1,4,5\n")
        #expect(
            await place.failure(.movieLens(folder: place.folder.appending(path: "half").path))?.code == .fileMissing)
        _ = try place.file("half/movies.csv", "a,b,c\n")
        #expect(
            await place.failure(.movieLens(folder: place.folder.appending(path: "half").path))?.code == .unknownFormat)
        _ = try place.file("half/movies.csv", "")
        #expect(await place.failure(.movieLens(folder: place.folder.appending(path: "half").path))?.code == .emptyFile)
        #expect(place.sink.events.isEmpty && place.sink.items.isEmpty)
    }
}
