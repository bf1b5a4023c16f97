import EventLoop
import HTTP
import Testing

/// Requests that chance has damaged: whatever they are answered, it is HTTP, and the server lives on.
struct MutationTests {
    /// Numbers that look random and are the same every time (splitmix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private static let sound: [String] = [
        "GET /echo/a%20b?q=1&r=%C3%A9 HTTP/1.1\r\nHost: t\r\nX-Test: v\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello",
        "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: u\r\n\r\n",
        "GET /async/7 HTTP/1.1\r\nHost: t\r\n\r\n",
        "HEAD /hello HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n\r\n",
    ]

    @Test(arguments: [1, 2, 3] as [UInt64]) func damagedRequestsAreSurvived(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let server = try TestServer { $0.requestTimeout = 100_000_000 }
        let spice: [UInt8] = [0, 9, 10, 13, 32, 37, 58, 59, 128, 255, 48, 102]
        for round in 0..<120 {
            var bytes = (0..<3).flatMap { _ in Array(Self.sound.randomElement(using: &numbers)!.utf8) }
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[place] = spice.randomElement(using: &numbers)!
                case 1: bytes.insert(spice.randomElement(using: &numbers)!, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
                }
            }
            let client = try server.client()
            try? client.send(bytes)
            client.finishWriting()
            var received: [UInt8] = []
            while let more = try? client.receive(), !more.isEmpty { received += more }
            #expect(
                received.isEmpty || String(decoding: received, as: UTF8.self).hasPrefix("HTTP/1.1 "),
                "seed \(seed), round \(round)")
        }
        #expect(try server.client().get("/hello").body == "hello")
        #expect(server.eventually { $0.connectionsOpen <= 1 })
    }

    @Test(arguments: [4, 5] as [UInt64]) func soundRequestsAreUnderstoodHoweverTheyAreCut(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let server = try TestServer()
        let client = try server.client()
        let expected = ["get|/echo/a b|echo,a b|q=1,r=é|v|", "post|/echo|echo||-|hello", "put|/echo|echo||-|abc", "7"]
        for _ in 0..<30 {
            let order = (0..<8).map { _ in Int.random(in: 0..<expected.count, using: &numbers) }
            var rest = order.flatMap { Array(Self.sound[$0].utf8) }[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...60, using: &numbers))
                try client.send(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            for index in order { #expect(try client.answer().body == expected[index], "seed \(seed)") }
        }
    }
}
