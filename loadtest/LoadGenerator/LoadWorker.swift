import Domain
import EventLoop
import HTTP
import Metrics

/// One thread's share of a run: its loop, its connections, its part of the schedule. All of it on the loop's thread.
///
/// Requests have no memory of their own while they wait: the queue is the distance between the next request to send and
/// the last one due. Whatever is due is sent at the end of each turn of the loop, which turns every millisecond at least.
///
/// A request whose connection broke before its answer is sent again as often as the plan says, over a new connection, since
/// those that are idle may be as dead: all requests here are GETs, which a client may repeat (RFC 9110, section 9.2.2), and
/// which browsers and proxies do repeat.
final class LoadWorker: HTTPClientDelegate, ShardService {
    private let loop: EventLoop
    private let plan: LoadPlan
    private let schedule: Schedule
    private let timeout: UInt64
    private let users: ZipfSampler
    private let requestHead: [UInt8]
    private let requestTail: [UInt8]
    private let scratch = ByteBuffer()
    private let total: MergedMeasurements
    private var generator: SplitMix64
    private var connections: [HTTPClientConnection] = []
    /// The request under way on each connection.
    private var pending: [PendingRequest?]
    private var idle: RingQueue
    private var next: Int
    /// Requests that wait for a new connection to be sent again.
    private var broken: [PendingRequest] = []
    private var inFlight = 0
    private var connected = 0
    private var isRefused = false
    private var isFinished = false
    private var measurements = Measurements()

    /// Worker `index` of `plan.threads`, with its connections being made. Its loop ends when its requests have; what it
    /// counted is then in `total`.
    init(
        loop: EventLoop, plan: LoadPlan, schedule: Schedule, index: Int, address: SocketAddress,
        total: MergedMeasurements
    ) throws {
        self.loop = loop
        self.total = total
        self.plan = plan
        self.schedule = schedule
        next = index
        timeout = UInt64(plan.timeout * 1e9)
        users = ZipfSampler(count: plan.users, exponent: plan.exponent)
        generator = SplitMix64(seed: plan.seed &+ UInt64(index) &* 0x9E37_79B9)
        requestHead = Array("GET /recommend?user=u".utf8)
        requestTail = Array("&n=\(plan.items) HTTP/1.1\r\n\(plan.target.headers)\r\n".utf8)
        let count = plan.connections / plan.threads + (index < plan.connections % plan.threads ? 1 : 0)
        idle = RingQueue(capacity: count)
        pending = [PendingRequest?](repeating: nil, count: count)
        let timeouts = try loop.makeDeadlineList(timeout: timeout)
        for tag in 0..<count {
            let connection = HTTPClientConnection(
                loop: loop, address: address, timeouts: timeouts, keepsContent: true, delegate: self)
            connection.tag = tag
            connections.append(connection)
            connection.connect()
        }
        try loop.schedule(every: 1_000_000) { [unowned self] in sendDue() }
        try loop.schedule(every: 50_000_000) { [unowned self] in sweep() }
        loop.onTurnEnd { [unowned self] in sendDue() }
    }

    // MARK: Sending

    private func sendDue() {
        let now = EventLoop.preciseNow
        giveUpBroken(now)
        while next < schedule.total {
            let due = schedule.due(next)
            guard due <= now else { return }
            if isRefused && connected == 0 {
                failed(PendingRequest(number: next, due: due), .connect, now: now)
            } else if now - due > timeout {
                failed(PendingRequest(number: next, due: due), .timeout, now: now)
            } else if let tag = idle.popFirst() {
                send(PendingRequest(number: next, due: due), on: tag, now: now)
            } else {
                return
            }
            next += plan.threads
        }
        guard inFlight == 0, broken.isEmpty, !isFinished else { return }
        isFinished = true
        total.merge(measurements)
        loop.stop()
    }

    private func giveUpBroken(_ now: UInt64) {
        guard !broken.isEmpty else { return }
        let isServerAway = isRefused && connected == 0
        broken.removeAll { request in
            guard isServerAway || now - request.due > timeout else { return false }
            failed(request, isServerAway ? .connect : .timeout, now: now)
            return true
        }
    }

