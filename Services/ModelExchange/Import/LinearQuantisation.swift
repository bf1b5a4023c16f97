/// What a QuantizeLinear or DequantizeLinear says of its numbers: value = (number − zero)·scale, with one scale and zero for a
/// whole tensor, or one for each place along an axis.
struct LinearQuantisation: Equatable {
    let scales: [Float]
    /// As many as scales.
    let zeros: [Int32]
    /// Of the quantised numbers.
    let type: ElementType
    /// Counts where there is more than one scale.
    private let axis: Int

    /// - Parameters:
    ///   - node: takes the numbers, their scale and, if it says so, their zero.
    ///   - given: the element type of the numbers where they are constants.
    /// - Throws: ``ExchangeError`` where scale or zero are missing, no usable numbers, or of a kind that is not read.
    init(_ node: Node, constants: [String: Tensor], given: ElementType?) throws(ExchangeError) {
        func constant(_ place: Int, _ what: String) throws(ExchangeError) -> Tensor? {
            guard place < node.inputs.count, !node.inputs[place].isEmpty else { return nil }
            guard let tensor = constants[node.inputs[place]] else {
                throw .invalid(
                    "has a \(node.operation) whose \(what) '\(node.inputs[place])' is no constant in the file")
            }
            return tensor
        }
        guard let scale = try constant(1, "scale"), let scales = scale.floats, scale.dims.count <= 1 else {
            throw .invalid("has a \(node.operation) without a scale of 32-bit floats, one in all or one a channel")
        }
        guard !scales.isEmpty, scales.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw .invalid(
                "has a number in scale '\(scale.name)' that is not finite and above 0: calibrate and quantise it again")
        }
        guard node.integer("block_size", default: 0) == 0 else {
            throw .invalid("has a \(node.operation) with a scale a block, which is not read: use one a channel")
        }
        let zero = try constant(2, "zero point")
        self.scales = scales
        zeros =
            try zero.map { (zero) throws(ExchangeError) in try Self.zeros(zero, scales.count) }
            ?? [Int32](repeating: 0, count: scales.count)
        type = zero?.content.type ?? given ?? (node.integer("output_dtype", default: 0) == 3 ? .byte : .unsignedByte)
        axis = node.integer("axis", default: 1)
        guard given == nil || given == type else {
            throw .invalid("has a \(node.operation) whose zero point is of another type than its numbers")
        }
        guard type != .integer32 || zeros.allSatisfy({ $0 == 0 }) else {
            throw .invalid("has a zero point other than 0 of 32-bit integers, which the format does not have")
        }
    }

    private static func zeros(_ tensor: Tensor, _ count: Int) throws(ExchangeError) -> [Int32] {
        guard let numbers = tensor.content.quantised else {
            throw .invalid("has zero point '\(tensor.name)' of a type that is not read: quantise to 8 bits")
        }
        guard numbers.count == count else {
            throw .invalid("has zero point '\(tensor.name)' of another number of values than its scale")
        }
        return numbers
    }

    /// The least and the largest number.
    var limits: ClosedRange<Int32> { type == .byte ? -128...127 : 0...255 }

    /// Whether what is below 0 becomes 0, as behind ReLU.
    var endsAtZero: Bool { zeros == [limits.lowerBound] }

    /// The values of constant numbers. O(numbers).
    func dequantised(_ tensor: Tensor) throws(ExchangeError) -> Tensor {
        guard let numbers = tensor.content.quantised else {
            throw .invalid("has tensor '\(tensor.name)' of a type that is not read: quantise weights to 8 bits")
        }
        let place = try places(of: tensor)
        return Tensor(
            name: tensor.name, dims: tensor.dims,
            .floats(numbers.indices.map { Float(numbers[$0] - zeros[place($0)]) * scales[place($0)] }))
    }

    /// The numbers of constant values, the nearest ones, halves to even. O(values).
    func quantised(_ tensor: Tensor, _ values: [Float]) throws(ExchangeError) -> Tensor {
        let place = try places(of: tensor)
        let (least, most) = (Float(limits.lowerBound), Float(limits.upperBound))
        let numbers = values.indices.map { index in
            let steps = (values[index] / scales[place(index)]).rounded(.toNearestOrEven)
            return min(max(steps + Float(zeros[place(index)]), least), most)
        }
        return Tensor(
            name: tensor.name, dims: tensor.dims,
            type == .byte ? .bytes(numbers.map { Int8($0) }) : .unsignedBytes(numbers.map { UInt8($0) }))
    }

    /// Which of the scales a number of a tensor has.
    private func places(of tensor: Tensor) throws(ExchangeError) -> (Int) -> Int {
        guard scales.count > 1 else { return { _ in 0 } }
        let axis = axis < 0 ? axis + tensor.dims.count : axis
        guard tensor.dims.indices.contains(axis), tensor.dims[axis] == scales.count else {
            throw .invalid("has \(scales.count) scales for tensor '\(tensor.name)', whose sizes are \(tensor.dims)")
        }
        let inner = tensor.dims[(axis + 1)...].reduce(1, *)
        return { [count = scales.count] in $0 / inner % count }
    }
}

extension Tensor.Content {
    /// Numbers of a quantised tensor; nil for other types.
    fileprivate var quantised: [Int32]? {
        switch self {
        case .bytes(let values): values.map { Int32($0) }
        case .unsignedBytes(let values): values.map { Int32($0) }
        case .integers32(let values): values
        case .floats, .integers: nil
        }
    }
}
