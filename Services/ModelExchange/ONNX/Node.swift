import CONNX

/// One operator of a graph, its inputs and outputs by name; an input that is left out has an empty name.
struct Node: Equatable {
    enum Attribute: Equatable {
        case float(Float)
        case integer(Int)
        case integers([Int])
        case tensor(Tensor)
    }

    var operation: String
    var inputs: [String]
    var outputs: [String]
    var attributes: [String: Attribute] = [:]
    /// Empty for the operators of the format itself.
    var domain = ""

    func integer(_ name: String, default value: Int) -> Int {
        guard case .integer(let given) = attributes[name] else { return value }
        return given
    }

    func float(_ name: String, default value: Float) -> Float {
        guard case .float(let given) = attributes[name] else { return value }
        return given
    }

    func encoded() -> [UInt8] {
        Wire.bytes(of: onnx__node_message__init) { memory, message in
            message.n_input = inputs.count
            message.input = memory.list(inputs)
            message.n_output = outputs.count
            message.output = memory.list(outputs)
            message.has_name = 1
            message.name = memory.data(outputs.first ?? "")
            message.has_op_type = 1
            message.op_type = memory.data(operation)
            if !domain.isEmpty { (message.has_domain, message.domain) = (1, memory.data(domain)) }
            let attributes = attributes.sorted { $0.key < $1.key }.map { Self.encode($0, $1) }
            message.n_attribute = attributes.count
            message.attribute = memory.list(attributes)
        }
    }

    private static func encode(_ name: String, _ attribute: Attribute) -> [UInt8] {
        Wire.bytes(of: onnx__attribute_message__init) { memory, message in
            message.has_name = 1
            message.name = memory.data(name)
            message.has_type = 1
            switch attribute {
            case .float(let value):
                (message.type, message.has_f, message.f) = (AttributeType.float.rawValue, 1, value)
            case .integer(let value):
                (message.type, message.has_i, message.i) = (AttributeType.integer.rawValue, 1, Int64(value))
            case .integers(let values):
                (message.type, message.n_ints) = (AttributeType.integers.rawValue, values.count)
                message.ints = memory.copy(values.map { Int64($0) })
            case .tensor(let tensor):
                (message.type, message.has_t) = (AttributeType.tensor.rawValue, 1)
                message.t = memory.data(tensor.encoded())
            }
        }
    }

    init(_ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [String: Attribute] = [:]) {
        self.operation = operation
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }

    init(decoding bytes: UnsafeBufferPointer<UInt8>) throws(ExchangeError) {
        self = try Wire.read(bytes, onnx__node_message__unpack) { message throws(ExchangeError) in
            var node = Node(
                message.op_type.text, elements(message.input, message.n_input).map(\.text),
                elements(message.output, message.n_output).map(\.text))
            node.domain = message.domain.text
            for field in elements(message.attribute, message.n_attribute) {
                let (name, attribute) = try Self.decodeAttribute(field.bytes)
                node.attributes[name] = attribute
            }
            return node
        }
    }

    /// An attribute of a type that is not listed is left out: what reads it takes its default.
    private static func decodeAttribute(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ExchangeError) -> (String, Attribute?) {
        try Wire.read(bytes, onnx__attribute_message__unpack) { message throws(ExchangeError) in
            let attribute: Attribute? =
                switch AttributeType(rawValue: message.type) {
                case .float: .float(message.f)
                case .integer: .integer(Int(message.i))
                case .integers: .integers(elements(message.ints, message.n_ints).map { Int($0) })
                case .tensor: .tensor(try Tensor(decoding: message.t.bytes))
                case nil: nil
                }
            return (message.name.text, attribute)
        }
    }
}

/// Types of attributes by their numbers in the format.
private enum AttributeType: Int32 {
    case float = 1
    case integer = 2
    case tensor = 4
    case integers = 7
}
