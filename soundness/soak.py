"""Compiles, drops and compiles again for a long time, and looks whether memory grows.

    python soundness/soak.py [--seconds N] [--mode on|force|stress]

One process makes modules with `exec` (functions, classes, generators, closures that call each other), runs them until they are hot, changes classes and
globals under them so that they are compiled anew, and drops them. From time to time it counts resident memory, allocated blocks, objects and mappings of
machine code. Exit code 1 if the last third needs more than the third before, beyond what varies, or if a result was wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import programs

PROGRAM = Path(__file__).resolve().parent / "soak_program.py"
NAMES = ("resident KiB", "blocks", "objects", "mappings")
MAY_GROW = (0.03, 0.02, 0.02, 0.10)
"""By what part of itself a number may be larger in the last third: the least of one third is compared with the least of the other."""
NOT_JUDGED = {"on": "mappings", "force": "resident KiB", "stress": "resident KiB"}
"""Resident memory: where it is compiled in the same process, LLVM keeps some memory for each region it made. Mappings: where it is compiled in another one,
up to 256 requests wait for their answers, with the modules they are about; the more answers come, the more of these modules have regions."""
LAST = 30.0  # seconds that the program may take to end after its time


def environment(mode: str) -> programs.Mode:
    """Inline and without a cache in force mode; with the compiler process and a cold cache otherwise."""
    known = {"force": programs.FORCE, "stress": programs.STRESS[0], "on": programs.ON}
    return known[mode]


def run(mode: str, seconds: int) -> list[list[int]]:
    """Shows each line of the program; returns the counts after each stretch."""
    command = [sys.executable, str(PROGRAM), str(seconds)]
    variables = {name: value for name, value in environment(mode).environment().items() if name != "TIERUP_STATS"}
    process = subprocess.Popen(command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    counts: list[list[int]] = []
    assert process.stdout is not None, "it was asked for"
    start = time.monotonic()
    for line in process.stdout:
        row = json.loads(line)
        counts.append(row["counts"])
        numbers = ", ".join(f"{value} {name}" for name, value in zip(NAMES, row["counts"], strict=True))
        print(f"{time.monotonic() - start:7.0f} s {row['modules']:6} modules {row['regions']:6} regions  {numbers}", flush=True)
    if process.wait(LAST):
        raise RuntimeError(f"the program ended with code {process.returncode}")
    return counts


def growth(counts: list[list[int]], mode: str) -> list[str]:
    """What grows, in words."""
    third = len(counts) // 3
    found = []
    for i, name in enumerate(NAMES):
        if name == NOT_JUDGED[mode]:
            continue
        before, after = (min(row[i] for row in part) for part in (counts[third : 2 * third], counts[2 * third :]))
        if after > before * (1 + MAY_GROW[i]):
            found.append(f"{name}: at least {before} in the second third, {after} in the last")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--mode", default="on", choices=("on", "force", "stress"))
    options = parser.parse_args()
    counts = run(options.mode, options.seconds)
    programs.remove_session_dir()
    if len(counts) < 6:
        print("too short to judge: fewer than six stretches")
        return 1
    found = growth(counts, options.mode)
    print(*(found or ["nothing grows"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
