"""Compares Cascade's vector indexes with hnswlib, faiss and usearch: `make bench-index` calls it."""

import argparse
import json
import os
import platform
import shlex
import sys
from pathlib import Path

import faiss

import datasets
import plot
import report
from cascade import Cascade
from measure import compare, overheads
from peers import peers

SIZES = {"200k": 200_000, "1m": 1_000_000}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench-index", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200,000 vectors only, fewer peers, three rounds")
    parser.add_argument("--data", default="", help="which of 200k,1m,gowalla")
    parser.add_argument("--k", default="200,10")
    parser.add_argument("--batch", default="8,1")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--shared", type=Path, required=True, help="the folder with data/ann-gowalla-64")
    parser.add_argument("--cache", type=Path, required=True, help="data, the peers' indexes, results")
    parser.add_argument("--program", type=Path, required=True, help="index-benchmark")
    return parser.parse_args()


def load(options: argparse.Namespace) -> list[datasets.DataSet]:
    names = options.data.split(",") if options.data else ["200k"] if options.quick else ["200k", "1m", "gowalla"]
    found = []
    for name in names:
        if name == "gowalla":
            source = options.shared / "data" / "ann-gowalla-64"
            data = datasets.gowalla(options.cache, source)
            if data is None:
                print(f"gowalla is left out: there is no {source}")
                continue
            found.append(data)
        elif name in SIZES:
            found.append(datasets.clustered(options.cache, f"clustered-{name}", SIZES[name]))
        else:
            raise SystemExit(f"--data: {name} is none of 200k, 1m, gowalla")
    return found


def machine() -> dict:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = names[0].split(":")[1].strip() if names else platform.machine()
    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version()}


def main() -> None:
    options = arguments()
    faiss.omp_set_num_threads(1)
    options.cache.mkdir(parents=True, exist_ok=True)
    ks, batches = ([int(value) for value in text.split(",")] for text in (options.k, options.batch))
    rounds = options.rounds or (3 if options.quick else 5)
    print("command:", shlex.join(["scripts/bench-index", *sys.argv[1:]]))
    print("machine:", machine())
    print("versions:", ", ".join(dict.fromkeys(f"{peer.library} {peer.version}" for peer in peers(False))))
    print("a call of a peer from Python, µs, in its figures:", overheads())
    rows = []
    sets = load(options)
    for data in sets:
        print(f"{data.name}: {len(data.vectors):,} vectors, {len(data.queries):,} queries", flush=True)
        others = peers(options.quick, unit=data.name != "gowalla", large=len(data.vectors) >= SIZES["1m"])
        for peer in others:
            peer.load(data, options.cache)
        cascade = Cascade(options.program, data)
        rows += compare(data, others, cascade, ks, batches, rounds)
        cascade.close()
        plot.draw(rows, data.name, data.goals, options.cache / f"index-{data.name}")
    report.table(rows)
    ratios = report.summary(rows, sets)
    (options.cache / "index.json").write_text(json.dumps(rows, indent=1))
    (options.cache / "index-ratios.json").write_text(json.dumps({"machine": machine(), "ratios": ratios}, indent=1))
    print(f"\nwritten to {options.cache}: index.json, index-ratios.json, and a plot for each data set (SVG, PNG)")


main()
