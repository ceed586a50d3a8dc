"""Differences that are known and stay: known.toml has an entry for each, with the reason and what a user would notice."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from environments import Environment

LIMIT = 10
"""More entries than that are not acceptable."""


@dataclass(frozen=True)
class Entry:
    module: str
    reason: str
    users_notice: str
    case: str = ""
    cases: tuple[str, ...] = ()  # instead of `case`, where several differ in the same way
    version: str = ""  # "": in all


@dataclass(frozen=True)
class Known:
    entries: tuple[Entry, ...]

    def of(self, environment: Environment, module: str) -> set[str]:
        """The cases of a module that may differ in this interpreter."""
        entries = [entry for entry in self.entries if entry.module == module and entry.version in ("", environment.version)]
        return {case for entry in entries for case in (entry.case, *entry.cases)}


def load_known(path: Path) -> Known:
    """The entries of the file; ValueError if there are too many."""
    entries = tuple(Entry(**row) for row in tomllib.loads(path.read_text()).get("difference", []))
    if len(entries) > LIMIT:
        raise ValueError(f"{path.name} has {len(entries)} entries; {LIMIT} are acceptable")
    return Known(entries)
