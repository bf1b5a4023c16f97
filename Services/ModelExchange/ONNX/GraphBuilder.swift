/// Writes a graph operator by operator: each call returns the name of what it gives.
struct GraphBuilder {
    private(set) var graph: Graph
    private var count = 0

    init(name: String, properties: [String: String]) {
        graph = Graph(name: name)
        graph.properties = properties
    }

    mutating func input(_ name: String, _ type: ElementType = .float, _ dims: [Graph.Value.Dimension]) -> String {
        graph.inputs.append(Graph.Value(name: name, type: type, dims: dims))
        return name
    }

    mutating func constant(_ name: String, _ dims: [Int], _ values: [Float]) -> String {
        constant(Tensor(name: name, dims: dims, .floats(values)))
    }

    mutating func constant(_ tensor: Tensor) -> String {
        graph.constants.append(tensor)
        return tensor.name
    }

    /// A single number.
    mutating func number(_ value: Float) -> String {
        count += 1
        return constant("number\(count)", [], [value])
    }

    /// A list of axes.
    mutating func axes(_ axes: Int...) -> String {
        count += 1
        return constant(Tensor(name: "axes\(count)", dims: [axes.count], .integers(axes.map { Int64($0) })))
    }

    mutating func apply(
        _ operation: String, _ inputs: String..., attributes: [String: Node.Attribute] = [:]
    ) -> String {
        count += 1
        let output = "\(operation.lowercased())\(count)"
        graph.nodes.append(Node(operation, inputs, [output], attributes))
        return output
    }

    /// Gives a value the name of an output.
    mutating func output(_ value: String, as name: String, _ dims: [Graph.Value.Dimension]) {
        graph.nodes.append(Node("Identity", [value], [name]))
        graph.outputs.append(Graph.Value(name: name, type: .float, dims: dims))
    }
}
