"""The work of scripts/bench-kernels: a student MLP in Cascade's kernels and in ONNX Runtime, in turns, on one thread.

All times are CPU time of the thread that computes, so that what else the machine does counts as little as it can. Each
round measures every contender once, one after the other; the median over the rounds is what is printed.
"""

import argparse
import itertools
import json
import logging
import platform
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

SIZES = [128, 128, 64, 1]
USER = 64
CANDIDATES = 512
ITEMS = 20_000
SAMPLES = 4_096


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", help="the kernel-benchmark executable")
    parser.add_argument("folder", type=Path, help="where networks and results go")
    parser.add_argument("--rounds", type=int, default=40)
    return parser.parse_args()


def network(random):
    """Random weights of the size that keeps activations as they are, biases a tenth of it."""
    return [
        (
            (random.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)).astype("f4"),
            (random.standard_normal(outputs) * 0.1).astype("f4"),
        )
        for inputs, outputs in itertools.pairwise(SIZES)
    ]


def onnx_model(layers):
    nodes, values, name = [], [], "x"
    for number, (weights, biases) in enumerate(layers):
        values += [numpy_helper.from_array(weights, f"w{number}"), numpy_helper.from_array(biases, f"b{number}")]
        last = number == len(layers) - 1
        nodes.append(
            helper.make_node("Gemm", [name, f"w{number}", f"b{number}"], ["y" if last else f"z{number}"], transB=1)
        )
        if not last:
            nodes.append(helper.make_node("Relu", [f"z{number}"], [f"h{number}"]))
        name = f"h{number}"
    graph = helper.make_graph(
        nodes,
        "student",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", SIZES[0]])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", SIZES[-1]])],
        values,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


class Samples(CalibrationDataReader):
    def __init__(self, samples):
        self.rest = iter([{"x": part} for part in np.array_split(samples, 8)])

    def get_next(self):
        return next(self.rest, None)


