"""The same algorithms in C, compiled with `gcc -O2`: what there is to be had. Only for rows whose algorithm is all arithmetic and loops."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "in_c"


def measure(names: list[str], seconds: float = 1.0) -> dict[str, float]:
    """The least CPU time, in seconds, of one iteration in C, for those of the rows that are there; none without a compiler."""
    compiler = shutil.which("gcc")
    found: dict[str, float] = {}
    if compiler is None:
        return found
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            source, program = FOLDER / f"{name}.c", Path(scratch, name)
            if source.exists():
                subprocess.run([compiler, "-O2", "-o", program, source, "-lm"], check=True)
                found[name] = float(subprocess.run([program, str(seconds)], check=True, capture_output=True, text=True).stdout)
    return found
