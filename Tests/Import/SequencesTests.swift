import Domain
import Foundation
import Import
import Testing

@Suite struct SequencesTests {
    @Test func aLineIsAUserInTheOrderOfTime() async throws {
        let place = try Workplace()
        let path = try place.file("s.txt", "1 5 6 5\n2 7\n\n3\n4 8 9\r\n")
        let attributes = try place.file("a.json", #"{"5":[1,2,1,"x"],"99":[3],"6":[],"7":{"a":1}}"#)
        let summary = try await place.run(.sequences(file: path, attributes: attributes))
        #expect(summary.eventsImported == 6 && summary.isOrderOnly)
        let rejects = try place.rejects(summary)
        #expect(rejects.map(\.line) == ["4", "4"], "\(rejects)")
        let events = place.sink.events
        #expect(events.map(\.user) == ["1", "2", "4", "1", "4", "1"])
        #expect(events.filter { $0.user == "1" }.map(\.items) == [["5"], ["6"], ["5"]])
        #expect(events.allSatisfy { $0.type == "click" })
        #expect(place.sink.items["5"]?.attributes == ["attribute": .texts(["1", "2", "x"])])
        #expect(place.sink.items["6"]?.attributes == [:])
        #expect(place.sink.items["99"] != nil)
        let again = try await place.run(.sequences(file: path, attributes: attributes))
        #expect(again.eventsImported == 0 && again.itemsNew == 0 && again.itemsChanged == 0)
    }

    @Test func aLineWithoutOrderIsOfOneMoment() async throws {
        let place = try Workplace()
        let path = try place.file("s.txt", "1 5 6 9\n2 7 5\n")
        let summary = try await place.run(.sequences(file: path, attributes: nil, hasOrder: false))
        #expect(summary.eventsImported == 5 && summary.isOrderOnly)
        #expect(Set(place.sink.events.map(\.timestamp)).count == 1)
        let again = try await place.run(.sequences(file: path, attributes: nil, hasOrder: false))
        #expect(again.eventsImported == 0)
    }

    @Test func aLongerSequenceAddsItsTail() async throws {
        let place = try Workplace()
        _ = try await place.run(.sequences(file: try place.file("s.txt", "1 5 6\n"), attributes: nil))
        let summary = try await place.run(.sequences(file: try place.file("s.txt", "1 5 6 7\n2 5\n"), attributes: nil))
        #expect(summary.eventsImported == 2 && summary.eventsDuplicate == 2)
    }

    @Test func otherAttributesAreRefused() async throws {
        let place = try Workplace()
        let path = try place.file("s.txt", "1 5\n")
        for text in ["[1]", "{", "7"] {
            let attributes = try place.file("a.json", text)
            #expect(
                await place.failure(.sequences(file: path, attributes: attributes))?.code == .unknownFormat, "\(text)")
        }
        #expect(await place.failure(.sequences(file: path, attributes: path + "x"))?.code == .fileMissing)
        #expect(await place.failure(.sequences(file: path, attributes: nil), limit: 0)?.code == .tooLarge)
    }

    @Test func lastFMIsImported() async throws {
        guard let folder = Workplace.shared?.appending(path: "data/sequences"),
            FileManager.default.fileExists(atPath: folder.path)
        else {
            print("skipped: the shared data sets are not there")
            return
        }
        let place = try Workplace()
        // The first users: all of them take long in an unoptimised build.
        let whole = try String(contentsOf: folder.appending(path: "LastFM.txt"), encoding: .utf8)
        let lines = whole.split(separator: "\n").prefix(60)
        let summary = try await place.run(
            .sequences(
                file: try place.file("s.txt", lines.joined(separator: "\n")),
                attributes: folder.appending(path: "LastFM_item2attributes.json").path))
        let events = lines.map { $0.split(separator: " ").count - 1 }.reduce(0, +)
        #expect(summary.eventsImported == events && summary.rejected == 0)
        #expect(place.sink.items.values.contains { !$0.attributes.isEmpty })
    }
}
