"""Random programs, plain against force and stress mode, until the time is up. A difference is made smaller and written to a file.

    python fuzz/run.py [--seconds N] [--seed FIRST] [--jobs N] [--modes force,stress1] [--out DIR] [--program FILE]

Exit code 1 if there was a difference. `--program` looks at one file instead, and shrinks it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import sys
import tempfile
import time
import warnings
from pathlib import Path

import grammar
import shrink

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import programs

TIMED_OUT = -9999
SLOW = 8.0
"""Seconds after which a plain run is given up: the program says nothing then."""


def compare(path: Path, how: programs.Mode) -> str:
    """What differs between a plain run and one in this mode; "" if nothing does, or if the program takes too long."""
    plain = programs.run(programs.PLAIN, [str(path)], SLOW)
    if plain.code == TIMED_OUT or "MemoryError" in plain.stdout:
        return ""
    got = programs.run(how, [str(path)], 15 * SLOW)
    if "[internal_error]" in got.stats:
        return "the compiler failed\n" + got.stats
    problem = programs.difference(plain, got)
    if not problem:
        return crash_while_collecting(path, how, plain.code)
    again = programs.run(programs.PLAIN, [str(path)], SLOW)
    return problem if not programs.difference(plain, again) else ""


def crash_while_collecting(path: Path, how: programs.Mode, code: int) -> str:
    """The program once more, with collections at any moment: when things in cycles die differs then, but not how the process ends."""
    got = programs.run(how, [str(path)], 15 * SLOW, COLLECTING="1")
    return "" if got.code in (code, TIMED_OUT) else f"exit code {got.code} in place of {code}, with collections at any moment\n{got.stderr[-2000:]}"


def difference_of(source: str, how: programs.Mode) -> str:
    with tempfile.TemporaryDirectory(prefix="tierup-f-") as folder:
        path = Path(folder) / "program.py"
        path.write_text(source)
        return compare(path, how)


def modes(names: str) -> list[programs.Mode]:
    known = {mode.name: mode for mode in programs.MODES}
    return [known[name] for name in names.split(",")]


def examine(seed: int, ways: list[programs.Mode]) -> tuple[int, str, str]:
    """(seed, name of the mode, difference) of the first mode that differs."""
    source = grammar.program(seed)
    for how in ways:
        problem = difference_of(source, how)
        if problem:
            return seed, how.name, problem
    return seed, "", ""


def kind(problem: str) -> str:
    """What two differences must have in common to be taken for the same: how the process ended."""
    return problem.splitlines()[0] if problem.startswith(("exit code", "the compiler")) else "output"


def report(source: str, name: str, how: programs.Mode, problem: str, out: Path, seconds: float) -> None:
    """Writes the program and a smaller one that fails in the same way."""
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.py").write_text(source)

    def fails(text: str) -> bool:
        now = difference_of(text, how)
        return bool(now) and kind(now) == kind(problem)

    small = shrink.shrink(source, fails, seconds)
    (out / f"{name}.small.py").write_text(small)
    print(f"{name}: differs in mode {how.name}\n{problem}\nprogram: {out / name}.py, smaller: {out / name}.small.py", flush=True)


def search(arguments: argparse.Namespace) -> int:
    ways, end = modes(arguments.modes), time.monotonic() + arguments.seconds
    seed, found, done = arguments.seed or int(time.time()), 0, 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        waiting = {pool.submit(examine, seed + k, ways) for k in range(arguments.jobs)}
        seed += arguments.jobs
        while waiting:
            ready, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
            for number, name, problem in (future.result() for future in ready):
                done += 1
                if problem:
                    found += 1
                    how = next(mode for mode in ways if mode.name == name)
                    report(grammar.program(number), f"seed{number}", how, problem, arguments.out, arguments.shrink)
                if time.monotonic() < end:
                    waiting.add(pool.submit(examine, seed, ways))
                    seed += 1
    print(f"{done} programs, {found} differences, seeds up to {seed - 1}")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Random programs, plain against tierup.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: the time)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--modes", default="force,stress1")
    parser.add_argument("--shrink", type=float, default=120.0, help="seconds spent on making one finding smaller")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "findings")
    parser.add_argument("--program", type=Path, help="look at this file only")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # the compiler has much to say about such programs
    try:
        if arguments.program is None:
            return search(arguments)
        source = arguments.program.read_text()
        for how in modes(arguments.modes):
            problem = difference_of(source, how)
            if problem:
                report(source, arguments.program.stem, how, problem, arguments.out, arguments.shrink)
                return 1
        return 0
    finally:
        programs.remove_session_dir()


if __name__ == "__main__":
    raise SystemExit(main())
