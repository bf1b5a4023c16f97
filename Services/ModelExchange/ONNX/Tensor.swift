import CONNX

/// A named array of numbers.
struct Tensor: Equatable {
    enum Content: Equatable {
        case floats([Float])
        case bytes([Int8])
        case unsignedBytes([UInt8])
        /// Of 32 bits, as biases of quantised layers are.
        case integers32([Int32])
        case integers([Int64])
    }

    var name: String
    /// Empty for a single number.
    var dims: [Int]
    var content: Content

    var floats: [Float]? {
        guard case .floats(let values) = content else { return nil }
        return values
    }

    var integers: [Int64]? {
        guard case .integers(let values) = content else { return nil }
        return values
    }

    func encoded() -> [UInt8] {
        Wire.bytes(of: onnx__tensor_message__init) { memory, message in
            message.n_dims = dims.count
            message.dims = memory.copy(dims.map { Int64($0) })
            message.has_data_type = 1
            message.data_type = content.type.rawValue
            message.has_name = 1
            message.name = memory.data(name)
            message.has_raw_data = 1
            message.raw_data = memory.data(content.raw)
        }
    }

    init(name: String, dims: [Int], _ content: Content) {
        self.name = name
        self.dims = dims
        self.content = content
    }

    init(decoding bytes: UnsafeBufferPointer<UInt8>) throws(ExchangeError) {
        self = try Wire.read(bytes, onnx__tensor_message__unpack) { message throws(ExchangeError) in
            let name = message.name.text
            var (dims, count): ([Int], Int) = ([], 1)
            for dim in elements(message.dims, message.n_dims) {
                let (product, isTooLarge) = count.multipliedReportingOverflow(by: Int(dim))
                guard dim >= 0, !isTooLarge, product <= Self.most else {
                    throw .invalid("gives tensor '\(name)' impossible dimensions")
                }
                dims.append(Int(dim))
                count = product
            }
            guard let type = ElementType(rawValue: message.data_type) else {
                throw .invalid("has tensor '\(name)' of an element type that is not read: use 32-bit floats")
            }
            let content: Content
            if message.has_raw_data != 0 {
                guard message.raw_data.len == count * type.width else {
                    throw .invalid("holds another number of values in tensor '\(name)' than its dimensions say")
                }
                content = Content(type, raw: message.raw_data.bytes)
            } else {
                switch type {
                case .float: content = .floats(Array(elements(message.float_data, message.n_float_data)))
                case .integer: content = .integers(Array(elements(message.int64_data, message.n_int64_data)))
                case .byte, .unsignedByte, .integer32:
                    let values = elements(message.int32_data, message.n_int32_data)
                    guard let narrowed = Content(type, values) else {
                        throw .invalid("has a number in tensor '\(name)' that its element type does not hold")
                    }
                    content = narrowed
                }
                guard content.count == count else {
                    throw .invalid("holds another number of values in tensor '\(name)' than its dimensions say")
                }
            }
            return Tensor(name: name, dims: dims, content)
        }
    }

    /// Elements that are read at most: more than any model of a catalogue of ten million.
    private static let most = 1 << 31
}

/// Element types by their numbers in the format.
enum ElementType: Int32 {
    case float = 1
    case unsignedByte = 2
    case byte = 3
    case integer32 = 6
    case integer = 7

    var width: Int {
        switch self {
        case .float, .integer32: 4
        case .byte, .unsignedByte: 1
        case .integer: 8
        }
    }
}

extension Tensor.Content {
    var type: ElementType {
        switch self {
        case .floats: .float
        case .bytes: .byte
        case .unsignedBytes: .unsignedByte
        case .integers32: .integer32
        case .integers: .integer
        }
    }

    var count: Int {
        switch self {
        case .floats(let values): values.count
        case .bytes(let values): values.count
        case .unsignedBytes(let values): values.count
        case .integers32(let values): values.count
        case .integers(let values): values.count
        }
    }

    /// Little endian, as every machine is that this runs on.
    var raw: [UInt8] {
        switch self {
        case .floats(let values): values.withUnsafeBytes { Array($0) }
        case .bytes(let values): values.withUnsafeBytes { Array($0) }
        case .unsignedBytes(let values): values
        case .integers32(let values): values.withUnsafeBytes { Array($0) }
        case .integers(let values): values.withUnsafeBytes { Array($0) }
        }
    }

    init(_ type: ElementType, raw: UnsafeBufferPointer<UInt8>) {
        let bytes = UnsafeRawBufferPointer(raw)
        func values<T: BitwiseCopyable>(_: T.Type) -> [T] {
            stride(from: 0, to: bytes.count, by: MemoryLayout<T>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: T.self)
            }
        }
        self =
            switch type {
            case .float: .floats(values(Float.self))
            case .byte: .bytes(values(Int8.self))
            case .unsignedByte: .unsignedBytes(Array(raw))
            case .integer32: .integers32(values(Int32.self))
            case .integer: .integers(values(Int64.self))
            }
    }

    /// Bytes or 32-bit integers of numbers that come in 32 bits each; nil where one does not fit.
    init?(_ type: ElementType, _ values: UnsafeBufferPointer<Int32>) {
        switch type {
        case .byte:
            let bytes = values.compactMap { Int8(exactly: $0) }
            guard bytes.count == values.count else { return nil }
            self = .bytes(bytes)
        case .unsignedByte:
            let bytes = values.compactMap { UInt8(exactly: $0) }
            guard bytes.count == values.count else { return nil }
            self = .unsignedBytes(bytes)
        case .integer32: self = .integers32(Array(values))
        case .float, .integer: return nil
        }
    }
}
