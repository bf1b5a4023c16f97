"""The data that indexes are compared on: base vectors, queries, and the exact results in float32.

Clustered data is drawn as follows, from one seeded generator: 2,000 centres, uniform on the unit sphere of 64
dimensions; a vector is a centre chosen at random plus normal noise of length 0.72 on average, scaled to length 1.
Queries are further draws; so are samples, other queries that an index may be tuned with.

With 200,000 vectors a cluster has 100, so the best 200 of a query lie in several; with a million it has 500, so they
mostly lie in one. The noise was chosen by what an IVF of faiss finds: at 200,000 with 2,048 lists, 96 probes give
recall@200 = .97 and 128 give .98.
"""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

DIMENSIONS = 64
CENTRES = 2_000
NOISE = 0.72
SEED = 1
QUERIES = 1_000
SAMPLES = 500
TRUTH = 200


@dataclass
class DataSet:
    """Raw little-endian files: vectors, queries and samples float32, truth int32 (queries x TRUTH)."""

    name: str
    folder: Path
    goals: dict[int, float]  # for each k the recall that figures are compared at

    @property
    def vectors(self) -> np.ndarray:
        return np.fromfile(self.folder / "vectors.f32", dtype="<f4").reshape(-1, DIMENSIONS)

    @property
    def queries(self) -> np.ndarray:
        return np.fromfile(self.folder / "queries.f32", dtype="<f4").reshape(-1, DIMENSIONS)

    @property
    def truth(self) -> np.ndarray:
        return np.fromfile(self.folder / "truth.i32", dtype="<i4").reshape(-1, TRUTH)


def clustered(cache: Path, name: str, count: int) -> DataSet:
    """Clustered unit vectors, made once and kept."""
    folder = cache / "data" / f"{name}-{CENTRES}-{NOISE}-{SEED}"
    if not (folder / "truth.i32").exists():
        random = np.random.default_rng(SEED)
        centres = unit(random.standard_normal((CENTRES, DIMENSIONS), dtype=np.float32))

        def draw(number: int) -> np.ndarray:
            noise = random.standard_normal((number, DIMENSIONS), dtype=np.float32)
            return unit(centres[random.integers(0, CENTRES, number)] + NOISE / DIMENSIONS**0.5 * noise)

        write(folder, draw(count), draw(QUERIES), draw(SAMPLES))
    return DataSet(name, folder, {200: 0.97, 10: 0.97})


def gowalla(cache: Path, source: Path) -> DataSet | None:
    """Item and user vectors of a model trained on Gowalla, inner product, lengths from 0.4 to 3.5; None without it.

    Of the 1,000 users 600 are queries, the others samples.
    """
    if not (source / "base.f16.npy").exists():
        return None
    folder = cache / "data" / "gowalla"
    if not (folder / "truth.i32").exists():
        users = np.load(source / "queries.f16.npy").astype(np.float32)
        vectors = np.load(source / "base.f16.npy").astype(np.float32)
        truth = write(folder, vectors, users[:600], users[600:])
        given = np.load(source / "gt100_ip.i32.npy")[:600]
        if recall(given[:, :10], truth[:, :10]) < 0.999:
            raise SystemExit(f"{source}: the exact results that come with the vectors are not theirs")
    return DataSet("gowalla", folder, {10: 0.98, 200: 0.98})


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write(folder: Path, vectors: np.ndarray, queries: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Writes a data set with its exact results, the truth last; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    flat = faiss.IndexFlatIP(DIMENSIONS)
    flat.add(vectors)
    truth = flat.search(queries, TRUTH)[1].astype("<i4")
    vectors.astype("<f4").tofile(folder / "vectors.f32")
    queries.astype("<f4").tofile(folder / "queries.f32")
    samples.astype("<f4").tofile(folder / "samples.f32")
    truth.tofile(folder / "truth.i32")
    return truth


def recall(found: np.ndarray, truth: np.ndarray) -> float:
    """The share of the true results (queries x k) that were found."""
    k = truth.shape[1]
    return float(np.mean([np.isin(row, best).sum() for row, best in zip(found, truth, strict=True)]) / k)
