"""Reads what a run of pytest left behind, and compares two runs case by case."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree
from dataclasses import asdict, dataclass, field
from pathlib import Path

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
TEXT_LINES = 40
NO_CASES = ("missing",)


@dataclass(frozen=True)
class Run:
    """How the process of one shard ended. `key` names what it depended on: a result with another key is of no use any more."""

    key: str
    code: int
    seconds: float
    user_seconds: float
    reported: bool  # pytest came to its end and wrote its results
    evidence: dict[str, object] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """All passed, or some failed; not: nothing was collected, or pytest itself had an error."""
        return self.reported and self.code in (0, 1)


@dataclass(frozen=True)
class Difference:
    """A case with another outcome than the plain run has."""

    case: str
    plain: tuple[str, ...]
    got: tuple[str, ...]
    text: str


def save(run: Run, path: Path) -> None:
    path.write_text(json.dumps(asdict(run)))


def load(path: Path, key: str) -> Run | None:
    """The run that was made earlier with the same key."""
    try:
        run = Run(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return run if run.key == key else None


def outcomes(path: Path) -> dict[str, tuple[str, ...]]:
    """Case -> outcomes; more than one where several cases have the same name (addresses in names are blanked)."""
    found: dict[str, list[str]] = {}
    for case in cases(path):
        found.setdefault(name_of(case), []).append(outcome(case))
    return {name: tuple(sorted(those)) for name, those in found.items()}


def cases(path: Path) -> list[xml.etree.ElementTree.Element]:
    """All cases of a file of results; none if there is no such file."""
    try:
        return list(xml.etree.ElementTree.parse(path).iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        return []


def name_of(case: xml.etree.ElementTree.Element) -> str:
    return ADDRESS.sub("0xADDRESS", f"{case.get('classname')}::{case.get('name')}")


def outcome(case: xml.etree.ElementTree.Element) -> str:
    """A case can have both failed and gone wrong in its teardown."""
    tags = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
    return " and ".join(tags) or "passed"


def text_of(path: Path, name: str) -> str:
    """What pytest said of a case that did not pass."""
    for case in cases(path):
        if name_of(case) == name and outcome(case) != "passed":
            lines = "".join(child.text or child.get("message") or "" for child in case).splitlines()
            return "\n".join(lines[-TEXT_LINES:])
    return ""


def differences(plain: Path, other: Path) -> list[Difference]:
    expected, got = outcomes(plain), outcomes(other)
    names = [name for name in {**expected, **got} if expected.get(name) != got.get(name)]
    return [Difference(name, expected.get(name, NO_CASES), got.get(name, NO_CASES), text_of(other, name)) for name in names]
