import FoundationEssentials

/// The safetensors format: eight bytes of header length, little-endian, a JSON header, then the tensors' bytes.
///
/// Only what bundles need: `F32`, `I32` and `I8` tensors. A reader believes nothing: lengths, shapes, offsets, overlaps and gaps are
/// checked before a byte of data is touched.
struct TensorFile {
    /// A tensor of 32-bit floats, of 32-bit whole numbers or of bytes with a sign.
    struct Tensor: Equatable {
        enum Content: Equatable {
            case floats([Float])
            case integers([Int32])
            case bytes([Int8])
        }

        var name: String
        var shape: [Int]
        var content: Content

        /// The floats; nil in another tensor.
        var floats: [Float]? {
            guard case .floats(let values) = content else { return nil }
            return values
        }

        /// The whole numbers; nil in another tensor.
        var integers: [Int32]? {
            guard case .integers(let values) = content else { return nil }
            return values
        }

        /// The bytes; nil in another tensor.
        var bytes: [Int8]? {
            guard case .bytes(let values) = content else { return nil }
            return values
        }

        fileprivate var kind: Kind {
            switch content {
            case .floats: .float
            case .integers: .integer
            case .bytes: .byte
            }
        }
    }

    /// What a tensor's values are, as the format names it.
    fileprivate enum Kind: String {
        case float = "F32"
        case integer = "I32"
        case byte = "I8"

        var size: Int { self == .byte ? 1 : 4 }
    }

    /// The header's longest text: far above what any bundle has.
    static let headerLimit = 1 << 20

    private struct Entry: Codable {
        var dtype: String
        var shape: [Int]
        var offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype
            case shape
            case offsets = "data_offsets"
        }
    }

    private static let metadataKey = "__metadata__"

    /// The file's bytes for tensors in their order; names are unique.
    static func encode(_ tensors: [Tensor], file: String) throws(BundleError) -> [UInt8] {
        var entries: [String: Entry] = [:]
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.shape.reduce(tensor.kind.size, *)
            entries[tensor.name] = Entry(dtype: tensor.kind.rawValue, shape: tensor.shape, offsets: [offset, end])
            offset = end
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var header = try? Array(encoder.encode(entries)) else {
            throw BundleError(.corrupt, file, "has a header that cannot be written as JSON")
        }
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: header.count >> (8 * place))) }
        bytes += header
        for tensor in tensors {
            switch tensor.content {
            case .floats(let values): unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            case .integers(let values): unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            case .bytes(let values): bytes += values.map { UInt8(bitPattern: $0) }
            }
        }
        return bytes
    }

    /// The tensors of a file by name.
    static func decode(_ bytes: [UInt8], file: String) throws(BundleError) -> [String: Tensor] {
        let (entries, start) = try header(of: bytes, file: file)
        try checkRanges(entries, available: bytes.count - start, file: file)
        var tensors: [String: Tensor] = [:]
        for (name, entry) in entries {
            let range = (start + entry.offsets[0])..<(start + entry.offsets[1])
            let content: Tensor.Content =
                switch Kind(rawValue: entry.dtype) {
                case .byte: .bytes(bytes[range].map { Int8(bitPattern: $0) })
                case .integer: .integers(values(bytes, range, zero: 0))
                default: .floats(values(bytes, range, zero: 0))
                }
            tensors[name] = Tensor(name: name, shape: entry.shape, content: content)
        }
        return tensors
    }

    private static func values<Value: BitwiseCopyable>(_ bytes: [UInt8], _ range: Range<Int>, zero: Value) -> [Value] {
        var values = [Value](repeating: zero, count: range.count / MemoryLayout<Value>.size)
        unsafe values.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
            }
        }
        return values
    }

    private static func header(
        of bytes: [UInt8], file: String
    ) throws(BundleError) -> (entries: [String: Entry], start: Int) {
        guard bytes.count >= 8 else { throw BundleError(.truncated, file, "is too short for a safetensors file") }
        var length: UInt64 = 0
        for place in 0..<8 { length |= UInt64(bytes[place]) << (8 * UInt64(place)) }
        guard length <= UInt64(headerLimit) else {
            throw BundleError(.corrupt, file, "claims a header of \(length) bytes, the limit is \(headerLimit)")
        }
        guard Int(length) <= bytes.count - 8 else {
            throw BundleError(.truncated, file, "ends inside its header")
        }
        let text = Data(bytes[8..<(8 + Int(length))])
        // Metadata, which others' files may carry, has another form: it is read as an entry that may fail.
        guard let lenient = try? JSONDecoder().decode([String: LenientEntry].self, from: text) else {
            throw BundleError(.corrupt, file, "has a header that is not the JSON of the safetensors format")
        }
        var entries: [String: Entry] = [:]
        for (name, entry) in lenient where name != metadataKey {
            guard let entry = entry.value else {
                throw BundleError(.corrupt, file, "describes tensor \(name) in a way that the format does not know")
            }
            entries[name] = entry
        }
        return (entries, 8 + Int(length))
    }

    private struct LenientEntry: Decodable {
        var value: Entry?

        init(from decoder: any Decoder) throws {
            value = try? Entry(from: decoder)
        }
    }

    /// Every tensor lies inside the data, has the bytes that its shape says, and together they fill it without overlap.
    private static func checkRanges(_ entries: [String: Entry], available: Int, file: String) throws(BundleError) {
        for (name, entry) in entries {
            guard let kind = Kind(rawValue: entry.dtype) else {
                throw BundleError(
                    .corrupt, file, "holds tensor \(name) as \(entry.dtype), only F32, I32 and I8 are known")
            }
            guard entry.offsets.count == 2, entry.offsets[0] >= 0, entry.offsets[1] >= entry.offsets[0] else {
                throw BundleError(.corrupt, file, "gives tensor \(name) impossible offsets")
            }
            guard entry.offsets[1] <= available else {
                throw BundleError(.truncated, file, "ends before the data of tensor \(name)")
            }
            var size = kind.size
            for extent in entry.shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else {
                    throw BundleError(.corrupt, file, "gives tensor \(name) an impossible shape")
                }
                size = product
            }
            guard size == entry.offsets[1] - entry.offsets[0] else {
                throw BundleError(.corrupt, file, "gives tensor \(name) a shape that its bytes do not have")
            }
        }
        var end = 0
        let ordered = entries.sorted {
            ($0.value.offsets[0], $0.value.offsets[1]) < ($1.value.offsets[0], $1.value.offsets[1])
        }
        for (name, entry) in ordered {
            guard entry.offsets[0] == end else {
                throw BundleError(.corrupt, file, "leaves a gap or an overlap before tensor \(name)")
            }
            end = entry.offsets[1]
        }
        guard end == available else { throw BundleError(.corrupt, file, "has bytes that belong to no tensor") }
    }
}
