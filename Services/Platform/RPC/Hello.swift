/// The first 32 bytes of each side; see ``WireFormat``.
struct Hello: Equatable {
    var lowestVersion = WireFormat.lowestVersion
    var highestVersion = WireFormat.highestVersion
    var hasKey: Bool
    /// Longest body that the sender takes, in bytes.
    var maximumBodyBytes: Int
    /// ``WireFormat/nonceBytes`` of them.
    var nonce: [UInt8]

    /// A hello with a new nonce.
    init(hasKey: Bool, maximumBodyBytes: Int) {
        self.hasKey = hasKey
        self.maximumBodyBytes = maximumBodyBytes
        var random = SystemRandomNumberGenerator()
        nonce = (0..<WireFormat.nonceBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    init(_ bytes: [UInt8]) throws(HandshakeError) {
        precondition(bytes.count == WireFormat.helloBytes, "a hello has a fixed length")
        func number<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
            bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
        }
        guard number(0, UInt32.self) == WireFormat.magic else { throw .notOurProtocol }
        lowestVersion = number(4, UInt16.self)
        highestVersion = number(6, UInt16.self)
        let flags = number(8, UInt32.self)
        guard lowestVersion <= highestVersion, flags <= 1 else { throw .malformed }
        hasKey = flags == 1
        maximumBodyBytes = Int(number(12, UInt32.self))
        nonce = Array(bytes[16...])
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(WireFormat.helloBytes)
        func append<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(WireFormat.magic)
        append(lowestVersion)
        append(highestVersion)
        append(UInt32(hasKey ? 1 : 0))
        append(UInt32(clamping: maximumBodyBytes))
        return bytes + nonce
    }
}
