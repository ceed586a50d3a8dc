"""Runs programs of tests/run again and again in one process, in force mode, and looks whether anything grows from round to round.

    python soundness/refleak.py [--rounds N] [--modes force,stress1] [PROGRAM ...]

A release build has no total of reference counts. What is counted after each round, when all garbage is collected: allocated blocks of memory, objects the
collector knows, and mappings of machine code. The same is done plain: what the program itself leaves behind in each round is not counted against
tierup. Each round makes new code objects, so what is compiled dies with them. Exit code 1 if there is growth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import programs

ROUNDS = Path(__file__).resolve().parent / "rounds.py"
TIMEOUT = 900.0
DEFAULT = "argument_lifetimes calls closures exceptions finalisers for_loops generators inlined_frames made_instances special_items tuples_not_made"
BLOCKS = 60.0
"""Blocks that may be left behind in each round, more than plain: a region that is gone leaves its statistics behind. One that is not gone is hundreds."""
OBJECTS = 5.0


@dataclass(frozen=True)
class Growth:
    """What each round left behind on average, in the second half of the rounds."""

    blocks: float
    objects: float
    mappings: float


def measured(how: programs.Mode, path: Path, rounds: int) -> list[list[int]]:
    """Blocks, objects and mappings after each round."""
    command = [sys.executable, str(ROUNDS), str(path), str(rounds)]
    done = subprocess.run(command, env=how.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{path.stem} in mode {how.name} ended with code {done.returncode}\n{done.stderr[-3000:]}")
    found: list[list[int]] = json.loads(done.stdout.splitlines()[-1])
    return found


def growth(counts: list[list[int]]) -> Growth:
    """The least of the last quarter against the least of the quarter before: what is kept for a while and swept later is no growth."""
    quarter = len(counts) // 4
    before, after = counts[-2 * quarter : -quarter], counts[-quarter:]
    each = [(min(row[i] for row in after) - min(row[i] for row in before)) / quarter for i in range(3)]
    return Growth(*each)


def examine(path: Path, how: programs.Mode, rounds: int) -> bool:
    """Does anything grow that does not grow plain?"""
    counts = measured(how, path, rounds)
    ours, plain = growth(counts), growth(measured(programs.PLAIN, path, rounds))
    grows = ours.blocks - plain.blocks > BLOCKS or ours.objects - plain.objects > OBJECTS or ours.mappings - plain.mappings > 0
    state = "GROWS" if grows else "ok"
    objects = f"{ours.objects:+7.1f} objects (plain {plain.objects:+.1f})"
    print(f"{path.stem:24} {how.name:8} {ours.blocks:+8.1f} blocks (plain {plain.blocks:+.1f}) {objects} {ours.mappings:+5.1f} mappings  {state}", flush=True)
    if grows:
        print("    after each round (blocks, objects, mappings):", *map(tuple, counts), flush=True)
    return grows


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("programs", nargs="*", default=DEFAULT.split(), help="names of programs in tests/run")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--modes", default="force", help="force, stress1, stress2")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    known = {mode.name: mode for mode in programs.MODES}
    wrong = 0
    for path in programs.corpus():
        if path.stem in options.programs:
            wrong += sum(examine(path, known[name], options.rounds) for name in options.modes.split(","))
    programs.remove_session_dir()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
