"""The ways to run the tests: the environment of each, and how a process is run and ended."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import workplace
from table import Package

TOOLS = ("_pytest", "pytest", "pluggy", "hypothesis", "iniconfig", "tierup")
GRACE = 10.0
TIMED_OUT = -9999
SECONDS = {"plain": 900.0, "on": 1800.0, "force": 5400.0}
"""How long one process may take, by mode."""


@dataclass(frozen=True)
class Ended:
    """A process: its code, wall-clock and user seconds."""

    code: int
    seconds: float
    user_seconds: float


@functools.cache
def socket_folder() -> str:
    """Short, as a socket lives below it; private to this run."""
    return tempfile.mkdtemp(prefix="tierup-p-")


def environment(mode: str, package: Package) -> dict[str, str]:
    """No settings of ours or of Python's but those of the mode; hashes are fixed, or two plain runs would differ."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIERUP", "PYTHON", "PYTEST"))}
    fixed = {"PYTHONHASHSEED": "0", "TIERUP_CACHE": str(workplace.PLACE / "cache"), "TIERUP_SOCKET_DIR": socket_folder()}
    return kept | fixed | settings(mode, package)


def settings(mode: str, package: Package) -> dict[str, str]:
    if mode == "plain":
        return {}
    if mode == "on":
        return {"TIERUP": "1"}
    return {"TIERUP": "1", "TIERUP_MODE": mode, "TIERUP_COMPILER": "inline", "TIERUP_CACHE": "0", "TIERUP_SPARE": ",".join(spared(package))}


def spared(package: Package) -> list[str]:
    """Force mode compiles everything anew in each process: the standard library, which other tests look at, is left out, and the tools, too."""
    library = [os.path.dirname(os.__file__), "<frozen"]
    return library + [str(workplace.LIBRARY / tool) for tool in TOOLS if package.spare_tools]


def run(command: Sequence[str], folder: Path, variables: dict[str, str], output: Path, timeout: float) -> Ended:
    """To the end, or to the end of its time: then it is asked to say where it stands (SIGABRT: faulthandler), and killed with its children."""
    start = time.monotonic()
    with output.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True)
        code, user = wait(process, timeout)
    return Ended(code, time.monotonic() - start, user)


def wait(process: subprocess.Popen[bytes], timeout: float) -> tuple[int, float]:
    """The exit code (TIMED_OUT if it took too long) and the user seconds."""
    deadlines = [(timeout, signal.SIGABRT), (GRACE, signal.SIGKILL)]
    late = False
    try:
        for seconds, number in deadlines:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    return (TIMED_OUT if late else process.returncode), usage.ru_utime
                time.sleep(0.05)
            late = True
            os.killpg(process.pid, number) if number == signal.SIGKILL else os.kill(process.pid, number)
        process.wait()
        return TIMED_OUT, 0.0
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
