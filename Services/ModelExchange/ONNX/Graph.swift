import CONNX

/// A model in the ONNX format: operators in an order in which each finds its inputs, and constants.
struct Graph: Equatable {
    /// An input or output.
    struct Value: Equatable {
        enum Dimension: Equatable {
            case fixed(Int)
            /// One that a caller chooses, by name.
            case open(String)
        }

        var name: String
        var type: ElementType
        var dims: [Dimension]
    }

    var name: String
    var nodes: [Node] = []
    var constants: [Tensor] = []
    var inputs: [Value] = []
    var outputs: [Value] = []
    /// Notes that come with the model.
    var properties: [String: String] = [:]

    /// The version of the operators that are written and read, and that of the file format.
    static let operators = 13
    static let fileFormat = 8

    init(name: String) { self.name = name }

    func encoded() -> [UInt8] {
        let graph = Wire.bytes(of: onnx__graph_message__init) { memory, message in
            message.has_name = 1
            message.name = memory.data(name)
            message.n_node = nodes.count
            message.node = memory.list(nodes.map { $0.encoded() })
            message.n_initializer = constants.count
            message.initializer = memory.list(constants.map { $0.encoded() })
            message.n_input = inputs.count
            message.input = memory.list(inputs.map { $0.encoded() })
            message.n_output = outputs.count
            message.output = memory.list(outputs.map { $0.encoded() })
        }
        let operators = Wire.bytes(of: onnx__operator_set_message__init) { memory, message in
            (message.has_domain, message.domain) = (1, memory.data(""))
            (message.has_version, message.version) = (1, Int64(Self.operators))
        }
        let properties = properties.sorted { $0.key < $1.key }.map { key, value in
            Wire.bytes(of: onnx__property_message__init) { memory, message in
                (message.has_key, message.key) = (1, memory.data(key))
                (message.has_value, message.value) = (1, memory.data(value))
            }
        }
        // Fields may come in any order, and a message is the same in two pieces. The graph comes last and tells its length
        // first: a file that is cut anywhere either lacks it or breaks off in it.
        let head = Wire.bytes(of: onnx__model_message__init) { memory, message in
            (message.has_ir_version, message.ir_version) = (1, Int64(Self.fileFormat))
            (message.has_producer_name, message.producer_name) = (1, memory.data("cascade"))
            (message.n_opset_import, message.opset_import) = (1, memory.list([operators]))
            (message.n_metadata_props, message.metadata_props) = (properties.count, memory.list(properties))
        }
        return head
            + Wire.bytes(of: onnx__model_message__init) { memory, message in
                (message.has_graph, message.graph) = (1, memory.data(graph))
            }
    }

    /// The graph of a file. Its inputs are those that no constant is named after.
    init(decoding bytes: [UInt8]) throws(ExchangeError) {
        let (graph, properties): ([UInt8], [String: String]) = try Self.reading(bytes) {
            (bytes) throws(ExchangeError) in
            try Wire.read(bytes, onnx__model_message__unpack) { message throws(ExchangeError) in
                guard message.has_graph != 0 else {
                    throw .invalid("is no ONNX model, or is cut off: it has no graph")
                }
                try Self.checkOperators(elements(message.opset_import, message.n_opset_import))
                let properties = elements(message.metadata_props, message.n_metadata_props)
                return (Array(message.graph.bytes), try Self.decodeProperties(properties))
            }
        }
        self = try Self.reading(graph) { (bytes) throws(ExchangeError) in
            try Wire.read(bytes, onnx__graph_message__unpack) { message throws(ExchangeError) in
                var graph = Graph(name: message.name.text)
                for field in elements(message.node, message.n_node) {
                    graph.nodes.append(try Node(decoding: field.bytes))
                }
                for field in elements(message.initializer, message.n_initializer) {
                    graph.constants.append(try Tensor(decoding: field.bytes))
                }
                let constants = Set(graph.constants.map(\.name))
                for field in elements(message.input, message.n_input) {
                    let value = try Value(decoding: field.bytes)
                    if !constants.contains(value.name) { graph.inputs.append(value) }
                }
                for field in elements(message.output, message.n_output) {
                    graph.outputs.append(try Value(decoding: field.bytes))
                }
                graph.properties = properties
                return graph
            }
        }
    }

