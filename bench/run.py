"""Benchmarks: alternating processes, plain against tierup (warm), over the installed pyperformance and our own programs.

    python bench/run.py [--only NAME,GROUP,...] [--runs N] [--quick] [--python PATH ...] [--self-check]

Results go to bench/results/*.json; `python bench/report.py` turns the newest ones into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import in_c
import in_numba
import startup
import table
from processes import Sample, sample, scratch
from rich.console import Console
from rows import Row, select
from venvs import BENCH, Interpreter, default_python, prepare, requirements


@dataclass
class Options:
    runs: int
    warm: float
    measure: float
    self_check: bool


@dataclass
class Measured:
    """All samples of one row: one cold run with tierup, then plain and warm ones in alternation."""

    row: Row
    plain: list[Sample] = field(default_factory=list)
    tierup: list[Sample] = field(default_factory=list)
    cold: Sample | None = None
    error: str = ""


def measure_row(interpreter: Interpreter, row: Row, options: Options) -> Measured:
    measured = Measured(row, error=requirements(interpreter, row))
    if measured.error:
        return measured
    try:
        with scratch() as folder:
            take_samples(interpreter, measured, options, folder)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        measured.error = str(error)
    return measured


def take_samples(interpreter: Interpreter, measured: Measured, options: Options, folder: Path) -> None:
    use, times = not options.self_check, ["--warm", str(options.warm), "--measure", str(options.measure)]
    if use:
        measured.cold = sample(interpreter, measured.row, folder, True, ["--warm", str(options.warm), "--measure", "0"])
    for turn in range(options.runs):
        order = [(measured.plain, False), (measured.tierup, use)]
        for samples, with_tierup in order if turn % 2 == 0 else reversed(order):
            samples.append(sample(interpreter, measured.row, folder, with_tierup, times))


def summary(measured: Measured) -> dict[str, Any]:
    """What the table and the report need of one row; the samples themselves follow."""
    result: dict[str, Any] = {"name": measured.row.name, "group": measured.row.group, "error": measured.error}
    if not measured.error:
        plain, ours = (statistics.median(s["median"] for s in samples) for samples in (measured.plain, measured.tierup))
        result |= {"plain": plain, "tierup": ours, "ratio": plain / ours, "best_ratio": best(measured.plain) / best(measured.tierup)}
        result |= {"equal": same_results(measured)}
        result |= {"memory": [peak(measured.plain), peak(measured.tierup)], "first": [first(measured.plain), first(measured.tierup)]}
        result |= cold_summary(measured.cold)
    return result | {"samples": {"plain": measured.plain, "tierup": measured.tierup, "cold": measured.cold}}


def cold_summary(cold: Sample | None) -> dict[str, Any]:
    if cold is None:
        return {}
    stats = cold["stats"] or {}
    return {"cold_first": cold["first"], "compile_seconds": stats.get("compile_seconds"), "regions": stats.get("regions_compiled")}


def peak(samples: list[Sample]) -> int:
    return max(int(s["memory"]) for s in samples)


def first(samples: list[Sample]) -> float:
    return statistics.median(float(s["first"]) for s in samples)


def best(samples: list[Sample]) -> float:
    """The fastest value of all: what a disturbed machine disturbs least."""
    return min(float(value) for s in samples for value in s["values"])


def same_results(measured: Measured) -> bool:
    """First results and checks must agree everywhere; last results only where a plain run repeats itself (no state is carried along)."""
    samples = [*measured.plain, *measured.tierup, *([measured.cold] if measured.cold else [])]
    steady = all(len(set(s["results"])) <= 1 for s in measured.plain)
    views = {(tuple(s["results"][:1]), s["check"], tuple(s["results"][1:]) if steady else ()) for s in samples}
    return len(views) == 1


def measure_interpreter(python: str, rows: list[Row], options: Options, console: Console) -> dict[str, Any]:
    console.print(f"preparing the environment for {python}")
    interpreter = prepare(python, with_tierup=not options.self_check)
    console.print(f"Python {interpreter.label}: {len(rows)} benchmarks, {options.runs} runs each")
    results = []
    for number, row in enumerate(rows, 1):
        with console.status(f"[{number}/{len(rows)}] {row.name}"):
            results.append(summary(measure_row(interpreter, row, options)))
        console.print(table.line(results[-1]))
    start = None if options.self_check else startup_cost(interpreter)
    report = describe(interpreter) | {"options": vars(options), "startup": start, "rows": results}
    report["in_c"] = in_c.measure([row.name for row in rows])
    report["in_numba"] = in_numba.measure(interpreter, [row for row in rows if row.group == "arrays"])
    return report


def describe(interpreter: Interpreter) -> dict[str, Any]:
    """What was measured, when and where."""
    machine = {"cpu": cpu_name(), "cores": os.cpu_count(), "system": platform.system(), "arch": platform.machine()}
    when = time.strftime("%Y-%m-%d %H:%M")
    return {"when": when, "python": interpreter.version, "build": interpreter.build, "machine": machine, "commit": commit()}


def startup_cost(interpreter: Interpreter) -> dict[str, Any]:
    with scratch() as folder:
        return startup.measure(interpreter.python, folder)


def cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())


def commit() -> str:
    done = subprocess.run(["git", "-C", str(BENCH), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def save_as(report: dict[str, Any], kind: str) -> Path:
    """Full runs are kept for the report; partial ones, too, under another name."""
    folder = BENCH / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{kind}-{report['python']}-{report['build']}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(report, indent=1, default=repr) + "\n")
    return path


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure plain Python against tierup.")
    parser.add_argument("--only", default="", help="names of benchmarks or groups, separated by commas")
    parser.add_argument("--runs", type=int, default=0, help="alternating runs per side (default 3; 1 with --quick)")
    parser.add_argument("--quick", action="store_true", help="few benchmarks, short runs: a first look, not a measurement")
    parser.add_argument("--python", action="append", default=[], help="an interpreter to measure; may be given several times")
    parser.add_argument("--warm", type=float, default=0.0, help="seconds of warm-up per process (default 3; 1 with --quick)")
    parser.add_argument("--self-check", action="store_true", help="plain against plain: every ratio should be about 1.0")
    return parser.parse_args(arguments)


def main() -> int:
    arguments = parse(sys.argv[1:])
    quick = arguments.quick
    options = Options(arguments.runs or (1 if quick else 3), arguments.warm or (1.0 if quick else 3.0), 0.5 if quick else 2.0, arguments.self_check)
    rows = select(arguments.only, quick)
    console = Console() if sys.stdout.isatty() else Console(width=150)
    failed = 0
    for python in arguments.python or [default_python()]:
        report = measure_interpreter(python, rows, options, console)
        console.print(table.build(report))
        partial = arguments.only or quick or options.self_check
        console.print(f"written: {save_as(report, 'part' if partial else 'full')}")
        failed += sum(bool(row["error"]) or not row["equal"] for row in report["rows"])
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
