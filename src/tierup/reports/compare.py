"""`tierup compare`: a program in turn plain, with tierup and an empty cache (cold), with tierup and that cache (warm)."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tierup.reports import host
from tierup.reports.run import why_plain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.table import Table

WAYS = {"plain": "plain Python", "cold": "tierup, first run (cold cache)", "warm": "tierup, later run (warm cache)"}


class Run(NamedTuple):
    """One finished process."""

    way: str
    seconds: float
    exit_code: int
    stdout: bytes


def compare(options: argparse.Namespace, target: Sequence[str]) -> int:
    """Run, print the table; 0 only if all outputs and exit codes are equal."""
    from rich.console import Console

    problem = why_plain()
    if problem:
        print(f"tierup: {problem} All runs are plain Python.", file=sys.stderr)
    command = [sys.executable, *host.interpreter_flags(), *target]
    runs = all_runs(command, options.runs)
    differences = find_differences(runs)
    report(Console(), target, runs, differences)
    if options.json:
        Path(options.json).write_text(json.dumps(as_json(target, runs, differences), indent=1) + "\n", encoding="utf-8")
    return 1 if differences else 0


def all_runs(command: Sequence[str], rounds: int) -> list[Run]:
    """Every round is plain, cold, warm, so that a slow spell of the machine hits all three; progress goes to stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=rounds * len(WAYS))

        def step(way: str, before: bool) -> None:
            progress.update(task, description=WAYS[way], advance=0 if before else 1)

        return [run for _ in range(rounds) for run in one_round(command, step)]


def one_round(command: Sequence[str], step: Callable[[str, bool], None]) -> list[Run]:
    """The three runs of a round; they share a cache directory that is empty at first. The compiler process may still be writing there at the end."""
    runs = []
    with tempfile.TemporaryDirectory(prefix="tierup-compare-", ignore_cleanup_errors=True) as cache:
        for way in WAYS:
            step(way, True)
            runs.append(one_run(way, command, environment(way, cache)))
            step(way, False)
    return runs


def environment(way: str, cache: str) -> dict[str, str]:
    """Equal for all but tierup itself; hashes of strings are fixed, so that the order in sets is no difference."""
    environ = {"PYTHONHASHSEED": "0", **os.environ}
    if way == "plain":
        environ.pop("TIERUP", None)
    else:
        environ.update(TIERUP="1", TIERUP_CACHE=cache)
    return environ


def one_run(way: str, command: Sequence[str], environ: dict[str, str]) -> Run:
    """Run to the end, keeping stdout; stderr is shown as it comes."""
    start = time.perf_counter()
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    return Run(way, time.perf_counter() - start, done.returncode, done.stdout)


def find_differences(runs: Sequence[Run]) -> list[str]:
    """How runs differ from the first plain one, in words."""
    found = []
    for number, run in enumerate(runs):
        name = f"round {number // len(WAYS) + 1}, {WAYS[run.way]}"
        if run.exit_code != runs[0].exit_code:
            found.append(f"{name}: exit code {run.exit_code} instead of {runs[0].exit_code}")
        if run.stdout != runs[0].stdout:
            found.append(f"{name}: {first_difference(runs[0].stdout, run.stdout)}")
    return found


def first_difference(expected: bytes, got: bytes) -> str:
    """The first line that isn't equal."""
    old, new = expected.split(b"\n"), got.split(b"\n")
    for number, (left, right) in enumerate(zip(old, new), start=1):
        if left != right:
            return f"output line {number} is {shorten(right)} instead of {shorten(left)}"
    return f"output has {len(got)} bytes instead of {len(expected)}"


def shorten(line: bytes) -> str:
    """A line of output that fits on a screen."""
    return repr(line.decode("utf-8", "backslashreplace")[:60])


def seconds(runs: Sequence[Run], way: str) -> list[float]:
    """The times of one way."""
    return [run.seconds for run in runs if run.way == way]


def report(console: Console, target: Sequence[str], runs: Sequence[Run], differences: Sequence[str]) -> None:
    """The table and the verdict."""
    console.print(table(target, runs))
    for difference in differences:
        console.print(difference, style="red", markup=False, highlight=False)
    if not differences:
        first = runs[0]
        console.print(f"Output is equal in all {len(runs)} runs ({len(first.stdout)} bytes, exit code {first.exit_code}).", highlight=False)


def table(target: Sequence[str], runs: Sequence[Run]) -> Table:
    """Median, best and ratio of each way."""
    from rich.markup import escape
    from rich.table import Table

    made = Table(title=escape(" ".join(target)), title_justify="left", title_style="bold")
    made.add_column("")
    for head in ("median", "best", "times as fast"):
        made.add_column(head, justify="right")
    plain = statistics.median(seconds(runs, "plain"))
    for way, words in WAYS.items():
        times = seconds(runs, way)
        middle = statistics.median(times)
        made.add_row(words, f"{middle:.2f} s", f"{min(times):.2f} s", "" if way == "plain" else f"{plain / middle:.2f}")
    return made


def as_json(target: Sequence[str], runs: Sequence[Run], differences: Sequence[str]) -> dict[str, Any]:
    """All the numbers."""
    medians = {way: statistics.median(seconds(runs, way)) for way in WAYS}
    return {
        "target": list(target),
        "python": sys.version.split()[0],
        "seconds": {way: seconds(runs, way) for way in WAYS},
        "median": medians,
        "ratio": {way: medians["plain"] / medians[way] for way in WAYS if way != "plain"},
        "equal": not differences,
        "differences": list(differences),
    }
