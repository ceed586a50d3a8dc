"""For tests of the compiler process: the real process with compilers that misbehave on request."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import tierup

SRC = str(Path(tierup.__file__).resolve().parents[1])  # where the package under test is: installed, not the checkout
BOOTSTRAP = (
    "import sys; a = sys.argv; sys.path[:0] = [{tests!r}, *a[3:]]\n"
    "import worker_fakes\nfrom tierup.compiler import worker\n"
    "worker.main(a[1], a[2], lambda abi: worker_fakes.fake_compile, {idle})"
)


def bootstrap(idle: float = 20.0) -> str:
    """What the process runs in place of spawn.BOOTSTRAP."""
    return BOOTSTRAP.format(tests=str(Path(__file__).parent), idle=idle)


def fake_compile(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A compiler that does what the snapshot says."""
    what = snapshot.get("do", "echo")
    if what == "raise":
        raise ValueError("cannot compile this")
    if what == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "eat":
        return {"eaten": len(bytearray(8 << 30))}
    if what == "odd":
        return {"object": object()}
    if what == "refuse":
        return {"refused": snapshot["reason"], "detail": ""}
    if what == "list":
        return []  # type: ignore[return-value]
    if what == "sleep":
        time.sleep(snapshot["seconds"])
    return {"echo": snapshot.get("value"), "pid": os.getpid(), "parent": os.getppid(), "argv": sys.argv[0], "environment": dict(os.environ), "nice": os.nice(0)}


def worker_pids(socket_dir: Path) -> list[int]:
    """The compiler processes that were started for this directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if b"\0" + str(socket_dir).encode() + b"\0" in command and b"compiler" in command and state != "Z":
                found.append(int(entry.name))
    return found


def settled_pids(socket_dir: Path, count: int = 1) -> list[int]:
    """The same once there are so many, or after ten seconds: a child that has answered is there a moment longer."""
    end = time.monotonic() + 10
    while len(found := worker_pids(socket_dir)) != count and time.monotonic() < end:
        time.sleep(0.01)
    return found


def end_workers(socket_dir: Path) -> None:
    """End exactly those."""
    for pid in worker_pids(socket_dir):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
