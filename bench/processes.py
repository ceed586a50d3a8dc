"""Starts the processes that measure: one benchmark each, plain or with tierup, with a cache and a compiler of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import quiet
from rows import Row
from venvs import BENCH, Interpreter

Sample = dict[str, Any]
TIMEOUT = 900.0


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one row's cache and socket (so its path is short). At the end the compiler process that listens there ends, too."""
    folder = Path(tempfile.mkdtemp(prefix="tierup-b-"))
    try:
        for name in ("cache", "sock"):
            (folder / name).mkdir(mode=0o700)
        yield folder
    finally:
        quiet.end(folder / "sock")
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, with_tierup: bool) -> dict[str, str]:
    """No setting of the caller's counts; hashes are fixed so that both sides do the same work."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIERUP", "PYTHON"))}
    kept["PYTHONHASHSEED"] = "0"
    if with_tierup:
        kept |= {"TIERUP": "1", "TIERUP_CACHE": str(folder / "cache"), "TIERUP_SOCKET_DIR": str(folder / "sock")}
    return kept


def script(interpreter: Interpreter, row: Row) -> str:
    return str(interpreter.benchmarks / row.folder / "run_benchmark.py" if row.folder else BENCH / "programs" / f"{row.name}.py")


def sample(interpreter: Interpreter, row: Row, folder: Path, with_tierup: bool, options: list[str]) -> Sample:
    """What the driver found, with these options of its; "wall" is the time of the whole process: start, imports, set-up, all iterations.

    Raises RuntimeError where the process failed.
    """
    out = folder / "out.json"
    out.unlink(missing_ok=True)
    command = [interpreter.python, str(BENCH / "driver.py"), "--out", str(out), "--name", row.name, *options, script(interpreter, row), *row.args]
    start = time.perf_counter()
    done = subprocess.run(command, env=environment(folder, with_tierup), cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    wall = time.perf_counter() - start
    if done.returncode or not out.exists():
        raise RuntimeError(f"{'tierup' if with_tierup else 'plain'}: exit code {done.returncode}: {done.stderr[-600:]}")
    result: Sample = json.loads(out.read_text())
    if with_tierup:
        quiet.wait(folder / "sock")
        if result["stats"] is None:
            raise RuntimeError("tierup: it was not on in the process that should have measured it")
    return result | {"wall": wall}
