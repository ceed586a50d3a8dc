"""CPython's own test suite, plain and with everything compiled; compared case by case.

    python conformance/run.py [--python PATH ...] [--modes plain,force,stress] [--modules NAME,...] [--representative]
                              [--shard I/N] [--seconds S] [--jobs N] [--keep] [--report]

Each module of the `test` package runs in a process of its own. What came out is kept in build/conformance, so a run that was
interrupted (or ended by --seconds) goes on where it stopped; results with tierup count as long as its sources are the same
(--keep: always). A case that passes in plain CPython and does not with tierup is a difference, unless known.toml has it. A
difference is looked at twice: both sides run again, and what is not there again is reported as unsteady.

Exit code: 0 all is the same; 1 something differs; 2 not all modules have been run.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import results
from environments import Environment, prepare
from known import Known, load_known
from modules import list_modules, representative
from process import MODES, run_module

HERE = Path(__file__).parent
DIFFERENT, INCOMPLETE = 1, 2


@dataclass(frozen=True)
class Options:
    modes: list[str]
    keep: bool
    end: float  # monotonic time after which nothing new is begun
    known: Known


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPython's own tests, plain against tierup.")
    parser.add_argument("--python", action="append", default=[], help="interpreter (may be given several times; default: the one that runs this)")
    parser.add_argument("--modes", default="force,stress")
    parser.add_argument("--modules", default="", help="these modules only, separated by commas")
    parser.add_argument("--representative", action="store_true", help="the modules of representative.txt")
    parser.add_argument("--shard", default="1/1", help="the I-th of N parts")
    parser.add_argument("--seconds", type=float, default=0.0, help="begin nothing new after that time (0: no limit)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="results of older versions of tierup count, too")
    parser.add_argument("--report", action="store_true", help="run nothing, show what there is")
    return parser.parse_args(argv)


def chosen(arguments: argparse.Namespace, environment: Environment) -> list[str]:
    """The modules to run, in order."""
    names = list_modules(environment)
    if arguments.representative:
        names = [name for name in representative() if name in names]
    if arguments.modules:
        wanted = arguments.modules.split(",")
        names = [name for name in names if name in wanted]
    part, parts = map(int, arguments.shard.split("/"))
    return names[part - 1 :: parts]


class Progress:
    """One line for each module that is done."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.lock = threading.Lock()

    def tell(self, name: str, texts: list[str]) -> None:
        with self.lock:
            self.done += 1
            print(f"[{self.done}/{self.total}] {name}: {'; '.join(texts)}", flush=True)


def examine(environment: Environment, name: str, options: Options, progress: Progress) -> bool:
    """All modes of one module, as far as they are not on record; False if there was no time."""
    texts: list[str] = []
    plain = results.load(environment, "plain", name, keep=True)
    if plain is None:
        if time.monotonic() > options.end:
            return False
        plain = run_module(environment, "plain", name)
        results.save(environment, "plain", name, plain)
    texts.append(f"{len(plain.cases)} cases, plain {plain.seconds:.0f} s")
    for mode in options.modes:
        ours = results.load(environment, mode, name, options.keep)
        if ours is None:
            if time.monotonic() > options.end:
                return False
            ours = settle(environment, mode, name, plain, options)
        different = results.differences(plain, ours, options.known.of(environment, name))
        texts.append(f"{mode} {ours.seconds:.0f} s{f', DIFFERENT: {len(different)}' if different else ''}")
    progress.tell(name, texts)
    return True


def settle(environment: Environment, mode: str, name: str, plain: results.Result, options: Options) -> results.Result:
    """The result of a mode; where it differs, of what is the same in a second run of both sides."""
    ours = run_module(environment, mode, name)
    first = results.differences(plain, ours, options.known.of(environment, name))
    if first:
        again = run_module(environment, mode, name)
        steady = set(results.differences(plain, again, options.known.of(environment, name)))
        if steady & set(first):
            again_plain = run_module(environment, "plain", name)
            failed = [case for case in first if again_plain.cases.get(case) != plain.cases.get(case)]
            steady -= set(failed)
        ours.unsteady = sorted(set(first) - steady)
        for case in ours.unsteady:
            ours.cases[case] = plain.cases[case]
    results.save(environment, mode, name, ours)
    return ours


def quickest_first(environment: Environment, names: list[str]) -> list[str]:
    """As far as is known from plain runs: a run that is cut off has then compared as many cases as possible."""
    known = {name: results.load(environment, "plain", name, keep=True) for name in names}
    return sorted(names, key=lambda name: getattr(known[name], "seconds", 0.0))


def run_all(environment: Environment, names: list[str], options: Options, jobs: int) -> bool:
    """False if time ran out."""
    progress = Progress(len(names))
    with ThreadPoolExecutor(jobs) as pool:
        done, _ = wait([pool.submit(examine, environment, name, options, progress) for name in quickest_first(environment, names)])
    return all(future.result() for future in done)


def report(environment: Environment, names: list[str], options: Options) -> bool:
    """The counts, and each difference; True if there is none."""
    same = True
    for mode in options.modes:
        counts = results.Counts()
        for name in names:
            plain, ours = results.load(environment, "plain", name, keep=True), results.load(environment, mode, name, options.keep)
            if plain is None or ours is None:
                continue
            known = options.known.of(environment, name)
            counts.add(plain, ours, known)
            for case in results.differences(plain, ours, known):
                same = False
                print(f"  {mode} {name} {case}: plain {plain.cases[case]}, tierup {ours.cases.get(case, 'missing')}")
        print(f"{environment.version} {mode}: {counts}")
    return same


def main() -> int:
    arguments = parse(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts jobs in the background with SIGINT ignored; tests send it to themselves
    end = time.monotonic() + arguments.seconds if arguments.seconds else float("inf")
    modes = [mode for mode in arguments.modes.split(",") if mode != "plain"]
    if unknown := set(modes) - set(MODES):
        raise SystemExit(f"no such mode: {', '.join(sorted(unknown))}")
    options = Options(modes, arguments.keep or arguments.report, end, load_known(HERE / "known.toml"))
    complete, same = True, True
    for python in arguments.python or [sys.executable]:
        environment = prepare(python, install=not arguments.report)
        names = chosen(arguments, environment)
        if not arguments.report:
            complete = run_all(environment, names, options, arguments.jobs) and complete
        same = report(environment, names, options) and same
    return DIFFERENT if not same else 0 if complete else INCOMPLETE


if __name__ == "__main__":
    raise SystemExit(main())
