"""Runs one benchmark in this process and writes what it measured as JSON. Started by run.py, once per process.

The benchmark's file does `import pyperf` and hands its work to a `pyperf.Runner`; the `Runner` here takes the place of
pyperf's: it warms up for some seconds, then measures in this same process, so that a JIT is seen as a long-running
program would see it.

Times are CPU time of the thread that runs the benchmark (of the whole process, for one that runs a command): other work of the machine, and a wall clock
that steps (virtual machines have such), change it least. None of the benchmarks waits for anything. Those that time themselves get a clock that is read
in 25 ns, as some read it at each iteration (the CPU clock takes 0.3 us); what they say is scaled by the share of the CPU that the thread had meanwhile.

    python bench/driver.py --out FILE --name NAME [--warm S] [--measure S] [--iterations N] [--njit] SCRIPT [ARG...]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import platform
import resource
import runpy
import statistics
import subprocess
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from checks import CHECKS

Keep = Callable[[Any], None]
Timed = Callable[[int, Keep], float]
VALUE_SECONDS = 0.05
MAX_VALUES = 40
MIN_VALUES = 3
DEPTH = 12
ITEMS = 200_000


class Fingerprint:
    """A hash over plain data and, by type name and attributes, over objects; never over addresses."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.items = 0

    def add(self, value: Any, depth: int = 0) -> None:
        self.items += 1
        self.digest.update(type(value).__name__.encode())
        if depth > DEPTH or self.items > ITEMS:
            return
        if value is None or isinstance(value, (int, float, complex, str, bytes, bytearray)):
            self.digest.update(repr(value).encode())
        elif isinstance(value, dict):
            self.add_all([part for pair in value.items() for part in pair], depth)
        elif isinstance(value, (list, tuple)):
            self.add_all(value, depth)
        elif isinstance(value, (set, frozenset)):
            self.add_all(sorted(value, key=repr), depth)
        else:
            self.add_all(sorted(getattr(value, "__dict__", {}).items()), depth)

    def add_all(self, values: Any, depth: int) -> None:
        for value in values:
            self.add(value, depth + 1)


def fingerprint(value: Any) -> str:
    result = Fingerprint()
    result.add(value)
    return result.digest.hexdigest()[:16]


@dataclass
class Work:
    """A benchmark reduced to `timed(loops, keep) -> seconds`, where `keep` gets what the last loop returned."""

    timed: Timed
    inner_loops: int
    namespace: dict[str, Any]


class Runner:
    """Stands in for pyperf.Runner: remembers the benchmark called `wanted`, ignores all others the file offers."""

    wanted = ""
    found: Work | None = None

    def __init__(self, *_: Any, **__: Any) -> None:
        self.argparser = argparse.ArgumentParser()
        self.metadata: dict[str, Any] = {}
        self.args = argparse.Namespace()

    def parse_args(self, args: list[str] | None = None) -> argparse.Namespace:
        self.args = self.argparser.parse_args(args)
        return self.args

    def _offer(self, name: str, timed: Timed, inner_loops: int | None, function: Any) -> None:
        """Measured at once, while the benchmark file's own set-up (temporary files, settings) is in force."""
        if name == self.wanted:
            Runner.found = Work(timed, inner_loops or 1, getattr(function, "__globals__", {}))
            if OPTIONS.njit:
                compile_called(function)
            REPORT.update(run_fixed(Runner.found, OPTIONS.iterations) if OPTIONS.iterations else measure(Runner.found))

    def bench_func(self, name: str, function: Callable[..., Any], *args: Any, inner_loops: int | None = None, **_: Any) -> None:
        def timed(loops: int, keep: Keep) -> float:
            result = None
            start = thread_time()
            for _ in range(loops):
                result = function(*args)
            elapsed = thread_time() - start
            keep(result)
            return elapsed

        self._offer(name, timed, inner_loops, function)

    def bench_time_func(self, name: str, function: Callable[..., float], *args: Any, inner_loops: int | None = None, **_: Any) -> None:
        def timed(loops: int, keep: Keep) -> float:
            wall, cpu = perf_counter(), thread_time()
            elapsed = function(loops, *args)
            cpu, wall = thread_time() - cpu, perf_counter() - wall
            return elapsed * min(1.0, cpu / wall)

        self._offer(name, timed, inner_loops, function)

    def bench_async_func(self, name: str, function: Callable[..., Any], *args: Any, inner_loops: int | None = None, **_: Any) -> None:
        async def main(loops: int, keep: Keep) -> float:
            result = None
            start = thread_time()
            for _ in range(loops):
                result = await function(*args)
            elapsed = thread_time() - start
            keep(result)
            return elapsed

        self._offer(name, lambda loops, keep: asyncio.run(main(loops, keep)), inner_loops, function)

    def bench_command(self, name: str, command: list[str], **_: Any) -> None:
        def timed(loops: int, keep: Keep) -> float:
            start = children_time()
            for _ in range(loops):
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
            elapsed = children_time() - start
            keep((done.returncode, done.stdout))
            return elapsed

        self._offer(name, timed, 1, None)