    /// The requests of a worker that is drained are not worth waiting for.
    func drain(_ completion: @escaping () -> Void) {
        completion()
    }

    private func send(_ request: PendingRequest, on tag: Int, now: UInt64) {
        scratch.clear()
        scratch.append(requestHead)
        scratch.append(decimal: users.next(using: &generator))
        scratch.append(requestTail)
        inFlight += 1
        pending[tag] = request
        if request.number >= schedule.firstMeasured, request.repeats == 0 {
            measurements.wait.record(now - request.due)
        }
        connections[tag].send(scratch.bytes)
    }

    /// Gives up what takes too long, and connects anew what has no connection.
    private func sweep() {
        let now = EventLoop.preciseNow
        for connection in connections {
            if let request = pending[connection.tag], now - request.due > timeout {
                connected -= 1
                connection.close()
                finish(connection.tag, .timeout, request)
            }
            if connection.isDisconnected { connection.connect() }
        }
    }

    private func finish(_ tag: Int, _ kind: FailureKind, _ request: PendingRequest) {
        pending[tag] = nil
        inFlight -= 1
        failed(request, kind, now: EventLoop.preciseNow)
    }

    private func failed(_ request: PendingRequest, _ kind: FailureKind, now: UInt64) {
        guard request.number >= schedule.firstMeasured else { return }
        measurements.requests += 1
        measurements.failures[kind, default: 0] += 1
        measurements.outages[schedule.second(of: request.number), default: 0] += 1
        if kind == .timeout { measurements.latency.record(now - request.due) }
    }

    // MARK: What connections tell

    func clientDidConnect(_ connection: HTTPClientConnection) {
        connected += 1
        isRefused = false
        guard !broken.isEmpty else { return idle.append(connection.tag) }
        var request = broken.removeFirst()
        request.repeats += 1
        if request.number >= schedule.firstMeasured { measurements.repeats += 1 }
        send(request, on: connection.tag, now: EventLoop.preciseNow)
    }

    func client(_ connection: HTTPClientConnection, didFail error: HTTPClientError, wasWaiting: Bool) {
        if case .cannotConnect = error {
            // The next sweep tries again.
            isRefused = true
            return
        }
        let kind: FailureKind =
            switch error {
            case .timedOut: .timeout
            case .malformed: .malformed
            default: .disconnect
            }
        if let request = pending[connection.tag] {
            connected -= 1
            if kind == .disconnect, request.repeats < plan.repeats {
                pending[connection.tag] = nil
                inFlight -= 1
                broken.append(request)
            } else {
                finish(connection.tag, kind, request)
            }
        } else if idle.remove(connection.tag) {
            connected -= 1
        } else {
            // It was still connecting, and that took too long.
            isRefused = true
            return
        }
        connection.connect()
    }

    func client(_ connection: HTTPClientConnection, didReceive response: HTTPClientResponse) {
        guard let request = pending[connection.tag] else { return }
        pending[connection.tag] = nil
        inFlight -= 1
        if request.number >= schedule.firstMeasured { count(request, response, connection) }
        if response.keepsAlive {
            idle.append(connection.tag)
        } else {
            connected -= 1
            connection.connect()
        }
    }

    private func count(
        _ request: PendingRequest, _ response: HTTPClientResponse, _ connection: HTTPClientConnection
    ) {
        let now = EventLoop.preciseNow
        measurements.requests += 1
        measurements.lastAnswer = now
        measurements.bytes += response.bodyCount
        measurements.statuses[response.status, default: 0] += 1
        if response.status >= 400 {
            measurements.failures[.status, default: 0] += 1
            if response.status >= 500 { measurements.outages[schedule.second(of: request.number), default: 0] += 1 }
        } else {
            measurements.latency.record(now - request.due)
            if let rung = connection.header("x-cascade-rung") {
                measurements.rungs.count(rung)
            } else {
                measurements.rungs.count(in: connection.body.bytes)
            }
        }
    }
}
