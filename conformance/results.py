"""Results of one module in one mode: read from regrtest's XML, kept as JSON, compared."""

from __future__ import annotations

import json
import xml.etree.ElementTree as xml
from dataclasses import asdict, dataclass, field
from pathlib import Path

from environments import Environment


@dataclass
class Result:
    """`cases`: id -> "passed", "skipped" or what went wrong; `unsteady`: cases that differed once and not again."""

    cases: dict[str, str]
    seconds: float
    output: str  # the end of it
    unsteady: list[str] = field(default_factory=list)


@dataclass
class Counts:
    run: int = 0
    passed: int = 0
    known: int = 0
    different: int = 0
    unsteady: int = 0

    def add(self, plain: Result, ours: Result, known: set[str]) -> None:
        self.run += len(plain.cases)
        self.passed += sum(outcome == "passed" for outcome in ours.cases.values())
        self.different += len(differences(plain, ours, known))
        self.known += len(differences(plain, ours, set())) - len(differences(plain, ours, known))
        self.unsteady += len(ours.unsteady)

    def __str__(self) -> str:
        return f"{self.run} cases, {self.passed} passed, {self.different} different, {self.known} known differences, {self.unsteady} unsteady"


def read_cases(path: Path) -> dict[str, str]:
    """The outcome of each case in the file; {} if there is none or it is not complete. A case that ran more than once has its worst outcome."""
    try:
        root = xml.parse(path).getroot()
    except (OSError, xml.ParseError):
        return {}
    cases: dict[str, str] = {}
    for case in root.iter("testcase"):
        name = case.get("name", "")
        cases[name] = max(cases.get(name, "passed"), outcome(case), key=rank)
    return cases


def outcome(case: xml.Element) -> str:
    bad = [child for child in case if child.tag in ("failure", "error")]
    if bad:
        last = (bad[0].text or bad[0].get("message") or "").strip().splitlines()
        return f"{bad[0].tag}: {last[-1] if last else ''}"[:300]
    return "skipped" if case.get("status") == "skipped" or case.get("result") == "skipped" or case.find("skipped") is not None else "passed"


def rank(text: str) -> int:
    return {"passed": 0, "skipped": 1}.get(text, 2)


def differences(plain: Result, ours: Result, known: set[str]) -> list[str]:
    """The cases that plain CPython passes and tierup doesn't."""
    return [case for case, text in plain.cases.items() if text == "passed" and ours.cases.get(case) != "passed" and case not in known]


def path(environment: Environment, mode: str, name: str) -> Path:
    return environment.folder / mode / f"{name}.json"


def load(environment: Environment, mode: str, name: str, keep: bool) -> Result | None:
    """What is on record; with `keep` also of an older version of tierup."""
    try:
        record = json.loads(path(environment, mode, name).read_text())
    except (OSError, ValueError):
        return None
    return Result(**record["result"]) if keep or record["state"] == environment.state else None


def save(environment: Environment, mode: str, name: str, result: Result) -> None:
    file = path(environment, mode, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"state": environment.state, "result": asdict(result)}, indent=1))
