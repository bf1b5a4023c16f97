"""The other libraries behind one interface, each on one thread: built once, kept in files, searched by raw calls."""

import json
import time
from importlib.metadata import version
from pathlib import Path

import faiss
import hnswlib
import numpy as np
from usearch.index import Index as USearchIndex

from datasets import DIMENSIONS, DataSet


class Peer:
    """An index of a library. A point is a choice of what can be set between searches, as a dictionary."""

    library = ""
    version = ""
    index = ""

    def load(self, data: DataSet, cache: Path) -> None:
        """Reads the index, or builds and keeps it together with the CPU seconds that it took."""
        path = cache / "peers" / f"{data.folder.name}-{self.library}-{self.version}-{self.index}"
        path.parent.mkdir(exist_ok=True)
        notes = path.with_name(path.name + ".json")
        if not notes.exists():
            print(f"  building {self.library} {self.index} …", flush=True)
            vectors = data.vectors
            start = time.process_time()
            self.build(vectors)
            seconds = time.process_time() - start
            self.save(str(path))
            notes.write_text(json.dumps({"build_s": seconds, "bytes": self.memory(path)}))
        self.read(str(path), data)
        figures = json.loads(notes.read_text())
        self.build_s, self.bytes = figures["build_s"], figures["bytes"]

    def build(self, vectors: np.ndarray) -> None: ...

    def save(self, path: str) -> None: ...

    def read(self, path: str, data: DataSet) -> None: ...

    def memory(self, path: Path) -> int:
        return path.stat().st_size

    def points(self, k: int) -> list[dict]:
        """Settings to try, from fast to exact."""
        raise NotImplementedError

    def set(self, point: dict) -> None: ...

    def find(self, queries: np.ndarray, k: int) -> np.ndarray:
        """The numbers found, queries x k."""
        raise NotImplementedError

    def calls(self, queries: np.ndarray, k: int, batch: int):
        """A function that searches all queries once, `batch` a call."""
        parts = [queries[i : i + batch] for i in range(0, len(queries), batch)]

        def run() -> None:
            for part in parts:
                self.find(part, k)

        return run


EFFORTS = {10: [10, 20, 30, 50, 80, 120, 200, 320, 500, 800], 200: [200, 250, 300, 400, 500, 650, 850, 1200]}


class HNSWLib(Peer):
    """float32 HNSW."""

    library = "hnswlib"
    version = version("hnswlib")

    def __init__(self, links: int):
        self.links = links
        self.index = f"HNSW{links}"
        self.graph = hnswlib.Index(space="ip", dim=DIMENSIONS)

    def build(self, vectors):
        self.graph.init_index(len(vectors), M=self.links, ef_construction=200, random_seed=1)
        self.graph.set_num_threads(1)
        self.graph.add_items(vectors, num_threads=1)

    def save(self, path):
        self.graph.save_index(path)

    def read(self, path, data):
        self.graph = hnswlib.Index(space="ip", dim=DIMENSIONS)
        self.graph.load_index(path)
        self.graph.set_num_threads(1)

    def points(self, k):
        return [{"ef": ef} for ef in EFFORTS[k]]

    def set(self, point):
        self.graph.set_ef(point["ef"])

    def find(self, queries, k):
        return self.graph.knn_query(queries, k=k, num_threads=1)[0]


class USearch(Peer):
    """HNSW of int8, or of float16: its int8 vectors lose their lengths, so that only those of length 1 can be int8."""

    library = "usearch"
    version = version("usearch")

    def __init__(self, values: str = "i8"):
        self.values = values
        self.index = f"HNSW16,{values}"
        self.graph = self.empty()

    def empty(self):
        return USearchIndex(ndim=DIMENSIONS, metric="ip", dtype=self.values, connectivity=16, expansion_add=200)

    def build(self, vectors):
        self.graph.add(np.arange(len(vectors)), vectors, threads=1)

    def save(self, path):
        self.graph.save(path)

    def read(self, path, data):
        self.graph = self.empty()
        self.graph.load(path)

    def points(self, k):
        return [{"ef": ef} for ef in EFFORTS[k]]

    def set(self, point):
        self.graph.expansion_search = point["ef"]

    def find(self, queries, k):
        return self.graph.search(queries, k, threads=1).keys.reshape(len(queries), -1)


