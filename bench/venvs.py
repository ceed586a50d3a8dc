"""A virtual environment per interpreter under bench/.venvs: pyperformance, what each benchmark needs, and tierup itself."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rows import Row

BENCH = Path(__file__).parent
ROOT = BENCH.parent
PYPERFORMANCE = "pyperformance==1.14.0"
ABOUT = """import sys, sysconfig
optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
print(sys.version.split()[0], "distribution" if sys.base_prefix == "/usr" else "local-pgo" if optimised else "local")"""
BUILDS = {"distribution": "the distribution's build", "local-pgo": "a local build with PGO", "local": "a local build without PGO"}


@dataclass(frozen=True)
class Interpreter:
    """One Python to measure, in an environment of its own."""

    base: str
    version: str
    build: str  # a key of BUILDS
    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    @property
    def label(self) -> str:
        return f"{self.version} ({BUILDS[self.build]}, {self.base})"

    @property
    def benchmarks(self) -> Path:
        major, minor = self.version.split(".")[:2]
        return self.folder / "lib" / f"python{major}.{minor}" / "site-packages" / "pyperformance" / "data-files" / "benchmarks"


def run(command: list[str]) -> None:
    """A step of the set-up; its output is shown only if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def describe(python: str) -> tuple[str, str]:
    version, build = subprocess.run([python, "-c", ABOUT], capture_output=True, text=True, check=True).stdout.split()
    return version, build


def default_python() -> str:
    """The interpreter the running virtual environment was made from."""
    return getattr(sys, "_base_executable", sys.executable)


def prepare(python: str, with_tierup: bool) -> Interpreter:
    """Make the environment if it isn't there yet, and bring tierup in it up to date."""
    version, build = describe(python)
    key = hashlib.sha256(python.encode()).hexdigest()[:6]
    interpreter = Interpreter(python, version, build, BENCH / ".venvs" / f"{version}-{key}")
    if not interpreter.benchmarks.is_dir():
        run([python, "-m", "venv", "--clear", str(interpreter.folder)])
        run([interpreter.python, "-m", "pip", "install", PYPERFORMANCE, "setuptools", "wheel"])
    if with_tierup:
        install_tierup(interpreter)
    return interpreter


def install_tierup(interpreter: Interpreter) -> None:
    """A normal installation, as a user has it (with the .pth file); again whenever a source file has changed."""
    stamp = interpreter.folder / "tierup.stamp"
    state = sources_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    run([interpreter.python, "-m", "pip", "install", "--force-reinstall", "--no-deps", str(ROOT)])
    run([interpreter.python, "-m", "pip", "install", str(ROOT)])
    stamp.write_text(state)


def sources_state() -> str:
    digest = hashlib.sha256()
    for path in sorted(source_files()):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def source_files() -> Iterable[Path]:
    yield from (ROOT / name for name in ("pyproject.toml", "setup.py") if (ROOT / name).exists())
    for folder, pattern in (("src", "*.py"), ("csrc", "*.[ch]")):
        yield from (ROOT / folder).rglob(pattern)


def requirements(interpreter: Interpreter, row: Row) -> str:
    """Install what a benchmark pins; empty if all is well, otherwise why the benchmark can't run here."""
    listed = interpreter.benchmarks / row.folder / "requirements.txt"
    wanted = ["-r", str(listed)] if row.folder and listed.exists() else [row.needs] if row.needs else []
    stamp = interpreter.folder / f"{row.folder or row.needs}.stamp"
    if not wanted or stamp.exists():
        return ""
    try:
        run([interpreter.python, "-m", "pip", "install", *wanted])
    except RuntimeError as error:
        return str(error).strip().splitlines()[-1]
    stamp.write_text("")
    return ""
