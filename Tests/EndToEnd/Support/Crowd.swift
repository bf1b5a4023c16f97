import Foundation
import Synchronization

/// Threads that each send one event after the other, until nobody answers.
final class Crowd: Sendable {
    struct Sent {
        let user: String
        let item: String
        let id: String

        var json: String { #"{"event_id":"\#(id)","type":"click","user":"\#(user)","item":"\#(item)"}"# }
    }

    /// Events of one user: fewer than a history holds, each of another item.
    private static let perUser = 20

    private let answered = Mutex<[Sent]>([])
    private let group = DispatchGroup()

    init(port: UInt16, senders: Int) {
        for sender in 0..<senders {
            group.enter()
            Thread { [self] in
                send(as: sender, to: port)
                group.leave()
            }.start()
        }
    }

    /// Events that were acknowledged so far.
    var acknowledged: [Sent] { answered.withLock { $0 } }

    /// Waits until all have stopped.
    func finish() -> [Sent] {
        group.wait()
        return acknowledged
    }

    private func send(as sender: Int, to port: UInt16) {
        for number in 0... {
            let event = Sent(
                user: "crowd-\(sender)-\(number / Self.perUser)", item: "item\(number % Self.perUser)",
                id: "crowd-\(sender)-\(number)")
            guard let answer = try? HTTPAnswer(port: port, "POST", "/events", body: Array(event.json.utf8)),
                answer.status == 202
            else { return }
            answered.withLock { $0.append(event) }
        }
    }
}