class Faiss(Peer):
    """An index by faiss's factory, called by its C++ entry point, so that Python adds little to a call."""

    library = "faiss"
    version = version("faiss-cpu")

    def __init__(self, index: str):
        self.index = index

    def build(self, vectors):
        self.built = faiss.index_factory(DIMENSIONS, self.index, faiss.METRIC_INNER_PRODUCT)
        if self.index.startswith("HNSW"):
            self.built.hnsw.efConstruction = 200
        self.built.train(vectors)
        self.built.add(vectors)

    def save(self, path):
        faiss.write_index(self.built, path)

    def read(self, path, data):
        self.built = faiss.read_index(path)
        self.refines = isinstance(self.built, faiss.IndexRefine)
        self.base = faiss.downcast_index(self.built.base_index) if self.refines else self.built

    def points(self, k):
        if self.index == "Flat":
            return [{}]
        if self.index.startswith("HNSW"):
            return [{"efSearch": ef} for ef in EFFORTS[k]]
        lists = self.base.nlist if self.index.startswith("IVF") else 0
        parts = [1, 2, 4, 8, 16, 24, 28, 32, 40, 64, 96, 128, 192]  # of 512
        probes = [{"nprobe": p} for p in sorted({lists * part // 512 for part in parts} | {2, 4}) if p]
        if not lists:
            probes = [{}]
        if not self.refines:
            return probes
        probes = [point for point in probes if point.get("nprobe", 0) <= lists / 8]
        factors = {200: [2, 3, 4, 6, 8], 10: [2, 4, 8, 16, 32]}[k]
        return [point | {"k_factor": factor} for point in probes for factor in factors]

    def set(self, point):
        if "efSearch" in point:
            self.built.hnsw.efSearch = point["efSearch"]
        if "nprobe" in point:
            self.base.nprobe = point["nprobe"]
        if "k_factor" in point:
            self.built.k_factor = point["k_factor"]

    def find(self, queries, k):
        return self.built.search(queries, k)[1]

    def calls(self, queries, k, batch):
        queries = np.ascontiguousarray(queries)
        scores = np.empty((batch, k), dtype=np.float32)
        items = np.empty((batch, k), dtype=np.int64)
        out = faiss.swig_ptr(scores), faiss.swig_ptr(items)
        parts = [queries[i : i + batch] for i in range(0, len(queries), batch)]
        pointers = [(len(part), faiss.swig_ptr(part)) for part in parts]
        search = self.built.search_c

        def run(kept=(parts, scores, items)) -> None:  # the arrays live as long as the pointers to them
            for count, pointer in pointers:
                search(count, pointer, k, *out)

        return run


def peers(quick: bool, unit: bool = True, large: bool = False) -> list[Peer]:
    """All that is compared; `unit` tells whether vectors have length 1, `large` that there are a million.

    Of a large set the graph of 16 links already finds .9997 of the best 200 at its least effort: one of 32 links, which takes
    a quarter of an hour to build, can only be slower.
    """
    lists = [1024, 2048] if quick else [512, 1024, 2048, 4096]
    names = ["Flat"]
    names += [f"IVF{n},{code}" for n in lists for code in ("SQ8", "Flat", "PQ32x4fs,Refine(SQ8)")]
    if not quick:
        names += ["IVF2048,PQ32x4fs,RFlat", "PQ32x4fs,Refine(SQ8)", "HNSW16,SQ8"]
    found: list[Peer] = [HNSWLib(16)]
    if not quick and not large:
        found.append(HNSWLib(32))
    return found + [USearch("i8" if unit else "f16")] + [Faiss(name) for name in names]
