import EventLoop
import Metrics

/// Which connection gets a call.
extension RPCClient {
    /// Hands the call to a connection, or lets it wait for one, or ends it.
    func assign(_ call: PendingCall, avoiding address: RPCAddress? = nil, at now: UInt64) {
        if let link = choose(avoiding: address) {
            guard call.body.count <= link.peerLimit else {
                let limit = link.peerLimit
                return finish(
                    call, .failure(RPCError(.tooLarge, "the call has \(call.body.count) bytes, the limit is \(limit)")))
            }
            link.send(call, at: now)
        } else if !live.isEmpty {
            finish(call, .failure(Self.full))
        } else if isHopeful {
            call.link = nil
            waiting.append(call.id)
        } else {
            finish(call, .failure(lastError))
        }
    }

    var isHopeful: Bool {
        resolver?.isFinding == true || addresses.contains { $0.links.contains(where: \.isHopeful) }
    }

    /// The better of two at random; one of another address than the given one, if there is any.
    func choose(avoiding address: RPCAddress?) -> ClientLink? {
        if live.count == 1 { return live[0].takesMore ? live[0] : nil }
        guard live.count > 1 else { return nil }
        let first = Int(nextRandom() % UInt64(live.count))
        var second = Int(nextRandom() % UInt64(live.count - 1))
        if second >= first { second += 1 }
        let (left, right) = (live[first], live[second])
        let isLeft = left.outstanding <= right.outstanding
        let (better, worse) = isLeft ? (left, right) : (right, left)
        if better.address !== address, better.takesMore { return better }
        if worse.address !== address, worse.takesMore { return worse }
        return live.first { $0.address !== address && $0.takesMore } ?? live.first(where: \.takesMore)
    }

    /// xorshift64: cheap, and good enough to choose connections with.
    func nextRandom() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }
}
