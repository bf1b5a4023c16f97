"""The rows as a table, and what they say about the goals."""

from datasets import DataSet

# The rest of a row is what it was set to.
COMMON = {"library", "index", "data", "n", "dim", "k", "batch", "recall", "qps", "qps_wall", "build_s", "bytes"}


def label(row: dict) -> str:
    settings = " ".join(f"{name}={value}" for name, value in row.items() if name not in COMMON)
    return f"{row['index']} {settings}".strip()


def table(rows: list[dict]) -> None:
    """Every row, by library and recall."""
    shapes = dict.fromkeys((row["data"], row["k"], row["batch"]) for row in rows)
    for data, k, batch in shapes:
        print(f"\n{data}, k {k}, {'single queries' if batch == 1 else f'batches of {batch}'}")
        print(f"  {'library':9}{'index':58}{'recall':>8}{'µs/query':>10}{'queries/s':>11}{'build s':>9}{'MB':>7}")
        chosen = [row for row in rows if (row["data"], row["k"], row["batch"]) == (data, k, batch)]
        for row in sorted(chosen, key=lambda row: (row["library"], row["recall"])):
            print(
                f"  {row['library']:9}{label(row):58}{row['recall']:8.4f}{1e6 / row['qps']:10.1f}{row['qps']:11.0f}"
                f"{row['build_s']:9.2f}{row['bytes'] / 1e6:7.1f}"
            )


def best(rows: list[dict], library: str, goal: float) -> dict | None:
    """A library's fastest row with at least that recall."""
    reached = [row for row in rows if row["library"] == library and row["recall"] >= goal]
    return max(reached, key=lambda row: row["qps"], default=None)


def summary(rows: list[dict], sets: list[DataSet]) -> list[dict]:
    """Ratios at the goal's recall, printed and returned: Cascade's best against each library's best."""
    ratios = []
    for data in sets:
        for k, batch in dict.fromkeys((row["k"], row["batch"]) for row in rows if row["data"] == data.name):
            chosen = [row for row in rows if (row["data"], row["k"], row["batch"]) == (data.name, k, batch)]
            goal = data.goals[k]
            ours = best(chosen, "cascade", goal)
            if ours is None:
                print(f"{data.name}, k {k}, batch {batch}: cascade does not reach recall {goal}")
                continue
            print(f"\n{data.name}, k {k}, batch {batch}, fastest with recall ≥ {goal}:")
            print(f"  {'cascade':9}{label(ours):58}{ours['recall']:.4f}{1e6 / ours['qps']:9.1f} µs")
            entry = {"data": data.name, "k": k, "batch": batch, "goal": goal}
            for library in dict.fromkeys(row["library"] for row in chosen if row["library"] != "cascade"):
                theirs = best(chosen, library, goal)
                if theirs is None:
                    print(f"  {library:9}does not reach it")
                    continue
                entry[f"speed_over_{library}"] = ours["qps"] / theirs["qps"]
                print(
                    f"  {library:9}{label(theirs):58}{theirs['recall']:.4f}{1e6 / theirs['qps']:9.1f} µs"
                    f"   cascade is {ours['qps'] / theirs['qps']:.1f} times as fast"
                )
            hnswlib = best(chosen, "hnswlib", 0)
            if hnswlib and ours["build_s"]:
                entry["build_over_hnswlib"] = hnswlib["build_s"] / ours["build_s"]
                print(
                    f"  build: {ours['build_s']:.2f} s, hnswlib {hnswlib['index']} {hnswlib['build_s']:.1f} s, "
                    f"{entry['build_over_hnswlib']:.1f} times"
                )
            entry["bytes_over_int8"] = ours["bytes"] / (ours["n"] * ours["dim"])
            print(f"  memory: {entry['bytes_over_int8']:.3f} × the int8 vectors")
            ratios.append(entry)
    return ratios
