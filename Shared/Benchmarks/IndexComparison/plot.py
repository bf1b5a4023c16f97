"""Queries a second over recall: a figure for each data set, a panel for each k and batch."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

COLOURS = {"cascade": "#d1495b", "hnswlib": "#30638e", "faiss": "#3c8d5a", "usearch": "#b8860b"}


def front(rows: list[dict]) -> list[dict]:
    """Those that no other row beats in both recall and rate, by recall."""
    rows = [r for r in rows if not any(o["recall"] >= r["recall"] and o["qps"] > r["qps"] for o in rows)]
    return sorted(rows, key=lambda row: row["recall"])


def draw(rows: list[dict], data: str, goals: dict[int, float], path: Path) -> None:
    """Writes `path`.svg and `path`.png."""
    rows = [row for row in rows if row["data"] == data]
    ks = sorted({row["k"] for row in rows}, reverse=True)
    batches = sorted({row["batch"] for row in rows})
    plt.rcParams["svg.hashsalt"] = "cascade"
    figure, axes = plt.subplots(
        len(ks), len(batches), figsize=(5.5 * len(batches), 4 * len(ks)), squeeze=False, layout="constrained"
    )
    for line, k in zip(axes, ks, strict=True):
        for axis, batch in zip(line, batches, strict=True):
            chosen = [row for row in rows if (row["k"], row["batch"]) == (k, batch)]
            for library, colour in COLOURS.items():
                points = front([row for row in chosen if row["library"] == library])
                axis.plot(
                    [row["recall"] for row in points], [row["qps"] for row in points],
                    marker="o", markersize=4, linewidth=1.6, color=colour, label=library,
                )
            axis.axvline(goals[k], color="#888888", linestyle=":", linewidth=1)
            axis.set_yscale("log")
            axis.set_xlim(0.75, 1.005)
            axis.set_title(f"k = {k}, {'single queries' if batch == 1 else f'batches of {batch}'}", fontsize=10)
            axis.set_xlabel(f"recall@{k}")
            axis.set_ylabel("queries a second, one core")
            axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
            axis.yaxis.set_minor_formatter(NullFormatter())
            axis.grid(True, which="both", color="#e6e6e6", linewidth=0.6)
            axis.set_axisbelow(True)
    n, dim = rows[0]["n"], rows[0]["dim"]
    figure.suptitle(f"{data}: {n:,} vectors of {dim} values, the best of each library", fontsize=11)
    axes[0][0].legend(frameon=False, fontsize=9)
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(path.with_suffix(".png"), dpi=130)
    plt.close(figure)
