"""The rows that go over NumPy arrays, their functions compiled by Numba (`@njit`): what there is to be had, for those who change their code."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from pathlib import Path

from processes import environment, scratch, script
from rows import Row
from venvs import BENCH, Interpreter, run

NUMBA = "numba==0.68.1"


def measure(interpreter: Interpreter, rows: list[Row], warm: float = 2.0) -> dict[str, float]:
    """The least time, in seconds, of one iteration of each row that Numba compiles; none where Numba can't be installed."""
    found: dict[str, float] = {}
    try:
        python = environment_of(interpreter, [row.needs for row in rows]) if rows else ""
    except RuntimeError:
        return found
    for row in rows:
        with scratch() as folder, suppress(subprocess.CalledProcessError):
            found[row.name] = sample(python, interpreter, row, folder, warm)
    return found


def environment_of(interpreter: Interpreter, needs: list[str]) -> str:
    """A Python of its own, as Numba wants another llvmlite than tierup; its path."""
    folder = interpreter.folder.with_name(f"{interpreter.folder.name}-numba")
    python = str(folder / "bin" / "python")
    if not (folder / "numba.stamp").exists():
        run([interpreter.base, "-m", "venv", "--clear", str(folder)])
        run([python, "-m", "pip", "install", NUMBA, *sorted(set(needs))])
        (folder / "numba.stamp").write_text("")
    return python


def sample(python: str, interpreter: Interpreter, row: Row, folder: Path, warm: float) -> float:
    out = folder / "out.json"
    options = ["--out", str(out), "--name", row.name, "--njit", "--warm", str(warm), "--measure", "1"]
    command = [python, str(BENCH / "driver.py"), *options, script(interpreter, row), *row.args]
    subprocess.run(command, env=environment(folder, False), cwd=folder, capture_output=True, check=True)
    return float(min(json.loads(out.read_text())["values"]))
