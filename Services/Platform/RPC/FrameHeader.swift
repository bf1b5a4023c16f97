import EventLoop

/// What stands before each frame's body; see ``WireFormat``.
struct FrameHeader: Equatable {
    enum Kind: UInt8, CaseIterable {
        case call = 1
        case answer = 2
        case failure = 3
        case declined = 4
        case ping = 5
        case pong = 6
        case goodbye = 7
    }

    var kind: Kind
    var code: RPCError.Code?
    var method: UInt16 = 0
    var id: UInt64 = 0
    /// Microseconds left until the deadline; ``WireFormat/noDeadline`` for none.
    var budget: UInt32 = 0
    /// Length of the body in bytes.
    var length: Int = 0

    init(_ kind: Kind, code: RPCError.Code? = nil, id: UInt64 = 0, length: Int = 0) {
        self.kind = kind
        self.code = code
        self.id = id
        self.length = length
    }

    /// - Parameters:
    ///   - bytes: ``WireFormat/headerBytes`` of them.
    ///   - limit: longest body allowed, in bytes.
    init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(FrameError) {
        guard let kind = Kind(rawValue: bytes[4]) else { throw .unknownKind(bytes[4]) }
        self.kind = kind
        length = Int(Self.load(bytes, 0, as: UInt32.self))
        method = Self.load(bytes, 6, as: UInt16.self)
        id = Self.load(bytes, 8, as: UInt64.self)
        budget = Self.load(bytes, 16, as: UInt32.self)
        let isFailure = kind == .failure || kind == .declined
        if isFailure {
            guard let code = RPCError.Code(rawValue: bytes[5]) else { throw .unknownCode(bytes[5]) }
            self.code = code
        }
        let isAboutCall = isFailure || kind == .call || kind == .answer
        guard kind == .call || (method == 0 && budget == 0), isFailure || bytes[5] == 0,
            isAboutCall || (id == 0 && length == 0)
        else { throw .strayField(kind.rawValue) }
        guard length <= limit else { throw .tooLong(length: length, limit: limit) }
    }

    private static func load<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int, as: T.Type) -> T {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// Writes the header at the end of `buffer`.
    func write(to buffer: ByteBuffer) {
        buffer.append(upTo: WireFormat.headerBytes) { bytes in
            bytes.storeBytes(of: UInt32(length).littleEndian, toByteOffset: 0, as: UInt32.self)
            bytes[4] = kind.rawValue
            bytes[5] = code?.rawValue ?? 0
            bytes.storeBytes(of: method.littleEndian, toByteOffset: 6, as: UInt16.self)
            bytes.storeBytes(of: id.littleEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: budget.littleEndian, toByteOffset: 16, as: UInt32.self)
            return WireFormat.headerBytes
        }
    }
}
