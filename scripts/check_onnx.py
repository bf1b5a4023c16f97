"""Runs exported graphs in ONNX Runtime on samples.json and compares with what serving gave. See scripts/check-onnx."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-3
INTEGERS = {"item_rows", "token_rows"}


def array(name: str, field: dict) -> np.ndarray:
    kind = np.int64 if name in INTEGERS else np.float32
    return np.array(field["values"], dtype=kind).reshape(field["dims"])


def check(path: Path, sample: dict, optimised: bool) -> bool:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimised else levels.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    fields = {name: array(name, field) for name, field in sample.items()}
    results = session.run(None, {value.name: fields[value.name] for value in session.get_inputs()})
    passed = True
    for value, result in zip(session.get_outputs(), results):
        difference = np.abs(result - fields[value.name])
        passed = passed and result.shape == fields[value.name].shape and float(difference.max()) <= TOLERANCE
        print(
            f"{path.name:16} {'optimised' if optimised else 'as written':10} {value.name:8} "
            f"{result.size:7} values of {fields[value.name].std():.3g} (standard deviation): largest difference "
            f"{difference.max():.2g}, above a thousandth {int((difference > TOLERANCE).sum())}"
        )
    return passed


def main() -> None:
    folder = Path(sys.argv[1])
    samples = json.loads((folder / "samples.json").read_text())
    print(f"onnxruntime {onnxruntime.__version__}, numpy {np.__version__}")
    passed = [check(folder / f"{name}.onnx", sample, optimised) for name, sample in samples.items() for optimised in (False, True)]
    if not all(passed):
        sys.exit(f"some values differ by more than {TOLERANCE}")


if __name__ == "__main__":
    main()
