import EventLoop
import HTTP
import Metrics

/// Sends events at fixed times and asks until an answer shows each: the item that was clicked, the best of the user's last
/// answer, is left out from then on. Only answers of rung `fresh`, or without a rung, count.
///
/// Open loop: an event's time begins when it is due, whether or not a user or a connection was free for it.
// @unchecked: belongs to its loop's thread.
final class ProbeWorker: ShardService, @unchecked Sendable {
    private enum Step {
        case begin, event, question
    }

    private struct Request {
        let user: Int
        let step: Step
    }

    /// A user and what is under way for it.
    private struct User {
        let name: String
        /// The best item of the last answer.
        var item = ""
        var probe: PendingRequest?
        var event: [UInt8] = []
    }

    private let loop: EventLoop
    private let plan: ProbePlan
    private let schedule: Schedule
    private let door: (any EventDoor)?
    private let timeout: UInt64
    private let total: ProbeTotal
    private let answers = AnswerItems()
    private var requests: ProbeRequests
    private var users: [User]
    /// Users with an answer and without an event under way.
    private var free: RingQueue
    /// Users to be asked for again, by when.
    private var questions: [(due: UInt64, user: Int)] = []
    private var firstQuestion = 0
    private var pool: RequestPool<Request>?
    private var next = 0
    private var underWay = 0
    private var isFinished = false
    private var measurements = ProbeMeasurements()

    /// - Parameter door: where events go; nil: to the server, by `POST /events`.
    init(
        loop: EventLoop, plan: ProbePlan, schedule: Schedule, address: SocketAddress, door: (any EventDoor)?,
        total: ProbeTotal
    ) throws {
        self.loop = loop
        self.plan = plan
        self.schedule = schedule
        self.door = door
        self.total = total
        timeout = UInt64(plan.timeout * 1e9)
        requests = ProbeRequests(plan)
        users = (0..<plan.users).map { User(name: "\(plan.userPrefix)\($0)") }
        free = RingQueue(capacity: plan.users)
        pool = try RequestPool(
            loop: loop, address: address, count: plan.connections, timeout: timeout,
            write: { [unowned self] in write($0, $1) }, handle: { [unowned self] in handle($0, $1, $2) })
        for user in users.indices { pool?.add(Request(user: user, step: .begin)) }
        try loop.schedule(every: 1_000_000) { [unowned self] in turn() }
        loop.onTurnEnd { [unowned self] in turn() }
    }

    func drain(_ completion: @escaping () -> Void) { completion() }

    // MARK: Time

    private func turn() {
        let now = EventLoop.preciseNow
        askAgain(now)
        while next < schedule.total {
            let due = schedule.due(next)
            guard due <= now else { return }
            let probe = PendingRequest(number: next, due: due)
            if let user = free.popFirst() {
                begin(probe, user)
            } else if now - due > timeout {
                if isMeasured(probe) { measurements.events += 1 }
                count(probe, \.lost, now)
            } else {
                return
            }
            next += 1
        }
        guard underWay == 0, !isFinished else { return }
        isFinished = true
        total.set(measurements)
        loop.stop()
    }

    private func askAgain(_ now: UInt64) {
        while firstQuestion < questions.count, questions[firstQuestion].due <= now {
            pool?.add(Request(user: questions[firstQuestion].user, step: .question))
            firstQuestion += 1
        }
        if firstQuestion == questions.count || firstQuestion > 4_096 {
            questions.removeFirst(firstQuestion)
            firstQuestion = 0
        }
    }

    // MARK: One event

    private func begin(_ probe: PendingRequest, _ user: Int) {
        underWay += 1
        if isMeasured(probe) { measurements.events += 1 }
        users[user].probe = probe
        let name = users[user].name
        let event = requests.event(user: name, item: users[user].item, number: probe.number)
        guard let door else {
            users[user].event = event
            pool?.add(Request(user: user, step: .event))
            return
        }
        door.send(user: name, json: event) { [loop, self] isTaken in
            loop.execute { [self] in
                if !isTaken, users[user].probe?.number == probe.number { end(user, \.refused) }
            }
        }
        pool?.add(Request(user: user, step: .question))
    }

    private func isMeasured(_ probe: PendingRequest) -> Bool { probe.number >= schedule.firstMeasured }

    private func count(
        _ probe: PendingRequest, _ outcome: WritableKeyPath<ProbeMeasurements, Int>, _ now: UInt64
    ) {
        guard isMeasured(probe) else { return }
        measurements[keyPath: outcome] += 1
        if outcome != \.refused { measurements.latency.record(now - probe.due) }
    }

    /// Ends a user's probe. Only users whose event was shown go on: of others nobody knows what is still on its way.
    private func end(_ user: Int, _ outcome: WritableKeyPath<ProbeMeasurements, Int>) {
        guard let probe = users[user].probe else { return }
        users[user].probe = nil
        underWay -= 1
        count(probe, outcome, EventLoop.preciseNow)
        if outcome == \.shown { free.append(user) }
    }

    // MARK: Requests

    private func write(_ request: Request, _ connection: HTTPClientConnection) {
        let user = users[request.user]
        switch request.step {
        case .begin, .question: connection.send(requests.question(user: user.name))
        case .event: connection.send(requests.post(user.event))
        }
    }

    private func handle(_ request: Request, _ response: HTTPClientResponse?, _ connection: HTTPClientConnection) {
        switch request.step {
        case .event:
            if let response, response.status < 300 {
                pool?.add(Request(user: request.user, step: .question))
            } else {
                end(request.user, \.refused)
            }
        case .begin: answered(request, response, connection, isBegin: true)
        case .question: answered(request, response, connection, isBegin: false)
        }
    }

    private func answered(
        _ request: Request, _ response: HTTPClientResponse?, _ connection: HTTPClientConnection, isBegin: Bool
    ) {
        let user = request.user
        measurements.questions += 1
        var items: [String]?
        var isFresh = false
        if let response, response.status < 400 {
            let rung = connection.header("x-cascade-rung")
            measurements.rungs.count(rung ?? "unnamed")
            isFresh = rung == nil || rung == "fresh"
            items = answers.read(connection.body.bytes)
        }
        if items == nil { measurements.failedQuestions += 1 }
        if isBegin {
            guard let first = items?.first else { return again(user, .begin) }
            users[user].item = first
            free.append(user)
            return
        }
        guard let probe = users[user].probe else { return }
        if isFresh, let items, let first = items.first, !items.contains(users[user].item) {
            users[user].item = first
            end(user, \.shown)
        } else if EventLoop.preciseNow - min(probe.due, EventLoop.preciseNow) > timeout {
            end(user, \.lost)
        } else {
            again(user, .question)
        }
    }

    private func again(_ user: Int, _ step: Step) {
        // Before the first event, a user without an answer is asked for again until the run is over.
        guard step == .question || next < schedule.total else { return }
        if step == .question {
            questions.append((EventLoop.preciseNow + plan.interval, user))
        } else {
            _ = try? loop.schedule(after: 100_000_000) { [unowned self] in pool?.add(Request(user: user, step: .begin))
            }
        }
    }
}
