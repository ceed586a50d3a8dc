"""The programs of tests/run in force mode, with an extension that checks its own memory accesses (AddressSanitizer, UndefinedBehaviorSanitizer).

    python soundness/sanitize.py [--shard 1/5] [--modes force,stress1] [PROGRAM ...]

Only our own C code is instrumented; objects come from malloc, so that it sees those that are freed. Machine code that tierup makes is not checked, what it
calls is. Exit code 1 if a sanitizer had something to say, or a program came out differently.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import programs

PROJECT = Path(__file__).resolve().parent.parent
PLACE = PROJECT / "build" / "sanitized"
FLAGS = "-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize=vptr"
BUILT_FROM = ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "requirements.lock", "src", "csrc")
REPORT = re.compile(r"AddressSanitizer|runtime error:")
TIMEOUT = 600.0


def library(name: str) -> str:
    """The shared library of a sanitizer, as the C compiler finds it."""
    return subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()


def newest(folder: Path) -> float:
    return max(path.stat().st_mtime for name in BUILT_FROM for path in (folder / name, *(folder / name).rglob("*")))


def build() -> Path:
    """A copy of the package with an instrumented extension. Its objects must not be mixed with those of the ordinary build: it is built from a copy."""
    target = PLACE / f"lib-{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if target.exists() and target.stat().st_mtime > newest(PROJECT):
        return target
    source = PLACE / "source"
    shutil.rmtree(PLACE, ignore_errors=True)
    source.mkdir(parents=True)
    for name in BUILT_FROM:
        path = PROJECT / name
        if path.is_dir():
            shutil.copytree(path, source / name)
        elif path.exists():
            shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-build-isolation", "--no-deps"]
    subprocess.run([*pip, "--target", str(target), "."], cwd=source, env=os.environ | {"CFLAGS": FLAGS, "LDFLAGS": FLAGS}, check=True)
    os.utime(target)
    return target


def sanitized(how: programs.Mode, target: Path) -> programs.Mode:
    """The same mode with the instrumented extension, which is found before the installed one."""
    asan = "detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:allocator_may_return_null=1"
    variables = {
        "LD_PRELOAD": f"{library('libasan.so')} {library('libubsan.so')}",
        "ASAN_OPTIONS": asan,
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": str(target),
    }
    return programs.Mode(how.name, {**how.variables, **variables})


def examine(path: Path, how: programs.Mode) -> str:
    """What is wrong, or nothing. A few programs depend on time: a difference counts if it comes again, a report always does."""
    got = programs.run(how, [str(path)], TIMEOUT)
    if not got.regions:
        return f"nothing was compiled\n{got.stderr}"
    problem = programs.difference(programs.plain(path), got)
    if problem and not REPORT.search(got.stderr):
        got = programs.run(how, [str(path)], TIMEOUT)
        problem = programs.difference(programs.run(programs.PLAIN, [str(path)]), got)
    return f"{problem}\n{got.stderr}" if problem else ""


def chosen(names: list[str], shard: str) -> list[Path]:
    """The programs named, or each n-th of all."""
    if names:
        return [path for path in programs.corpus() if path.stem in names]
    first, step = map(int, shard.split("/"))
    return programs.corpus()[first - 1 :: step]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("programs", nargs="*", help="names of programs in tests/run; default: those of the shard")
    parser.add_argument("--shard", default="1/5", help="K/N: the K-th of N parts; 1/1 is all")
    parser.add_argument("--modes", default="force", help="force, stress1, stress2, on")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    known = {mode.name: mode for mode in programs.MODES}
    target = build()
    wrong = 0
    for name in options.modes.split(","):
        how = sanitized(known[name], target)
        for path in chosen(options.programs, options.shard):
            start = time.monotonic()
            problem = examine(path, how)
            wrong += bool(problem)
            print(f"{path.stem:32} {name:8} {time.monotonic() - start:6.1f} s  {'WRONG' if problem else 'ok'}", flush=True)
            if problem:
                print(problem, flush=True)
    programs.remove_session_dir()
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
