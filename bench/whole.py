"""Whole processes: the same number of iterations in a plain process, in the very first one with tierup (empty cache, no compiler), and in a second one.

    python bench/whole.py [--only NAME,GROUP,...] [--runs N] [--seconds S] [--python PATH]

Wall-clock time from start to end, so start, imports, and what the compiler takes from the program count. Results go to bench/results/whole-*.json;
`python bench/report.py` puts the newest ones into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from typing import Any

from processes import Sample, sample, scratch
from rich.console import Console
from rows import Row, select
from run import describe, save_as
from table import duration
from venvs import Interpreter, default_python, prepare, requirements

KINDS = ("plain", "first", "second")


def iterations(interpreter: Interpreter, row: Row, seconds: float) -> int:
    """How many a plain process does in about this time."""
    with scratch() as folder:
        return int(sample(interpreter, row, folder, False, ["--warm", str(seconds), "--measure", "0"])["warm_loops"])


def measure_row(interpreter: Interpreter, row: Row, runs: int, seconds: float) -> dict[str, Any]:
    """Seconds of each run by kind, and whether all had the same results."""
    result: dict[str, Any] = {"name": row.name, "group": row.group, "error": requirements(interpreter, row)}
    samples: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    try:
        count = 0 if result["error"] else iterations(interpreter, row, seconds)
        for _ in range(runs if count else 0):
            turn(interpreter, row, count, samples)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return result | {"error": str(error)}
    walls = {kind: [s["wall"] for s in of_kind] for kind, of_kind in samples.items()}
    equal = len({tuple(s["results"]) for of_kind in samples.values() for s in of_kind}) <= 1
    return result | {"iterations": count, "wall": walls, "equal": equal}


def turn(interpreter: Interpreter, row: Row, count: int, samples: dict[str, list[Sample]]) -> None:
    with scratch() as folder:
        for kind in KINDS:
            samples[kind].append(sample(interpreter, row, folder, kind != "plain", ["--iterations", str(count)]))


def line(row: dict[str, Any]) -> str:
    if row["error"]:
        return f"  {row['name']}: {row['error'].strip().splitlines()[-1][:150]}"
    plain, first, second = (statistics.median(row["wall"][kind]) for kind in KINDS)
    return f"  {row['name']}: {duration(plain)} plain, first {plain / first:.2f}x, second {plain / second:.2f}x" + ("" if row["equal"] else "  RESULTS DIFFER")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure whole processes: plain, the first with tierup, the second.")
    parser.add_argument("--only", default="", help="names of benchmarks or groups, separated by commas")
    parser.add_argument("--runs", type=int, default=1, help="runs of each kind")
    parser.add_argument("--seconds", type=float, default=2.0, help="about how long the plain process takes")
    parser.add_argument("--python", default=default_python(), help="the interpreter to measure")
    return parser.parse_args(arguments)


def main() -> int:
    options = parse(sys.argv[1:])
    interpreter, rows = prepare(options.python, with_tierup=True), select(options.only, quick=False)
    console = Console() if sys.stdout.isatty() else Console(width=150)
    results = []
    for row in rows:
        with console.status(row.name):
            results.append(measure_row(interpreter, row, options.runs, options.seconds))
        console.print(line(results[-1]))
    report = describe(interpreter) | {"options": {"runs": options.runs, "seconds": options.seconds}, "rows": results}
    console.print(f"written: {save_as(report, 'part-whole' if options.only else 'whole')}")
    return 1 if any(row["error"] or not row["equal"] for row in results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
