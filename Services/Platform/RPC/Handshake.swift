import Checksum
import EventLoop

/// One side's way from the first byte of a connection to its first frame: a pure state machine. What it wants sent stands
/// in `output`.
struct Handshake {
    enum Side: String {
        case client, server
    }

    private enum Step {
        case hello, proof, verdict, done
    }

    let side: Side
    /// Bytes to send; the owner sends and clears them. After an error too: they tell the peer why.
    let output = ByteBuffer(capacity: 64)
    /// What the peer said of itself, once it has.
    private(set) var peer: Hello?
    private let own: Hello
    private let key: RPCKey?
    private let isFull: Bool
    private var step = Step.hello
    private var partial: [UInt8] = []

    /// - Parameters:
    ///   - hello: of this side; its hello is in `output` from the beginning.
    ///   - isFull: the server takes no more connections: everybody is told so.
    init(_ side: Side, hello: Hello, key: RPCKey?, isFull: Bool = false) {
        self.side = side
        own = hello
        self.key = key
        self.isFull = isFull
        output.append(own.bytes)
    }

    var isDone: Bool { step == .done }

    /// Takes bytes from the front of `input`, none beyond the handshake.
    /// - Returns: whether the handshake is done: frames follow.
    mutating func consume(_ input: inout UnsafeRawBufferPointer) throws(HandshakeError) -> Bool {
        while step != .done {
            guard let message = take(wanted, from: &input) else {
                try checkMagic()
                return false
            }
            do {
                try process(message)
            } catch {
                if side == .server, let verdict = error.verdict { append(verdict: verdict, proof: nil) }
                throw error
            }
        }
        return true
    }

    private var wanted: Int {
        switch step {
        case .hello: WireFormat.helloBytes
        case .proof: WireFormat.proofBytes
        case .verdict: WireFormat.verdictBytes
        case .done: 0
        }
    }

    private mutating func take(_ count: Int, from input: inout UnsafeRawBufferPointer) -> [UInt8]? {
        let now = min(count - partial.count, input.count)
        partial.append(contentsOf: input[..<now])
        input = UnsafeRawBufferPointer(rebasing: input[now...])
        guard partial.count == count else { return nil }
        let message = partial
        partial = []
        return message
    }

    /// A peer of another protocol may wait for us after a few bytes: it is found out at the first wrong one.
    private func checkMagic() throws(HandshakeError) {
        guard step == .hello else { return }
        let magic = withUnsafeBytes(of: WireFormat.magic.littleEndian, Array.init)
        guard zip(partial, magic).allSatisfy({ $0 == $1 }) else { throw .notOurProtocol }
    }

    private mutating func process(_ message: [UInt8]) throws(HandshakeError) {
        switch (step, side) {
        case (.hello, .server):
            let hello = try Hello(message)
            peer = hello
            try check(hello)
            step = .proof
        case (.hello, .client):
            let hello = try Hello(message)
            peer = hello
            try check(hello)
            output.append(proof(of: .client) ?? [UInt8](repeating: 0, count: WireFormat.proofBytes))
            step = .verdict
        case (.proof, _):
            if let proof = proof(of: .client), !HMACSHA256.matches(proof, message) { throw .wrongKey }
            append(verdict: 0, proof: proof(of: .server))
            step = .done
        case (.verdict, _):
            try judge(message)
            step = .done
        case (.done, _): break
        }
    }

    private func check(_ hello: Hello) throws(HandshakeError) {
        guard !isFull else { throw .tooManyConnections }
        guard max(hello.lowestVersion, own.lowestVersion) <= min(hello.highestVersion, own.highestVersion) else {
            throw .noCommonVersion(ours: own.lowestVersion...own.highestVersion)
        }
        guard hello.hasKey != (key != nil) else { return }
        throw hello.hasKey == (side == .client) ? .keyNeeded : .keyUnknown
    }

    private func judge(_ verdict: [UInt8]) throws(HandshakeError) {
        let code = verdict.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
        guard code == 0 else { throw HandshakeError(verdict: code) }
        let theirs = Array(verdict[4...])
        if let proof = proof(of: .server), !HMACSHA256.matches(proof, theirs) { throw .wrongKey }
    }

    private func append(verdict: UInt32, proof: [UInt8]?) {
        withUnsafeBytes(of: verdict.littleEndian) { output.append($0) }
        output.append(proof ?? [UInt8](repeating: 0, count: WireFormat.proofBytes))
    }

    /// What `prover` shows to the other side; nil without a key.
    private func proof(of prover: Side) -> [UInt8]? {
        guard let key, let peer else { return nil }
        let (client, server) = side == .client ? (own, peer) : (peer, own)
        return key.code(for: Array("cascade rpc \(prover.rawValue)".utf8) + client.bytes + server.bytes)
    }
}