def onnx_files(folder, layers, samples):
    """The network as float32 and in every way that ONNX Runtime's own tools make it int8."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.WARNING)
    plain = folder / "float32.onnx"
    onnx.save(onnx_model(layers), plain)
    files = {"float32": plain}
    ways = itertools.product(
        (QuantFormat.QDQ, QuantFormat.QOperator), (QuantType.QUInt8, QuantType.QInt8), (False, True), (False, True)
    )
    for form, activations, per_channel, reduced in ways:
        name = f"{form.name} {'u8' if activations == QuantType.QUInt8 else 's8'}s8"
        name += (" per channel" if per_channel else "") + (" 7 bits" if reduced else "")
        file = folder / (name.replace(" ", "-") + ".onnx")
        quantize_static(
            plain, file, Samples(samples), quant_format=form, activation_type=activations, weight_type=QuantType.QInt8,
            per_channel=per_channel, reduce_range=reduced,
        )
        files[name] = file
    for per_channel in (False, True):
        name = "dynamic u8s8" + (" per channel" if per_channel else "")
        file = folder / (name.replace(" ", "-") + ".onnx")
        quantize_dynamic(plain, file, weight_type=QuantType.QInt8, per_channel=per_channel)
        files[name] = file
    return files


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def timed(run, times):
    start = time.thread_time_ns()
    for _ in range(times):
        run()
    return (time.thread_time_ns() - start) * 1e-9 / times


class Kernels:
    """The other process: answers a line with the CPU time of one piece of work."""

    def __init__(self, executable, folder):
        self.process = subprocess.Popen(
            [executable, "compare", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.level = self.process.stdout.readline().split()[1]

    def ask(self, work, times=1):
        self.process.stdin.write(f"{work} {times}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit("kernel-benchmark failed")


def machine():
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {platform.system()} {platform.machine()}"


def main():
    options = arguments()
    data = options.folder / "kernels"
    data.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    layers = network(random)
    samples = random.standard_normal((SAMPLES, SIZES[0])).astype("f4")
    items = random.standard_normal((ITEMS, SIZES[0] - USER)).astype("f4")
    user = random.standard_normal(USER).astype("f4")
    candidates = random.choice(ITEMS, CANDIDATES, replace=False).astype("u4")
    rows = np.concatenate([np.tile(user, (CANDIDATES, 1)), items[candidates]], axis=1)
    np.concatenate([part.ravel() for layer in layers for part in layer]).tofile(data / "network")
    files = {"samples": samples, "items": items, "user": user, "candidates": candidates, "rows": rows}
    for name, value in files.items():
        value.tofile(data / name)

    kernels = Kernels(options.benchmark, data)
    sessions = {name: session(file) for name, file in onnx_files(data / "onnx", layers, samples).items()}
    scores = {name: one.run(None, {"x": rows})[0].ravel() for name, one in sessions.items()}

    # All of ONNX Runtime's ways once, then its three fastest in int8 and float32 in turns with the kernels.
    first = {}
    for name, one in sessions.items():
        run = lambda one=one: one.run(None, {"x": rows})  # noqa: E731
        timed(run, 10)
        first[name] = min(timed(run, 5) for _ in range(8))
    best = sorted((name for name in sessions if name != "float32"), key=first.get)[:3]
    contenders = {f"onnxruntime {name}": sessions[name] for name in ["float32", *best]}
    times = {name: [] for name in ["cascade plain", "cascade split", *contenders]}
    for work in ("plain", "split"):
        kernels.ask(work, 200)
    for _ in range(options.rounds):
        times["cascade plain"].append(kernels.ask("plain", 20))
        times["cascade split"].append(kernels.ask("split", 20))
        for name, one in contenders.items():
            times[name].append(timed(lambda one=one: one.run(None, {"x": rows}), 20))
    peaks = {"peak": 5, "grouped": 5, "dense": 1, "scan1": 20, "scan8": 5, "read-memory": 1, "scan-memory": 1}
    rates = {name: [] for name in peaks}
    for _ in range(max(options.rounds // 2, 5)):
        for name, count in peaks.items():
            rates[name].append(kernels.ask(name, count))
    for name in ("plain", "split"):
        kernels.ask(f"write-{name}")
        scores[name] = np.fromfile(data / f"scores-{name}", "f4")
    kernels.close()

    report(options, kernels.level, times, first, rates, scores, layers)


def report(options, level, times, first, rates, scores, layers):
    median = {name: statistics.median(values) for name, values in times.items()}
    others = [name for name in median if name.startswith("onnxruntime ") and "float32" not in name]
    quickest = min(others, key=median.get)
    products = sum(weights.size for weights, _ in layers)
    print(f"machine: {machine()}; kernels: {level}; ONNX Runtime {onnxruntime.__version__}, one thread")
    print(f"command: make bench-kernels ({options.rounds} rounds)\n")
    print(f"student MLP {'-'.join(map(str, SIZES))}, {CANDIDATES} candidates, median CPU time of one scoring")
    print(f"{'':42} {'µs':>8} {'fastest':>8} {'GMAC/s':>8} {'× best int8':>12} {'correlation':>12}")
    result = []
    for name in sorted(median, key=median.get):
        correlation = np.corrcoef(scores["float32"], scores[name.split(" ", 1)[1]])[0, 1]
        rate = CANDIDATES * products / median[name] * 1e-9
        ratio = median[quickest] / median[name]
        # What is precomputed is not computed: there the rate says nothing.
        shown = "" if name == "cascade split" else f"{rate:.0f}"
        fastest = min(times[name])
        print(
            f"{name:42} {median[name] * 1e6:8.1f} {fastest * 1e6:8.1f} {shown:>8} {ratio:12.2f} {correlation:12.5f}"
        )
        result.append(
            {
                "what": "student MLP",
                "name": name,
                "shape": SIZES,
                "rows": CANDIDATES,
                "median_us": median[name] * 1e6,
                "fastest_us": fastest * 1e6,
                "times_best_onnxruntime_int8": ratio,
                "correlation_with_float32": float(correlation),
            }
        )
    ways = ", ".join(f"{name} {first[name] * 1e6:.0f}" for name in sorted(first, key=first.get))
    print(f"\nall ways of ONNX Runtime, fastest of 8, µs: {ways}")

    rate = {name: 1e-9 / statistics.median(values) if max(values) > 0 else 0 for name, values in rates.items()}
    instructions = "vpdpbusd" if level == "avx512vnni" else "sdot" if level == "neon" else "vpmaddubsw + vpmaddwd"
    print(f"\nint8 products, GMAC/s; the peak is that of {instructions} in registers")
    names = {
        "peak": "peak in registers",
        "grouped": "peak, three vpmaddubsw a vpmaddwd",
        "dense": "dense, 1024×1024, 384 rows",
        "scan1": "scan_s8, 4096×64 in cache, 1 query",
        "scan8": "scan_s8, 4096×64 in cache, 8 queries",
    }
    for name, what in names.items():
        if rate[name] == 0:
            continue
        share = rate[name] / rate["peak"]
        print(f"{what:42} {rate[name]:8.1f}   {100 * share:.0f} % of the peak")
        result.append({"what": "products", "name": what, "gmac_per_s": rate[name], "share_of_peak": share})
    print("\nmemory, GB/s, 4,194,304 × 64 (256 MiB, and 32 MiB of scales and biases)")
    for name, what in {"read-memory": "reading alone", "scan-memory": "scan_s8, 1 query"}.items():
        share = rate[name] / rate["read-memory"]
        print(f"{what:42} {rate[name]:8.1f}   {100 * share:.0f} % of reading")
        result.append({"what": "memory", "name": what, "gb_per_s": rate[name], "share_of_reading": share})
    output = options.folder / "kernels.json"
    output.write_text(
        json.dumps(
            {
                "machine": machine(),
                "kernels": level,
                "onnxruntime": onnxruntime.__version__,
                "rounds": options.rounds,
                "rows": result,
            },
            indent=1,
        )
    )
    print(f"\nwritten: {output}")


main()
