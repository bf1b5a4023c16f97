"""Runs exported graphs in ONNX Runtime on samples.json and compares with what serving gave; then takes rankers back and
compares again. See scripts/check-onnx."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import quantization

TOLERANCE = 1e-3
INTEGERS = {"item_rows", "token_rows"}
INPUTS = ("user_vectors", "item_vectors", "features")


def array(name: str, field: dict) -> np.ndarray:
    kind = np.int64 if name in INTEGERS else np.float32
    return np.array(field["values"], dtype=kind).reshape(field["dims"])


def run(path: Path, fields: dict, optimised: bool = True) -> list:
    options = onnxruntime.SessionOptions()
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimised else levels.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    results = session.run(None, {value.name: fields[value.name] for value in session.get_inputs()})
    return list(zip([value.name for value in session.get_outputs()], results))


def check(path: Path, fields: dict, optimised: bool, label: str) -> bool:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    passed = True
    for name, result in run(path, fields, optimised):
        difference = np.abs(result - fields[name])
        passed = passed and result.shape == fields[name].shape and float(difference.max()) <= TOLERANCE
        print(
            f"{label:22} {'optimised' if optimised else 'as written':10} {name:8} "
            f"{result.size:7} values of {fields[name].std():.3g} (standard deviation): largest difference "
            f"{difference.max():.2g}, above a thousandth {int((difference > TOLERANCE).sum())}"
        )
    return passed


class Exchange:
    """`cascade import onnx` and `cascade export onnx` on a folder of models."""

    def __init__(self, cascade: str, models: Path):
        self.command = [cascade]
        self.models = ["--models", str(models)]

    def there_and_back(self, path: Path, base: str) -> Path:
        """Imports a ranker and exports the version that it becomes."""
        imported = self.call("import", "onnx", str(path), "--base", base)
        version = re.match(r"model (\S+) ", imported).group(1)
        folder = path.parent / f"{path.stem} again"
        self.call("export", "onnx", version, "--output", str(folder))
        return folder / "ranker.onnx"

    def call(self, *arguments: str) -> str:
        result = subprocess.run(self.command + list(arguments) + self.models, capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"cascade {' '.join(arguments)}: {result.stderr}")
        return result.stdout


def constants(path: Path) -> dict:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


def round_trip(exchange: Exchange, path: Path, base: str, fields: dict) -> bool:
    """The exported ranker, imported and exported again, gives the same; in int8 from the same parameters."""
    again = exchange.there_and_back(path, base)
    before, after = constants(path), constants(again)
    same = before.keys() == after.keys() and all(np.array_equal(before[name], after[name]) for name in before)
    is_quantised = any(node.op_type == "QuantizeLinear" for node in onnx.load(path).graph.node)
    print(f"ranker, imported       {len(before)} constants, {'the same' if same else 'not the same'}")
    return check(again, fields, True, "ranker, imported") and (same or not is_quantised)


class Calibration(quantization.CalibrationDataReader):
    def __init__(self, rows: list):
        self.rows = iter(rows)

    def get_next(self):
        return next(self.rows, None)


def network(path: Path, fields: dict, uses_gemm: bool) -> None:
    """A ranker of random weights as a training elsewhere might leave it."""
    random = np.random.default_rng(1)
    widths = {name: fields[name].shape[1] for name in INPUTS}
    sizes = [sum(widths.values()), 64, 32, 1]
    nodes, tensors = [], []
    for name in INPUTS:
        mean, spread = fields[name].mean(0), fields[name].std(0).clip(1e-3)
        tensors += [numpy_helper.from_array(mean, f"{name}_mean"), numpy_helper.from_array(spread, f"{name}_spread")]
        nodes.append(helper.make_node("Sub", [name, f"{name}_mean"], [f"{name}_centred"]))
        nodes.append(helper.make_node("Div", [f"{name}_centred", f"{name}_spread"], [f"{name}_scaled"]))
    nodes.append(helper.make_node("Concat", [f"{name}_scaled" for name in INPUTS], ["x0"], axis=1))
    for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        weights = random.normal(0, (2 / inputs) ** 0.5, (inputs, outputs)).astype(np.float32)
        biases = random.normal(0, 0.1, outputs).astype(np.float32)
        tensors += [
            numpy_helper.from_array(weights.T.copy() if uses_gemm else weights, f"w{layer}"),
            numpy_helper.from_array(biases, f"b{layer}"),
        ]
        if uses_gemm:
            nodes.append(helper.make_node("Gemm", [f"x{layer}", f"w{layer}", f"b{layer}"], [f"y{layer}"], transB=1))
        else:
            nodes.append(helper.make_node("MatMul", [f"x{layer}", f"w{layer}"], [f"p{layer}"]))
            nodes.append(helper.make_node("Add", [f"p{layer}", f"b{layer}"], [f"y{layer}"]))
        if layer < 2:
            nodes.append(helper.make_node("Relu", [f"y{layer}"], [f"x{layer + 1}"]))
    graph = helper.make_graph(
        nodes,
        "elsewhere",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", widths[name]]) for name in INPUTS],
        [helper.make_tensor_value_info("y2", TensorProto.FLOAT, ["n", 1])],
        tensors,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def elsewhere(exchange: Exchange, folder: Path, base: str, fields: dict) -> bool:
    """Rankers that ONNX Runtime's own tool quantised come in: their scores are nearer to the quantised graph's than the graph of
    floats before quantisation is, and nearer to that one's than the quantised graph is."""
    passed = True
    fields = {name: fields[name] for name in INPUTS}
    signed, unsigned = quantization.QuantType.QInt8, quantization.QuantType.QUInt8
    kinds = ((signed, signed), (unsigned, signed), (unsigned, unsigned))
    for uses_gemm, per_channel, (activations, weights) in itertools.product((True, False), (True, False), kinds):
        name = (
            f"{'Gemm' if uses_gemm else 'MatMul'} {'per channel' if per_channel else 'per tensor'} "
            f"{activations.name[1:]}·{weights.name[1:]}"
        )
        path, quantised = folder / f"{name} float.onnx", folder / f"{name}.onnx"
        network(path, fields, uses_gemm)
        quantization.quantize_static(
            path,
            quantised,
            Calibration([fields]),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=per_channel,
            activation_type=activations,
            weight_type=weights,
        )
        again = exchange.there_and_back(quantised, base)
        original, rounded, imported = (run(file, fields)[0][1].ravel() for file in (path, quantised, again))
        lost = np.std(rounded - original)
        far = np.std(imported - rounded)
        near = np.std(imported - original)
        good = far < 1.5 * lost and near < lost
        passed = passed and good
        print(
            f"{name:32} of {original.std():.3g} (standard deviation): quantised − float {lost:.2g}, "
            f"imported − quantised {far:.2g}, imported − float {near:.2g}{'' if good else '  FAILED'}"
        )
    return passed


def main() -> None:
    folder, cascade, models = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    samples = json.loads((folder / "samples.json").read_text())
    samples = {graph: {name: array(name, field) for name, field in sample.items()} for graph, sample in samples.items()}
    print(f"onnxruntime {onnxruntime.__version__}, numpy {np.__version__}")
    passed = [
        check(folder / f"{name}.onnx", sample, optimised, f"{name}.onnx")
        for name, sample in samples.items()
        for optimised in (False, True)
    ]
    if "ranker" in samples:
        path = folder / "ranker.onnx"
        base = next(entry.value for entry in onnx.load(path).metadata_props if entry.key == "cascade.version")
        exchange = Exchange(cascade, models)
        passed.append(round_trip(exchange, path, base, samples["ranker"]))
        passed.append(elsewhere(exchange, folder, base, samples["ranker"]))
    if not all(passed):
        sys.exit(f"some values differ by more than {TOLERANCE}, or more than quantisation explains")


if __name__ == "__main__":
    main()
