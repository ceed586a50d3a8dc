"""The compiler process goes on after a program has ended; the next measurement must not run beside it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

LONGEST = 60.0
INTERVAL = 0.25
USER, SYSTEM = 11, 12  # fields of /proc/PID/stat behind the name


def compilers(socket_dir: Path) -> list[Path]:
    """/proc entries of the compiler process of this directory and of its helpers."""
    return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and belongs(entry, socket_dir)]


def belongs(entry: Path, socket_dir: Path) -> bool:
    try:
        command = (entry / "cmdline").read_bytes()
    except OSError:
        return False
    return b"\0" + str(socket_dir).encode() + b"\0" in command and b"compiler" in command


def ticks(entry: Path) -> int:
    """Processor time used so far; 0 if the process is gone."""
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[USER]) + int(fields[SYSTEM])


def wait(socket_dir: Path) -> None:
    """Until it has used no processor time for a moment; what it is still compiling goes into the cache."""
    end = time.monotonic() + LONGEST
    before: dict[str, int] | None = None
    while time.monotonic() < end:
        now = {entry.name: ticks(entry) for entry in compilers(socket_dir)}
        if now == before:
            return
        before = now
        time.sleep(INTERVAL)


def end(socket_dir: Path) -> None:
    for entry in compilers(socket_dir):
        try:
            os.kill(int(entry.name), signal.SIGTERM)
        except ProcessLookupError:
            pass
