"""The tests of other people's packages, unmodified, plain and with tierup: each case must come out the same.

    python conformance/packages/run.py [--packages attrs,jinja2] [--modes on,force] [--shards TEXT] [--again]

Results are kept below build/packages/results; what was run already is not run again unless the table or tierup has changed (--again: or anyway).
A case that differs is compared with a second plain run: if the two plain runs differ, too, it says nothing (`unstable`). Exit code 1 if cases differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import modes
import results
import workplace
from results import Difference, Run
from rich.console import Console
from rich.table import Table
from table import PACKAGES, Package

TAIL_LINES = 60
WIDTH = 140
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH)


@dataclass
class Tally:
    """What came of one package in one mode."""

    cases: int = 0
    passed: int = 0
    different: int = 0
    known: int = 0
    unstable: int = 0
    plain_seconds: float = 0.0
    user_seconds: float = 0.0
    regions: int = 0
    entries: int = 0
    broken: list[str] = field(default_factory=list)  # shards whose process did not come to its end


class Shard:
    """One pytest process of one package, in all modes."""

    def __init__(self, package: Package, arguments: str, tierup: str, again: bool) -> None:
        self.package = package
        self.arguments = arguments
        self.tierup = tierup
        self.again = again
        self.name = re.sub(r"[^A-Za-z0-9.]+", "_", arguments)[:60] + "-" + hashlib.sha256(arguments.encode()).hexdigest()[:6]

    def path(self, mode: str, suffix: str) -> Path:
        folder = workplace.PLACE / "results" / workplace.VERSION / self.package.name / mode
        folder.mkdir(parents=True, exist_ok=True)
        return Path(folder, f"{self.name}{suffix}")

    def key(self, mode: str) -> str:
        """What the result depends on."""
        row = (self.package.version, self.arguments, self.package.arguments, sorted(self.package.deselect), self.package.spare_tools)
        state = self.tierup if not mode.startswith("plain") else ""
        return hashlib.sha256(repr((row, state, workplace.REQUIREMENTS.read_text())).encode()).hexdigest()[:16]

    def command(self, mode: str) -> list[str]:
        command = [str(workplace.PYTHON), "-m", "pytest", "-p", "no:cacheprovider", "-p", workplace.PLUGIN, "-q", f"--junit-xml={self.path(mode, '.xml')}"]
        command += [*self.package.arguments, *(f"--deselect={name}" for name in self.package.deselect)]
        return [*command, *([] if self.package.source else ["--pyargs"]), *self.arguments.split()]

    def run(self, mode: str) -> Run:
        """Mode "plain-again" is a second plain run."""
        saved = self.path(mode, ".json")
        earlier = results.load(saved, self.key(mode))
        if earlier is not None and (not self.again or mode.startswith("plain")):
            return earlier
        for suffix in (".xml", ".evidence", ".json"):
            self.path(mode, suffix).unlink(missing_ok=True)
        how = mode.removesuffix("-again")
        variables = modes.environment(how, self.package) | {"CONFORMANCE_EVIDENCE": str(self.path(mode, ".evidence"))}
        ended = modes.run(self.command(mode), workplace.folder_for(self.package), variables, self.path(mode, ".log"), modes.SECONDS[how])
        run = Run(self.key(mode), ended.code, ended.seconds, ended.user_seconds, bool(results.cases(self.path(mode, ".xml"))), self.evidence(mode))
        results.save(run, saved)
        return run

    def evidence(self, mode: str) -> dict[str, object]:
        try:
            found: dict[str, object] = json.loads(self.path(mode, ".evidence").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def tail(self, mode: str) -> str:
        return "\n".join(self.path(mode, ".log").read_text(errors="replace").splitlines()[-TAIL_LINES:])


def judge(shard: Shard, mode: str, tally: Tally) -> None:
    """Run a shard plain and in this mode, say what differs, and add it up."""
    plain = shard.run("plain")
    if not plain.finished:
        tally.broken.append(shard.name)
        console.print(shard.tail("plain"), markup=False)
        return
    run = shard.run(mode)
    found = results.differences(shard.path("plain", ".xml"), shard.path(mode, ".xml"))
    left, known, unstable = sort_out(shard, found) if run.finished else ([], [], [])
    got = results.outcomes(shard.path(mode, ".xml"))
    tally.cases += sum(len(those) for those in got.values())
    tally.passed += sum(those.count("passed") for those in got.values())
    tally.different += len(left)
    tally.known += len(known)
    tally.unstable += len(unstable)
    tally.plain_seconds += plain.user_seconds
    tally.user_seconds += run.user_seconds
    tally.regions += number(run, "regions_compiled") + number(run, "regions_loaded")
    tally.entries += number(run, "entries")
    say(shard, mode, run, len(got), left, unstable)
    if not run.finished:
        tally.broken.append(shard.name)
        console.print(shard.tail(mode), markup=False)


def number(run: Run, name: str) -> int:
    value = run.evidence.get(name)
    return value if isinstance(value, int) else 0


def sort_out(shard: Shard, found: list[Difference]) -> tuple[list[Difference], list[Difference], list[Difference]]:
    """Those that count, those the table knows, and those where two plain runs differ."""
    known = [one for one in found if any(part in one.case for part in shard.package.differs)]
    rest = [one for one in found if one not in known]
    if not rest:
        return [], known, []
    if not shard.run("plain-again").finished:
        return rest, known, []
    differing = {one.case for one in results.differences(shard.path("plain", ".xml"), shard.path("plain-again", ".xml"))}
    return [one for one in rest if one.case not in differing], known, [one for one in rest if one.case in differing]


def say(shard: Shard, mode: str, run: Run, cases: int, left: list[Difference], unstable: list[Difference]) -> None:
    state = "different" if left else "ok" if run.finished else f"ended with code {run.code}"
    evidence = f"  {number(run, 'regions_compiled')}+{number(run, 'regions_loaded')} regions, {number(run, 'entries')} entries" if run.evidence else ""
    console.print(f"{shard.package.name:11} {mode:6} {shard.arguments:40.40} {cases:6} cases {run.seconds:7.1f} s  {state}{evidence}", markup=False)
    if number(run, "problems"):
        console.print(f"    tierup has a problem: {run.evidence['problem']}", markup=False)
    for one in unstable:
        console.print(f"    two plain runs differ, too: {one.case}", markup=False)
    for one in left:
        console.print(f"    {one.case}: plain {', '.join(one.plain)}; {mode} {', '.join(one.got)}\n{one.text}", markup=False)


def tally_of(shards: list[Shard], mode: str) -> Tally:
    tally = Tally()
    for shard in shards:
        judge(shard, mode, tally)
    return tally


def report(tallies: dict[tuple[str, str], Tally]) -> None:
    columns = ("package", "mode", "cases", "passed", "different", "known", "unstable", "broken shards", "plain s", "s", "regions", "entries")
    table = Table(*columns)
    for (package, mode), tally in tallies.items():
        judged = (tally.cases, tally.passed, tally.different, tally.known, tally.unstable, len(tally.broken))
        table.add_row(package, mode, *map(str, (*judged, round(tally.plain_seconds), round(tally.user_seconds), tally.regions, tally.entries)))
    console.print(table)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The tests of other packages, plain and with tierup.")
    parser.add_argument("--packages", default="", help="names, separated by commas or spaces; default: all of the table")
    parser.add_argument("--modes", default="on force", help="on, force, stress")
    parser.add_argument("--shards", default="", help="only shards with this text in their arguments")
    parser.add_argument("--again", action="store_true", help="run again what was run already (but not plain runs)")
    return parser.parse_args()


def words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that the process that runs ends, too
    names = words(options.packages)
    unknown = set(names) - {package.name for package in PACKAGES}
    if unknown:
        sys.exit(f"not in the table: {', '.join(sorted(unknown))}")
    workplace.environment()
    tierup = workplace.install_tierup()
    tallies: dict[tuple[str, str], Tally] = {}
    for package in PACKAGES:
        if names and package.name not in names:
            continue
        for mode in words(options.modes):
            shards = [Shard(package, text, tierup, options.again) for text in package.shards(mode) if options.shards in text]
            tallies[package.name, mode] = tally_of(shards, mode)
    report(tallies)
    return 1 if any(tally.different or tally.broken for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
