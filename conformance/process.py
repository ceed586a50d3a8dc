"""Runs one module of the `test` package in a process of its own."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from environments import Environment
from results import Result, read_cases

TIMEOUT = {"plain": 900.0, "force": 2400.0, "stress": 2400.0, "on": 1800.0}
TAIL = 4000
MEMORY = 16 << 30
MODES = {
    "force": {"TIERUP_MODE": "force"},
    "stress": {"TIERUP_MODE": "stress", "TIERUP_SEED": "1"},
    "on": {"TIERUP_MODE": "on"},
}
MODULE = "<module>"
"""The name of the case that stands for the process: it ended by itself and told its results."""

HARNESS = {
    "unittest/": ("test_unittest",), "test/libregrtest/": ("test_regrtest",), "test/support/": ("test_support", "test_regrtest"),
    "argparse.py": ("test_argparse",), "random.py": ("test_random",), "<frozen": ("test_importlib", "test_import", "test_frozen", "test_runpy"),
}  # fmt: skip
"""What runs the tests, and the modules that test it: compiled for those only, as it would be compiled anew for each module."""

HANGING = {"test_socket": ("*VSOCK*",)}
"""Cases, as patterns, that plain CPython never ends on some machines: in a virtual machine with /dev/vsock, nobody may answer."""

_slots: queue.LifoQueue[int] = queue.LifoQueue()  # the last one used first: its compiler process still runs
for _number in reversed(range(64)):
    _slots.put(_number)


@contextlib.contextmanager
def slot(environment: Environment) -> Iterator[tuple[Path, Path]]:
    """A working directory, and a directory for the socket of a compiler process that serves one module at a time."""
    number = _slots.get()
    scratch = Path(tempfile.mkdtemp(prefix="tierup-c-"))
    sockets = Path(tempfile.gettempdir()) / f"tierup-c{os.getpid()}-{number}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    try:
        yield scratch, sockets
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        _slots.put(number)


def harness(environment: Environment, name: str) -> str:
    """The setting TIERUP_SPARE."""
    return ",".join(file if file[0] == "<" else f"{environment.library}/{file}" for file, tests in HARNESS.items() if name not in tests)


def variables(environment: Environment, mode: str, name: str, sockets: Path) -> dict[str, str]:
    """No setting of the caller's counts; hashes are the same on both sides."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIERUP", "PYTHON"))}
    kept["PYTHONHASHSEED"] = "0"
    if mode != "plain":
        kept |= {"TIERUP": "1", "TIERUP_CACHE": str(environment.folder / "cache"), "TIERUP_SOCKET_DIR": str(sockets), **MODES[mode]}
        kept["TIERUP_SPARE"] = harness(environment, name)
    return kept


def ignored(name: str) -> list[str]:
    """Options of regrtest."""
    return [option for pattern in HANGING.get(name, ()) for option in ("--ignore", pattern)]


def run_module(environment: Environment, mode: str, name: str) -> Result:
    """What all cases of the module came to."""
    with slot(environment) as (scratch, sockets):
        settings = variables(environment, mode, name, sockets)
        if mode != "plain":
            subprocess.run([environment.python, "-c", "import tierup; assert tierup.enabled()"], env=settings, check=True)
        xml = scratch / "cases.xml"
        command = [environment.python, "-m", "test", "--junit-xml", str(xml), *ignored(name), name]
        start = time.perf_counter()
        code, output = run(command, scratch, settings, TIMEOUT[mode])
        cases = read_cases(xml)
        ended = code in (0, 1, 2, 3, 4)
        cases[MODULE] = "passed" if ended and cases else "skipped" if ended and "skipped" in output else f"ended with {code}"
        return Result(cases, time.perf_counter() - start, output[-TAIL:])


def limited(command: list[str]) -> list[str]:
    """A test that has gone wild must not take all memory of the machine."""
    return ["/bin/sh", "-c", f'ulimit -v {MEMORY // 1024}; exec "$@"', "sh", *command]


def run(command: list[str], folder: Path, environment: dict[str, str], timeout: float) -> tuple[int | str, str]:
    """Exit code (or "timeout") and output. The whole session of processes ends with it."""
    with open(folder / "output.txt", "w+b") as file:
        process = subprocess.Popen(
            limited(command), cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
        code: int | str
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGABRT)
            time.sleep(1.0)
            code = "timeout"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        file.seek(0)
        return code, file.read().decode("utf-8", "replace")
