"""Run by refleak.py: a program, several times in this process. Prints what there is after each round, as a list of [blocks, objects, mappings]."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import runpy
import sys
import time

WAIT = 0.2


def mappings() -> int:
    """Executable memory that belongs to no file: machine code of ours."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        return sum(1 for line in file if line.split()[1] == "r-xp" and len(line.split()) < 6)


def once(path: str) -> None:
    """What it prints is not looked at; how it ends neither."""
    sys.argv = [path]
    streams = io.StringIO()
    with contextlib.redirect_stdout(streams), contextlib.redirect_stderr(streams), contextlib.suppress(SystemExit):
        runpy.run_path(path, run_name="__main__")


def counts() -> list[int]:
    """After all garbage is collected. Compiled code of functions that are gone is found some time after a collection, and the next one frees them."""
    for _ in range(8):
        gc.collect()
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            pass
    return [sys.getallocatedblocks(), len(gc.get_objects()), mappings()]


def main() -> None:
    path, rounds = sys.argv[1], int(sys.argv[2])
    sys.path.insert(0, os.path.dirname(path))
    found = []
    for _ in range(rounds):
        once(path)
        found.append(counts())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
