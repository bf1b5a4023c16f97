"""Measures the peers and Cascade in turns."""

import statistics
import time
from dataclasses import dataclass, field

import numpy as np

from cascade import Cascade
from datasets import DIMENSIONS, DataSet, recall
from peers import Faiss, HNSWLib, Peer, USearch

FLOOR = 0.75  # points with less recall are of no interest
TRIED = 250  # queries that points are chosen with


@dataclass
class Contender:
    """Something to be measured: a row that grows by a time a round."""

    row: dict
    times: list = field(default_factory=list)  # (CPU, wall) seconds a query


def clock() -> tuple[float, float]:
    """CPU and wall seconds. Rates are of CPU time: each library runs on one thread, and others may use the machine."""
    return time.process_time(), time.perf_counter()


def timed(run, queries: int, least: float = 0.1) -> tuple[float, float]:
    """Seconds a query over as many passes as take `least`, after one that warms up; a long one needs no other."""
    start = clock()
    run()
    first = tuple((b - a) / queries for a, b in zip(start, clock(), strict=True))
    if first[0] * queries > 5 * least:
        return first
    start = clock()
    passes = 0
    while True:
        run()
        passes += 1
        now = clock()
        if now[0] - start[0] >= least:
            return tuple((b - a) / passes / queries for a, b in zip(start, now, strict=True))


def overheads() -> dict[str, float]:
    """Microseconds of a call from Python over an index of one vector: nothing is taken off the figures for it."""
    query = np.ones((1, DIMENSIONS), dtype=np.float32)
    found = {}
    for peer in (HNSWLib(16), USearch(), Faiss("Flat")):
        peer.build(query)
        run = peer.calls(np.repeat(query, 100, axis=0), 1, 1)
        found[peer.library] = round(1e6 * timed(run, 100)[0], 2)
    return found


def promising(peer: Peer, data: DataSet, k: int) -> list[tuple[dict, float, float]]:
    """The peer's points with their recall and rough CPU seconds a query, all with at least FLOOR of recall."""
    queries, truth = data.queries[:TRIED], data.truth[:TRIED, :k]
    found = []
    last = 0.0
    for point in peer.points(k):
        peer.set(point)
        start = time.process_time()
        reached = recall(peer.find(queries, k), truth)
        seconds = (time.process_time() - start) / len(queries)
        if reached >= FLOOR:
            found.append((point, reached, seconds))
        if "k_factor" not in point and (reached > 0.998 or FLOOR < reached < last + 0.0005):
            break  # more effort finds no more
        last = reached
    return found


def front(points: list, slack: float = 1.1) -> list:
    """Those that no other one beats in recall without being slower by `slack`."""
    return [p for p in points if not any(q[-2] > p[-2] and q[-1] * slack < p[-1] for q in points)]


def choose(peers: list[Peer], data: DataSet, k: int, limit: int = 10) -> list[tuple[Peer, dict, float]]:
    """For each library the points worth measuring, near its front and spread over recall; with their recall."""
    chosen = []
    for library in dict.fromkeys(peer.library for peer in peers):
        points = [
            (peer, *found) for peer in peers if peer.library == library for found in promising(peer, data, k)
        ]
        points = sorted(front(points), key=lambda p: p[-2])
        goal = data.goals[k]
        at_goal = sorted((p for p in points if p[-2] >= goal - 0.002), key=lambda p: p[-1])[:4]
        if len(points) > limit:
            points = [points[round(i)] for i in np.linspace(0, len(points) - 1, limit)]
        points += [p for p in at_goal if not any(p is q for q in points)]
        exact = [
            (peer, point, 1.0, 0.0) for peer in peers if peer.library == library and peer.index == "Flat"
            for point in peer.points(k)
        ]
        points += [p for p in exact if not any(p[0] is q[0] for q in points)]
        for peer, point, _, _ in points:
            peer.set(point)
            chosen.append((peer, point, recall(peer.find(data.queries, k), data.truth[:, :k])))
    return chosen


def compare(data: DataSet, peers: list[Peer], cascade: Cascade, ks: list[int], batches: list[int], rounds: int) -> list:
    """Rows, one for each point of each library, k and batch; all are measured once before any is measured again."""
    queries = data.queries
    size = data.vectors.shape
    rows = []
    for k in ks:
        print(f"  k {k}: choosing the peers' points", flush=True)
        points = choose(peers, data, k)
        for batch in batches:
            print(f"  k {k}, batch {batch}: {rounds} rounds", flush=True)
            ours = {question: Contender({}) for question in Cascade.questions(k, batch)}
            theirs = []
            for peer, point, reached in points:
                shape = {"data": data.name, "n": size[0], "dim": size[1], "k": k, "batch": batch}
                cost = {"recall": reached, "build_s": peer.build_s, "bytes": peer.bytes}
                row = {"library": peer.library, "index": peer.index, **point, **shape, **cost}
                theirs.append((peer, point, peer.calls(queries, k, batch), Contender(row)))
            for _ in range(rounds):
                for peer, point, run, contender in theirs:
                    peer.set(point)
                    contender.times.append(timed(run, len(queries)))
                for question, contender in ours.items():
                    row = cascade.measure(question)
                    contender.times.append((1 / row["qps"], 1 / row["qps_wall"]))
                    contender.row = {"data": data.name} | row
            for contender in [*ours.values(), *(entry[-1] for entry in theirs)]:
                processor, wall = (statistics.median(times) for times in zip(*contender.times, strict=True))
                rows.append(contender.row | {"qps": 1 / processor, "qps_wall": 1 / wall})
    return rows
