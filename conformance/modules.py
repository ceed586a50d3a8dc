"""Which modules of the `test` package there are, and which of them stand for the others where time is short."""

from __future__ import annotations

import subprocess
from pathlib import Path

from environments import Environment

REPRESENTATIVE = Path(__file__).parent / "representative.txt"


def list_modules(environment: Environment) -> list[str]:
    """All modules, as regrtest finds them."""
    done = subprocess.run([environment.python, "-m", "test", "--list-tests"], capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def representative() -> list[str]:
    """The names in representative.txt; `#` begins a comment."""
    lines = (line.split("#")[0].strip() for line in REPRESENTATIVE.read_text().splitlines())
    return [line for line in lines if line]
