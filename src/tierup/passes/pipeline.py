"""The passes in their order, and the one way to run them. Tests use the same tuple."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from tierup.ir.graph import Function
from tierup.ir.text import print_function
from tierup.ir.verify import format_errors, verify
from tierup.passes import dead, guards, ranges, refcounts, simplify, slots


class Pass(NamedTuple):
    """A pass: its name in dumps, and the function that changes the graph and says whether it did."""

    name: str
    run: Callable[[Function], bool]
    why: str


PASSES: tuple[Pass, ...] = (
    Pass("simplify", simplify.run, "constants and short ways first: the others see fewer cases"),
    Pass("slots", slots.run, "after blocks were joined; gives guards on one local one name"),
    Pass("guards", guards.run, "known tests go; their conditions become dead"),
    Pass("ranges", ranges.run, "after the guards that narrow them; checks that go are exits less"),
    Pass("refcounts", refcounts.run, "after the guards: fewer exits stand between pairs"),
    Pass("dead", dead.run, "last: removes what the others left unused"),
)


class BrokenError(Exception):
    """A pass broke an invariant; the message shows where."""


def run_passes(
    fn: Function, *, dumps: dict[str, str] | None = None, check: bool = False, times: dict[str, float] | None = None, names: tuple[str, ...] = (),
) -> None:
    """Runs all passes, or those in `names`, in that order, on the function and the frameless ones that it
    calls. `dumps` receives `passes`: the text after each one that changed something.

    `check` verifies before and after each pass; `times` receives seconds per pass.
    """
    chosen = [one for name in names for one in PASSES if one.name == name] if names else PASSES
    if check:
        _verify(fn, "what the passes got")
    shown = []
    for one in chosen:
        started = time.perf_counter()
        changed = sum(one.run(each) for each in (fn, *fn.frameless)) > 0
        if times is not None:
            times[one.name] = time.perf_counter() - started
        if check:
            _verify(fn, f"pass {one.name}")
        if dumps is not None and changed:
            shown.append(f"after {one.name}:\n{print_function(fn)}")
    if dumps is not None:
        dumps["passes"] = "\n".join(shown) or "no pass changed anything\n"


def _verify(fn: Function, whose: str) -> None:
    for each in (fn, *fn.frameless):
        errors = verify(each)
        if errors:
            raise BrokenError(f"{whose} is not well formed:\n{format_errors(each, errors)}")
