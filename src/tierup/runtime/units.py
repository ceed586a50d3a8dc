"""What is known of each code object, and which of its entries are to be compiled.

For each code object there is a `Unit`, and in it a `Target` for each entry that is wanted: a call, a loop header, or the resumes of a generator.
"""

from __future__ import annotations

from _weakref import ref as weak_reference

from tierup.cache.key import code_digest
from tierup.runtime import loops
from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any


FREQUENT = 3  # calls seen by the recorder that make regions for the loops of the same code unnecessary
OPTIMIZED = 1  # CO_OPTIMIZED: functions, not modules and class bodies
SUSPENDING = 0x20 | 0x80 | 0x200  # generators, coroutines
COLD, RECORDING, REQUESTED, INSTALLED, REFUSED = range(5)  # the code states of the C side
CALL = ("call", -1)
RESUME = ("resume", -1)
INLINED = 1 << 24  # offsets of exits from here on belong to inlined code


class Target:
    """One entry of one code object on its way to a region."""

    __slots__ = ("attempts", "exits", "failed", "improved", "key", "later", "reason", "recompiled", "region", "state")

    def __init__(self) -> None:
        self.state = COLD
        self.region = -1
        self.exits: list[tuple[int, str, int]] = []
        self.failed: dict[int, list[str]] = {}
        self.recompiled = 0
        self.attempts = 0
        self.reason = ""
        self.key = ""
        self.improved = False  # it had better code: what replaces it is to be as good at once
        self.later = ""  # the name of what can be had in place of a region that was compiled quickly


class Unit:
    """What is known about one code object, which is not kept alive."""

    __slots__ = ("awaits_call", "code", "digest", "file", "in_vain", "line", "loops", "name", "passed_over", "ran", "rounds", "spare", "targets")

    def __init__(self, code: CodeType) -> None:
        self.code = weak_reference(code)
        self.digest = code_digest(code)
        self.loops = loops.loops(code)
        self.file = code.co_filename
        self.name = code.co_qualname
        self.line = code.co_firstlineno
        self.targets: dict[tuple[str, int], Target] = {}
        self.rounds = 0  # recordings
        self.awaits_call = False  # the next recording is of a call, which nothing else was seen of
        self.in_vain = self.passed_over = 0  # recordings that saw nothing; so often it may be hot once more before there is another one
        self.spare: list[tuple[str, int]] = []  # loops without a target, as long as there is one for calls
        self.ran: set[int] | None = None  # headers of the loops that were known to run when a region was asked for last

    def possible(self, code: CodeType) -> int:
        """How many entries the code can have at all."""
        return 1 if resumable_code(code) else len(self.loops) + callable_code(code)


def entry_of(unit: Unit, target: Target) -> tuple[str, int]:
    """Which entry the target is for."""
    return next(entry for entry, other in unit.targets.items() if other is target)


def callable_code(code: CodeType) -> bool:
    """Can there be a region for calls? Module and class bodies run once; generators are not entered by a call."""
    return bool(code.co_flags & OPTIMIZED) and not code.co_flags & SUSPENDING


def resumable_code(code: CodeType) -> bool:
    """Can there be a region for resumes? Generators and coroutines have no other entry, their loops included."""
    return bool(code.co_flags & SUSPENDING)


def main_entry(code: CodeType) -> tuple[str, int] | None:
    """How the code as a whole is entered, if it can be."""
    return RESUME if resumable_code(code) else CALL if callable_code(code) else None


def line_at(unit: Unit, offset: int) -> int:
    """The source line of a bytecode."""
    code = unit.code()
    if code is not None and offset < INLINED:
        for start, end, line in code.co_lines():
            if start <= offset < end and line is not None:
                return line
    return unit.line


# -- which entries


def forced() -> bool:
    """Is everything compiled at once, for tests?"""
    return settings.mode in ("force", "stress")


def wanted(unit: Unit, code: CodeType, header: int) -> list[tuple[str, int]]:
    """The entries to be compiled: the loop that runs now, the outermost one around it (the better one if it is
    reached again), and the call or the resumes."""
    if code.co_flags & SUSPENDING:
        return [] if forced() else [RESUME]
    found = [CALL] if callable_code(code) and not forced() else []
    if header >= 0:
        around = loops.enclosing(unit.loops, header)
        found += [("loop", around[-1])] + ([("loop", around[0])] if len(around) > 1 else [])
    return found


def seen(entry: tuple[str, int], profile: dict[int, tuple[Any, ...]]) -> bool:
    """Has the recorder seen this entry? Its windows may all lie in one activation of a function, or in one of its loops."""
    return entry[1] in profile or (entry == RESUME and bool(profile))


def most_wanted(unit: Unit, entries: list[tuple[str, int]], profile: dict[int, tuple[Any, ...]]) -> list[tuple[str, int]]:
    """The loop that runs now comes before the call. An inner loop is left out if the outer one comes round often enough to be entered there."""
    chosen = sorted(entry for entry in entries if entry[0] == "loop")
    if len(chosen) > 1 and profile.get(chosen[0][1], (0,))[0] > 1 and unit.loops.get(chosen[0][1], -1) >= unit.loops.get(chosen[-1][1], 0):
        for entry in chosen[1:]:
            del unit.targets[entry]
        chosen = chosen[:1]
    if CALL in entries and profile.get(-1, (0,))[0] >= FREQUENT:  # activations are short: the next one is entered by its call
        for entry in chosen:
            del unit.targets[entry]
        chosen, unit.spare = [], chosen
    return [*chosen, *(entry for entry in entries if entry[0] != "loop")]


def smaller(unit: Unit, header: int) -> int:
    """Of loops, when an outer one was refused: one between it and the innermost that runs; -1 if there is none that may do."""
    end = unit.loops.get(header, -1)
    inside = [other for other, last in unit.loops.items() if other > header and last < end]
    asked = {entry[1] for entry in unit.targets if entry[0] == "loop"}
    if not asked.intersection(inside):
        return -1  # nothing in there was seen running
    for other in sorted(inside):
        if other not in asked and any(other < header and unit.loops[header] <= unit.loops[other] for header in asked if header in unit.loops):
            return other
    return -1
