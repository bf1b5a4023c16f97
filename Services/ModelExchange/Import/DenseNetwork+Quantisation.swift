/// QuantizeLinear and DequantizeLinear. Those of constants are carried out; a pair of them around what depends on the inputs
/// rounds it, which is left out: the network is followed in floats.
///
/// Where such a pair cuts off what is below 0 right before a layer's weights, it is that layer's ReLU: tools that quantise leave
/// out a Relu before it, which changes nothing.
extension DenseNetwork {
    mutating func quantise(_ node: Node, _ name: String) throws(ExchangeError) {
        let source = try input(node, 0)
        let quantisation = try LinearQuantisation(node, constants: constants, given: nil)
        guard quantisation.type == .byte || quantisation.type == .unsignedByte else {
            throw .invalid("quantises '\(source)' to another type than 8 bits, which is not read")
        }
        if let tensor = constants[source] {
            constants[name] = try quantisation.quantised(tensor, try floats(tensor))
        } else {
            _ = try value(node, 0)
            guard quantisation.scales.count == 1 else {
                throw .invalid("has more than one scale for '\(source)': activations have one scale in all")
            }
            quantised[name] = (source, quantisation)
        }
    }

    mutating func dequantise(_ node: Node, _ name: String) throws(ExchangeError) {
        let source = try input(node, 0)
        if let tensor = constants[source] {
            let quantisation = try LinearQuantisation(node, constants: constants, given: tensor.content.type)
            constants[name] = try quantisation.dequantised(tensor)
        } else if let (original, quantisation) = quantised[source], let value = values[original] {
            guard try LinearQuantisation(node, constants: constants, given: quantisation.type) == quantisation else {
                throw .invalid(
                    "takes '\(original)' back from 8 bits with another scale or zero point than it went there")
            }
            let isHidden = quantisation.endsAtZero && sums.contains(original) && layerInputs.contains(name)
            values[name] = isHidden ? try relu(value) : value
            if sums.contains(original), !isHidden { sums.insert(name) }
        } else {
            throw .invalid(
                "has a DequantizeLinear of '\(source)', which is neither a constant in the file nor comes from the inputs"
            )
        }
    }

    /// Operators that keep the numbers of a row and their order, or put rows together.
    private static let forms: Set<String> = [
        "Identity", "Dropout", "Squeeze", "Flatten", "Reshape", "Concat", "QuantizeLinear", "DequantizeLinear",
    ]

    /// Names of what a layer's weights are multiplied with, nothing but a change of form in between.
    static func layerInputs(of nodes: [Node]) -> Set<String> {
        var names: Set<String> = []
        for node in nodes.reversed() {
            let isLayer = node.operation == "MatMul" || node.operation == "Gemm"
            let isForm = forms.contains(node.operation) && node.outputs.contains { names.contains($0) }
            if isLayer { names.formUnion(node.inputs.prefix(1)) }
            if isForm { names.formUnion(node.inputs) }
        }
        return names
    }
}
