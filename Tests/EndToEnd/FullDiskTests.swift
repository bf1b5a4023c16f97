import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    /// A device without room: a clear answer, nothing lost that was acknowledged, and on it goes once there is room.
    @Suite(.enabled(if: SmallDevice.isPossible, Comment(rawValue: SmallDevice.skipReason)))
    struct FullDisk {
        @Test func anImportSaysSoAndIsCompletedLater() throws {
            let device = try SmallDevice(megabytes: 16)
            let data = ["--data", device.path + "/data"]
            let folder = try TemporaryFolder()
            let few = try folder.write("user,item,time\nuser0,item0,1759000000\n", to: "few.csv")
            #expect(try Product.run(["import", "csv", few] + data, on: device).status == 0)
            try device.fill(leaving: 64 << 10)
            let events = try folder.write(SmallWorld.csv, to: "events.csv")
            let full = try Product.run(["import", "csv", events] + data, on: device)
            #expect(full.status == 74, "\(full.status) \(full.errors)")
            #expect(full.errors.contains("room") || full.errors.contains("full"), "\(full.errors)")
            device.makeRoom()
            let again = try Product.run(["import", "csv", events] + data, on: device)
            #expect(again.status == 0, "\(again.errors)")
            let third = try Product.run(["import", "csv", events] + data, on: device)
            #expect(third.output.contains("0 new, 2,240 there already"), "\(third.output)")
            let first = try Product.run(["import", "csv", few] + data, on: device)
            #expect(first.output.contains("0 new, 1 there already"), "\(first.output)")
        }

        @Test func eventsAreRefusedAndNoneIsLost() throws {
            let device = try SmallDevice(megabytes: 24)
            let trained = try TrainedData()
            let data = device.path + "/data"
            try device.copy(trained.path, to: "data")
            let product = try RunningProduct(data: data, on: device)
            try device.fill()
            let padding = String(repeating: "x", count: 2000)
            var acknowledged: [String] = []
            var refusal: HTTPAnswer?
            for number in 0..<5_000 where refusal == nil {
                let user = "full-\(number)"
                let answer = try product.send(
                    "POST", "/events",
                    #"{"type":"click","user":"\#(user)","item":"item2","fields":{"note":"\#(padding)"}}"#)
                if answer.status == 202 { acknowledged.append(user) } else { refusal = answer }
            }
            let answer = try #require(refusal, "the device was never full")
            #expect([503, 507].contains(answer.status), "\(answer.status)")
            #expect(answer.body.contains("room") || answer.body.contains("full"), "\(answer.body)")
            #expect(try product.items("/recommend?user=user0&n=5").count == 5)
            for user in acknowledged { #expect(try product.history(user) == ["item2"]) }

            device.makeRoom()
            #expect(
                try product.send("POST", "/events", #"{"type":"click","user":"after","item":"item2"}"#).status == 202)
            product.killNow()
            let again = try RunningProduct(data: data, on: device)
            for user in acknowledged + ["after"] { #expect(try again.history(user) == ["item2"]) }
            #expect(again.stop() == 0)
        }
    }
}
