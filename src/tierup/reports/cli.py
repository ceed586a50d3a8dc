"""The `tierup` command: which subcommands there are and what options they take."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tierup.reports import target
from tierup.settings import MODES, natural

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET = "[-m MODULE | -c CODE | FILE | -] [args...]"
STAGES = ("bytecode", "plan", "ir", "passes", "llvm", "asm")
RUN_VALUES = ("--threshold", "--mode")
COMPARE_VALUES = ("--runs", "--json")


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point of the `tierup` command; the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return dispatch(words)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def dispatch(words: list[str]) -> int:
    """run and compare pass on what they don't own; the others are plain argparse."""
    command = words[0] if words else ""
    if command == "run":
        return run(words[1:])
    if command == "compare":
        return compare(words[1:])
    options = parser().parse_args(words)
    if options.command == "doctor":
        from tierup.reports.doctor import doctor

        return doctor()
    from tierup.reports import dump

    return dump.replay(options) if options.command == "replay" else dump.dump(options)


def run(words: list[str]) -> int:
    """`tierup run`; on success it doesn't return."""
    own, rest = target.split(words, RUN_VALUES)
    options = run_parser().parse_args(own)
    if not target.is_complete(rest):
        run_parser().error("say what to run: " + TARGET)
    from tierup.reports.run import run as start

    start(options, rest)


def compare(words: list[str]) -> int:
    """`tierup compare`."""
    own, rest = target.split(words, COMPARE_VALUES)
    options = compare_parser().parse_args(own)
    if not target.is_complete(rest) or rest[0] == "-":
        compare_parser().error("say what to run: FILE [args...]")
    from tierup.reports.compare import compare as start

    return start(options, rest)


def run_parser() -> argparse.ArgumentParser:
    """The options of `tierup run`."""
    made = argparse.ArgumentParser(prog="tierup run", usage=f"tierup run [options] {TARGET}", description="Run a program as python would, with tierup on.")
    made.add_argument("--stats", action="store_true", help="afterwards say on stderr what was compiled and which exits were taken")
    made.add_argument("--no-cache", action="store_true", help="neither read nor write compiled regions on disk")
    made.add_argument("--threshold", type=natural, metavar="N", help="how often a function or loop must be seen running to be hot")
    made.add_argument("--mode", choices=MODES, help="on (default), off, force: compile everything at once, stress: force with failing guards")
    return made


def compare_parser() -> argparse.ArgumentParser:
    """The options of `tierup compare`."""
    usage = "tierup compare [--runs N] [--json FILE] [-m MODULE | -c CODE | FILE] [args...]"
    made = argparse.ArgumentParser(prog="tierup compare", usage=usage, description="Run a program plain and with tierup, in turn; compare times and output.")
    made.add_argument("--runs", type=positive, default=3, metavar="N", help="how often each way (default: 3)")
    made.add_argument("--json", metavar="FILE", help="also write all the numbers to this file")
    return made


def parser() -> argparse.ArgumentParser:
    """The whole command."""
    made = argparse.ArgumentParser(prog="tierup", description="A JIT compiler for stock CPython 3.11.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help=f"run a program: {TARGET}", add_help=False)
    commands.add_parser("compare", help="time a program without and with tierup, and compare its output", add_help=False)
    commands.add_parser("doctor", help="check that everything works here, and say what to do if not")
    dump = commands.add_parser("dump", help="show a function at every stage of compilation")
    dump.add_argument("function", nargs="?", metavar="FILE:FUNCTION", help="or module:function; <module> is the code of the file itself")
    dump.add_argument("args", nargs="*", help="arguments for the program, which is run to learn its types")
    dump.add_argument("--stage", type=stages, default=STAGES, metavar="NAMES", help="some of " + ",".join(STAGES) + " (default: all)")
    dump.add_argument("--snapshot", metavar="FILE", help="use this saved snapshot instead of running the program")
    replay = commands.add_parser("replay", help="compile a saved snapshot again")
    replay.add_argument("file", metavar="FILE")
    replay.add_argument("--stage", type=stages, default=(), metavar="NAMES", help="also show these stages: " + ",".join(STAGES))
    return made


def positive(text: str) -> int:
    """A whole number above zero."""
    value = int(text)
    if value < 1:
        raise ValueError("must be at least 1")
    return value


def stages(text: str) -> tuple[str, ...]:
    """Names of stages, separated by commas."""
    chosen = tuple(text.split(","))
    unknown = [name for name in chosen if name not in STAGES]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(STAGES)}")
    return chosen
