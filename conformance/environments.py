"""A virtual environment per interpreter under build/conformance, with tierup installed as a user would have it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

import venvs  # noqa: E402 - the benchmarks make such environments, too

BUILD = ROOT / "build" / "conformance"


@dataclass(frozen=True)
class Environment:
    """One interpreter; `state` changes with tierup's sources."""

    version: str
    build: str
    folder: Path
    state: str
    library: str  # where the standard library is

    @property
    def python(self) -> str:
        return str(self.folder / "venv" / "bin" / "python")


def prepare(python: str, install: bool) -> Environment:
    """Makes the environment and brings tierup in it up to date."""
    base = venvs.default_python() if python == sys.executable else python
    version, build = venvs.describe(base)
    folder = BUILD / f"{version}-{build}"
    library = subprocess.run([base, "-c", "import os; print(os.path.dirname(os.__file__))"], capture_output=True, text=True, check=True).stdout.strip()
    environment = Environment(version, build, folder, venvs.sources_state(), library)
    if not Path(environment.python).exists():
        venvs.run([base, "-m", "venv", "--clear", "--without-pip", str(folder / "venv")])  # some tests damage a pip that they find
    if install:
        install_tierup(environment)
    return environment


def install_tierup(environment: Environment) -> None:
    """By the pip that is here; again whenever a source file has changed."""
    stamp = environment.folder / "tierup.stamp"
    if stamp.exists() and stamp.read_text() == environment.state:
        return
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", environment.python, "install"]
    venvs.run([*pip, "--force-reinstall", "--no-deps", str(ROOT)])
    venvs.run([*pip, str(ROOT)])
    stamp.write_text(environment.state)