def children_time() -> float:
    """Seconds of CPU time of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def compile_called(function: Any) -> None:
    """Has Numba compile the functions that stand beside the one that is measured."""
    import numba

    namespace = function.__globals__
    own = [(name, value) for name, value in namespace.items() if isinstance(value, types.FunctionType) and value.__globals__ is namespace]
    namespace.update({name: numba.njit(value) for name, value in own if value is not function})


def run_fixed(work: Work, iterations: int) -> dict[str, Any]:
    """Only so many iterations, for times of whole processes."""
    results: list[str] = []
    seconds = work.timed(iterations, lambda result: results.append(fingerprint(result)))
    return {"seconds": seconds, "results": results}


def measure(work: Work) -> dict[str, Any]:
    """First iteration, warm-up, then values of at least VALUE_SECONDS each; times are seconds per iteration."""
    results: list[str] = []
    first = work.timed(1, lambda result: results.append(fingerprint(result)))
    per_loop, warm_loops = warm_up(work, first)
    loops = max(1, round(VALUE_SECONDS / max(per_loop, 1e-9)))
    values: list[float] = []
    start = perf_counter()
    while len(values) < MIN_VALUES or (perf_counter() - start < OPTIONS.measure and len(values) < MAX_VALUES):
        last: list[Any] = []
        values.append(work.timed(loops, last.append) / loops / work.inner_loops)
        results[1:] = [fingerprint(result) for result in last]
    return {"first": first, "values": values, "loops": loops, "warm_loops": warm_loops, "results": results, "median": statistics.median(values)}


def warm_up(work: Work, first: float) -> tuple[float, int]:
    """Run for the given number of seconds with growing numbers of loops; seconds per loop at the end, and all loops run."""
    loops, total, per_loop = 1, 1, first
    end = perf_counter() + OPTIONS.warm
    while perf_counter() < end:
        elapsed = work.timed(loops, lambda result: None)
        per_loop, total = elapsed / loops, total + loops
        if elapsed < VALUE_SECONDS:
            loops *= 2
    return per_loop, total


def stub() -> types.ModuleType:
    """What benchmark files import as pyperf."""
    module = types.ModuleType("pyperf")
    module.Runner = Runner  # type: ignore[attr-defined]
    module.perf_counter = perf_counter  # type: ignore[attr-defined]
    module.python_implementation = lambda: platform.python_implementation().lower()  # type: ignore[attr-defined]
    module.__version__ = "0"  # type: ignore[attr-defined]
    return module


def run_script(arguments: list[str]) -> None:
    """As `python SCRIPT ARG...` would, with the stub in place of pyperf."""
    sys.modules["pyperf"] = stub()
    sys.argv = arguments
    sys.path[0] = str(Path(arguments[0]).parent)
    runpy.run_path(arguments[0], run_name="__main__")


def check(name: str, script: str) -> str | None:
    """The fingerprint of what the warm functions compute from fresh data; None if there is no check for this benchmark."""
    if name not in CHECKS or Runner.found is None:
        return None
    fresh = runpy.run_path(script, run_name="fresh")
    return fingerprint(CHECKS[name](Runner.found.namespace, fresh))


def peak_memory() -> int:
    """Bytes: the largest resident size of this process or any child (benchmarks that run a command)."""
    return 1024 * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def tierup_stats() -> dict[str, Any] | None:
    """None: tierup isn't loaded in this process."""
    tierup = sys.modules.get("tierup")
    return tierup.stats() if tierup is not None and tierup.enabled() else None


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run one benchmark and write its times as JSON.")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--warm", type=float, default=3.0)
    parser.add_argument("--measure", type=float, default=2.0)
    parser.add_argument("--iterations", type=int, default=0, help="only so many, without warm-up")
    parser.add_argument("--njit", action="store_true", help="compile the functions of the benchmark with Numba")
    parser.add_argument("script", nargs=argparse.REMAINDER)
    return parser.parse_args()


OPTIONS = argparse.Namespace(warm=1.0, measure=1.0, iterations=0, njit=False)
REPORT: dict[str, Any] = {}


def main() -> int:
    global OPTIONS
    OPTIONS = parse()
    Runner.wanted = OPTIONS.name
    run_script(OPTIONS.script)
    if not REPORT:
        print(f"{OPTIONS.script[0]} offers no benchmark called {OPTIONS.name}", file=sys.stderr)
        return 2
    REPORT["check"] = check(OPTIONS.name, OPTIONS.script[0])
    REPORT["memory"] = peak_memory()
    REPORT["stats"] = tierup_stats()
    Path(OPTIONS.out).write_text(json.dumps(REPORT, default=repr))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
