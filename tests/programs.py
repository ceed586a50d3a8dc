"""Runs programs plain and with tierup, the same way, and compares what came out. Shared by the tests that judge whole programs."""

from __future__ import annotations

import difflib
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from worker_fakes import worker_pids

import tierup

HERE = Path(__file__).parent
CORPUS = HERE / "run"
TIMEOUT = 60.0
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
STATS_MARK = "tierup: "
ENTRIES = re.compile(r"^tierup: (\d+) entries", re.MULTILINE)
REGIONS = re.compile(r"^tierup: (\d+) regions compiled, (\d+) loaded", re.MULTILINE)
DIFF_LINES = 40
TAIL_LINES = 25


@dataclass(frozen=True)
class Outcome:
    """What a process left behind. Addresses are blanked, as they differ from run to run."""

    stdout: str
    stderr: str
    code: int
    stats: str = ""

    def number(self, pattern: re.Pattern[str]) -> int:
        """The sum of the numbers the statistics give for this pattern (child processes print statistics, too)."""
        return sum(int(number) for match in pattern.findall(self.stats) for number in ([match] if isinstance(match, str) else match))

    @property
    def entries(self) -> int:
        return self.number(ENTRIES)

    @property
    def regions(self) -> int:
        return self.number(REGIONS)


@dataclass(frozen=True)
class Mode:
    """One way to run a program: its name in test ids and the environment it needs."""

    name: str
    variables: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        return clean_environment() | dict(self.variables)


def mode(name: str, **variables: str) -> Mode:
    return Mode(name, {"TIERUP": "1", **{f"TIERUP_{key.upper()}": value for key, value in variables.items()}})


def compiler_cache() -> str:
    """Where regions of force and stress mode are kept from one test run to the next: one directory per state of the package; older ones are removed."""
    package = Path(tierup.__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.so")]):
        digest.update(path.read_bytes())
    kept = HERE.parent / "build" / "test-cache" / digest.hexdigest()[:16]
    for other in kept.parent.glob("*"):
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(kept)


# Where all waits for the compiler it runs inline: the compiler process has a low priority and would starve on a busy machine.
# There the library is left alone, but for a few programs: it would be compiled anew with each program, which takes most of the time.
# What was compiled from an equal snapshot by the same compiler is not compiled again.
KEPT = compiler_cache()
LIBRARY = f"<frozen,{os.path.dirname(os.__file__)}"
PLAIN = Mode("plain", {})
FORCE = mode("force", mode="force", compiler="inline", cache=KEPT, stats="1", spare=LIBRARY)
FORCE_ALL = mode("force_all", mode="force", compiler="inline", cache=KEPT, stats="1")
STRESS = [mode(f"stress{seed}", mode="stress", seed=str(seed), compiler="inline", cache=KEPT, stats="1", spare=LIBRARY) for seed in (1, 2)]
ON = mode("on", mode="on", threshold="1", compiler="process", stats="1")
MODES = [FORCE, *STRESS, ON]


def clean_environment() -> dict[str, str]:
    """The environment without settings of ours, with fixed hashes, and with a socket and a cache that belong to this session."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIERUP", "PYTHON"))}
    scratch = session_dir()
    fixed = {"PYTHONHASHSEED": "0", "PYTHONFAULTHANDLER": "1", "TIERUP_SOCKET_DIR": f"{scratch}/sock", "TIERUP_CACHE": f"{scratch}/cache"}
    return kept | fixed


@functools.cache
def session_dir() -> str:
    """A short path (a socket lives below it), private, made once per test process."""
    path = tempfile.mkdtemp(prefix="tierup-t-")
    for name in ("sock", "cache"):
        os.mkdir(f"{path}/{name}", 0o700)
    return path


def remove_session_dir() -> None:
    """Called at the end of the session, together with the compiler process that listens there."""
    if session_dir.cache_info().currsize:
        for pid in worker_pids(Path(session_dir()) / "sock"):
            os.kill(pid, signal.SIGTERM)
        shutil.rmtree(session_dir(), ignore_errors=True)


@functools.cache
def autostarts() -> bool:
    """Does TIERUP=1 alone load tierup when an interpreter starts? That needs the installed .pth file."""
    question = "import sys; print('tierup' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", question], env=FORCE.environment(), capture_output=True, text=True, timeout=TIMEOUT, check=False)
    return answer.stdout.strip() == "True"


def command(how: Mode, args: Sequence[str]) -> list[str]:
    """Plain python where the environment is enough, otherwise `python -m tierup run`."""
    if how is PLAIN or autostarts():
        return [sys.executable, *args]
    return [sys.executable, "-m", "tierup", "run", *args]


def split_stats(stderr: str) -> tuple[str, str]:
    """The program's own stderr, and the lines tierup was asked to print."""
    ours: list[str] = []
    theirs: list[str] = []
    for line in stderr.splitlines(keepends=True):
        (ours if line.startswith(STATS_MARK) else theirs).append(line)
    return "".join(theirs), "".join(ours)


def run(how: Mode, args: Sequence[str], timeout: float = TIMEOUT, **variables: str) -> Outcome:
    """Run to the end; a program that takes too long is killed with all its children and shows as code 'timeout' (-9999)."""
    process = subprocess.Popen(
        command(how, args),
        env=how.environment() | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(timeout=timeout)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        code = -9999
    theirs, ours = split_stats(stderr)
    return Outcome(ADDRESS.sub("0xADDRESS", stdout), ADDRESS.sub("0xADDRESS", theirs), code, ours)


@functools.cache
def plain(path: Path) -> Outcome:
    """The transcript every other mode is held against."""
    return run(PLAIN, [str(path)])


def difference(expected: Outcome, got: Outcome) -> str:
    """Empty if equal; otherwise a short diff of each stream that differs, and how the process ended."""
    parts = []
    if expected.code != got.code:
        parts.append(f"exit code {got.code}, plain {expected.code}")
    for name in ("stdout", "stderr"):
        parts.extend(stream_difference(name, getattr(expected, name), getattr(got, name)))
    if parts and got.stderr:
        parts.append("end of stderr:\n" + "\n".join(got.stderr.splitlines()[-TAIL_LINES:]))
    return "\n".join(parts)


def stream_difference(name: str, expected: str, got: str) -> list[str]:
    if expected == got:
        return []
    lines = list(difflib.unified_diff(expected.splitlines(), got.splitlines(), f"plain {name}", f"tierup {name}", lineterm="", n=3))
    cut = [f"... {len(lines) - DIFF_LINES} more lines"] if len(lines) > DIFF_LINES else []
    return [*lines[:DIFF_LINES], *cut]


def corpus() -> list[Path]:
    return sorted(path for path in CORPUS.glob("*.py") if not path.name.startswith("_"))