    /// The format asks of every file for the version of its operators, which most tools write behind the graph: without, a
    /// file is cut off.
    private static func checkOperators(_ sets: UnsafeBufferPointer<ProtobufCBinaryData>) throws(ExchangeError) {
        for set in sets {
            let isFormat = try Wire.read(set.bytes, onnx__operator_set_message__unpack) {
                (message) throws(ExchangeError) in ["", "ai.onnx"].contains(message.domain.text) && message.version > 0
            }
            if isFormat { return }
        }
        throw .invalid("does not name the version of its operators (opset_import), or is cut off: export it again")
    }

    private static func decodeProperties(
        _ fields: UnsafeBufferPointer<ProtobufCBinaryData>
    ) throws(ExchangeError) -> [String: String] {
        var properties: [String: String] = [:]
        for field in fields {
            let (key, value) = try Wire.read(field.bytes, onnx__property_message__unpack) {
                (message) throws(ExchangeError) in (message.key.text, message.value.text)
            }
            properties[key] = value
        }
        return properties
    }

    private static func reading<Result>(
        _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(ExchangeError) -> Result
    ) throws(ExchangeError) -> Result {
        try bytes.withUnsafeBufferPointer { buffer throws(ExchangeError) in try body(buffer) }
    }
}

extension Graph.Value {
    fileprivate func encoded() -> [UInt8] {
        let dims = dims.map { dimension in
            Wire.bytes(of: onnx__dimension_message__init) { memory, message in
                switch dimension {
                case .fixed(let count): (message.has_dim_value, message.dim_value) = (1, Int64(count))
                case .open(let name): (message.has_dim_param, message.dim_param) = (1, memory.data(name))
                }
            }
        }
        let shape = Wire.bytes(of: onnx__shape_message__init) { memory, message in
            (message.n_dim, message.dim) = (dims.count, memory.list(dims))
        }
        let tensor = Wire.bytes(of: onnx__tensor_type_message__init) { memory, message in
            (message.has_elem_type, message.elem_type) = (1, type.rawValue)
            (message.has_shape, message.shape) = (1, memory.data(shape))
        }
        let wrapped = Wire.bytes(of: onnx__type_message__init) { memory, message in
            (message.has_tensor_type, message.tensor_type) = (1, memory.data(tensor))
        }
        return Wire.bytes(of: onnx__value_message__init) { memory, message in
            (message.has_name, message.name) = (1, memory.data(name))
            (message.has_type, message.type) = (1, memory.data(wrapped))
        }
    }

    fileprivate init(decoding bytes: UnsafeBufferPointer<UInt8>) throws(ExchangeError) {
        self = try Wire.read(bytes, onnx__value_message__unpack) { message throws(ExchangeError) in
            let name = message.name.text
            return try Wire.read(message.type.bytes, onnx__type_message__unpack) { type throws(ExchangeError) in
                try Wire.read(type.tensor_type.bytes, onnx__tensor_type_message__unpack) {
                    tensor throws(ExchangeError) in
                    guard let element = ElementType(rawValue: tensor.elem_type) else {
                        throw .invalid("has '\(name)' of an element type that is not read: use 32-bit floats")
                    }
                    return Graph.Value(name: name, type: element, dims: try Self.dims(tensor.shape.bytes))
                }
            }
        }
    }

    private static func dims(_ bytes: UnsafeBufferPointer<UInt8>) throws(ExchangeError) -> [Dimension] {
        try Wire.read(bytes, onnx__shape_message__unpack) { shape throws(ExchangeError) in
            var dims: [Dimension] = []
            for field in elements(shape.dim, shape.n_dim) {
                dims.append(
                    try Wire.read(field.bytes, onnx__dimension_message__unpack) { dimension throws(ExchangeError) in
                        dimension.has_dim_value != 0
                            ? .fixed(Int(dimension.dim_value)) : .open(dimension.dim_param.text)
                    })
            }
            return dims
        }
    }
}
