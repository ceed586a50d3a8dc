"""Loads at once what earlier runs of the same program had regions for, instead of waiting until each function is hot again.

For each program (the script, `-m` module or `-c` text that the interpreter was started with) the cache has a list: module, qualified name and digest of
code, and the entry. The functions are looked for in the modules that are loaded by now, a few at each visit; nothing is imported, and no code of
the program runs. What can't be found or bound yet (the module is not there, no instance of a class was made) is tried again a few times.
"""

from __future__ import annotations

import time

from tierup.cache.key import code_digest
from tierup.cache.store import list_line
from tierup.runtime import install, objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from tierup.runtime.control import Control

    Row = tuple[str, str, str, str, int]

AT_REST = (0, 3)  # code states: cold, installed
ROWS_LIMIT = 1000
YOUNG_SECONDS = 0.5  # CPU time of a process
STEP_SECONDS = 0.002  # of each visit, of which there is one in about five milliseconds
YOUNG_STEP_SECONDS = 0.0005
SHARE, YOUNG_SHARE = 10, 50  # one part in so many of the CPU time: a region costs a third of a millisecond, which one that runs little never earns
FIRST_PAUSE, LONGER = 0.005, 4  # each pause so many times as long as the one before
PAUSES = 5
MENTIONS = 5  # in the list: one when a region was installed, and one for each run in which it was used much early on


def rows_of(data: bytes) -> dict[Row, int]:
    """Each row, and how often it is there: those that are there most often first, else in the order in which they came. What is no row is left out."""
    found: dict[Row, int] = {}
    for text in data.split(b"\n"):
        try:
            fields = text.decode("utf-8", "surrogatepass").split("\t")
        except UnicodeDecodeError:
            continue
        if len(fields) == 5 and fields[4].lstrip("-").isdigit():
            row = (fields[0], fields[1], fields[2], fields[3], int(fields[4]))
            found[row] = found.get(row, 0) + 1
    return dict(sorted(found.items(), key=mentions, reverse=True)[:ROWS_LIMIT])


def mentions(item: tuple[Row, int]) -> int:
    """How often a row is in the list."""
    return item[1]


class Preload:
    """What is still to be loaded."""

    def __init__(self, control: Control) -> None:
        self.control = control
        rows = rows_of(control.store.load_list(control.program))
        control.listed.update((row[2:], (row, count)) for row, count in rows.items())
        self.work = [(0.0, 0, row) for row in rows]
        self.given_up: list[Row] = []
        self.spent = 0.0  # CPU seconds

    def step(self) -> bool:
        """Load some, if that may be by now; False when there is nothing left to be tried."""
        begun, now = time.thread_time(), time.process_time()
        young = now < YOUNG_SECONDS
        if self.spent * (YOUNG_SHARE if young else SHARE) < now:
            self.load_some(YOUNG_STEP_SECONDS if young else STEP_SECONDS)
            self.spent += time.thread_time() - begun
        return bool(self.work)

    def load_some(self, seconds: float) -> None:
        """Try rows that are due for a while."""
        start = time.perf_counter()
        work, self.work = self.work, []
        for place, (due, tries, row) in enumerate(work):
            now = time.perf_counter()
            if now > start + seconds:
                self.work += work[place:]
                break
            if due > now:
                self.work.append((due, tries, row))
            elif not self.try_row(row):
                self.again(now, tries, row)

    def again(self, now: float, tries: int, row: Row) -> None:
        """Later, unless that was done often enough."""
        if tries < PAUSES:
            self.work.append((now + FIRST_PAUSE * LONGER**tries, tries + 1, row))
        else:
            self.given_up.append(row)

    def try_row(self, row: Row) -> bool:
        """Find the code and load the region for it."""
        module, qualname, digest, kind, header = row
        for function, code in candidates(module, qualname):
            if code_digest(code) == digest:
                return self.load(code, (kind, header), objects.namespaces(function))
        return False

    def load(self, code: CodeType, entry: tuple[str, int], namespaces: tuple[Any, Any]) -> bool:
        """Load a region, unless the code has been met meanwhile; what goes wrong is no news."""
        now, problem = self.control, self.control.problem
        unit = now.unit(code)
        if entry in unit.targets or now.native.code_state(code) not in AT_REST or now.spared(code):
            return True
        done = now.load_early(unit, code, entry, namespaces)
        now.problem = problem
        return done

    def end(self) -> None:
        """All were tried; a list of which most could not be used is written anew."""
        store, program = self.control.store, self.control.program
        rows = rows_of(store.load_list(program)) if self.given_up else {}
        kept = {row: count for row, count in rows.items() if row not in self.given_up}
        if len(kept) < len(rows) // 2:
            store.save_list(program, b"".join(list_line(row) * count for row, count in kept.items()) or b"\n", append=False)


def candidates(module: str, qualname: str) -> list[tuple[Any, CodeType]]:
    """The code that may be meant, and a function of that module."""
    outer, inside, _ = qualname.partition(objects.MADE_INSIDE)
    found = objects.walk(module, outer)
    accessors = [found.fget, found.fset] if type(found) is property else [found]
    functions = [function for function in map(undecorated, accessors) if type(function) is objects.FunctionType]
    if not inside:
        return [(function, function.__code__) for function in functions]
    return [(function, code) for function in functions for code in install.inner_codes(function.__code__) if code.co_qualname == qualname]


def undecorated(function: Any) -> Any:
    """The function behind those that `functools.wraps` put around it."""
    for _ in range(8):
        inner = function.__dict__.get("__wrapped__") if type(function) is objects.FunctionType else None
        if type(inner) is not objects.FunctionType:
            break
        function = inner
    return function
