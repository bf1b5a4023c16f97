"""Cascade's own indexes: `index-benchmark` as a process that measures what it is told to."""

import json
import subprocess
from pathlib import Path

from datasets import DIMENSIONS, DataSet

RECALLS = [0.8, 0.9, 0.95, 0.97, 0.975, 0.98, 0.99]

FILES = {"vectors": "vectors.f32", "queries": "queries.f32", "truth": "truth.i32", "samples": "samples.f32"}


class Cascade:
    """Both indexes over a data set; ends with `close`."""

    def __init__(self, program: Path, data: DataSet):
        files = [
            argument
            for name, file in FILES.items()
            for argument in (f"--{name}", str(data.folder / file))
        ]
        self.process = subprocess.Popen(
            [program, *files, "--dim", str(DIMENSIONS), "--rounds", "1", "--json", "--interactive"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, question: str) -> dict:
        """One round of `flat K B` or `auto K B RECALL`."""
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"index-benchmark ended at: {question}")
        return json.loads(answer)

    def close(self) -> None:
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit("index-benchmark failed")

    @staticmethod
    def questions(k: int, batch: int) -> list[str]:
        return [f"flat {k} {batch}"] + [f"auto {k} {batch} {recall}" for recall in RECALLS]
