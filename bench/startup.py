"""What it costs to have tierup on when nothing is hot: time and memory of `python -c pass` and of an idle second."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
from pathlib import Path
from typing import Any

RUNS = 15
MEMORY = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def environment(scratch: Path, with_tierup: bool) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIERUP", "PYTHON"))}
    ours = {"TIERUP": "1", "TIERUP_CACHE": str(scratch / "cache"), "TIERUP_SOCKET_DIR": str(scratch / "sock")}
    return kept | (ours if with_tierup else {})


def run(python: str, code: str, variables: dict[str, str]) -> tuple[float, str]:
    """CPU time in seconds, as the benchmarks have it, and output."""
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([python, "-c", code], env=variables, capture_output=True, text=True, check=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, done.stdout


def measure(python: str, scratch: Path) -> dict[str, Any]:
    """Medians of alternating runs; seconds and bytes."""
    times: dict[bool, list[float]] = {False: [], True: []}
    memory: dict[bool, list[int]] = {False: [], True: []}
    for _ in range(RUNS):
        for with_tierup in (False, True):
            variables = environment(scratch, with_tierup)
            times[with_tierup].append(run(python, "pass", variables)[0])
            memory[with_tierup].append(1024 * int(run(python, MEMORY, variables)[1]))
    seconds = {name: statistics.median(times[key]) for name, key in (("plain", False), ("tierup", True))}
    sizes = {name: statistics.median(memory[key]) for name, key in (("plain", False), ("tierup", True))}
    return {"seconds": seconds, "bytes": sizes, "runs": RUNS}
