"""Comprehensions and generator expressions: functions that are made to be called at once. Neither the function nor its frame comes into being where the call
is inlined.
"""

from __future__ import annotations

from typing import NamedTuple

from tierup.abi.feeds import BY_CALLEE
from tierup.abi.inlining import CO_GENERATOR, REFUSED_FLAGS
from tierup.frontend.build import Builder
from tierup.frontend.decode import Instruction
from tierup.frontend.inline import argument, unfit
from tierup.frontend.state import CONST, NULL, VIRTUAL, Entry, Local, Val
from tierup.ir.graph import Made
from tierup.ir.types import FUNCTION


def make_virtual(b: Builder, ins: Instruction) -> bool:
    """The bytecodes from the first LOAD_CLOSURE (or LOAD_CONST, without a closure) to MAKE_FUNCTION, if what they make is likely to be called at once."""
    found = None if b.frameless else _sequence(b, ins)
    if found is None:
        return False
    made, end = found
    index = _index(b, made)
    site = (*b.ctx.site, b.ctx.index, ins.offset)
    if index < 0 or b.trials.failed(site) or not _fits(b, index) or (b.callee(index).code.co_flags & CO_GENERATOR and not feed_below(b, 0)):
        return False
    b.made_at[made] = site
    b.push(Val(FUNCTION, parts=[], made=made), VIRTUAL)
    b.done_to = end
    return True


def _sequence(b: Builder, ins: Instruction) -> tuple[Made, Instruction] | None:
    """What is made, and the MAKE_FUNCTION."""
    instructions = b.ctx.decoded.instructions
    cells: list[int] = []
    wanted = ["LOAD_CONST", "MAKE_FUNCTION"]
    while ins.name == "LOAD_CLOSURE":
        cells.append(b.ctx.cells.get(ins.arg, -1) if b.inlined else ins.arg)
        ins = instructions[ins.end]
    if cells:
        wanted.insert(0, "BUILD_TUPLE")
    const = -1
    for name in wanted:
        if ins.name != name or (ins.name == "BUILD_TUPLE" and ins.arg != len(cells)) or (name != wanted[0] and ins.start in b.ctx.joins):
            return None
        const = ins.arg if name == "LOAD_CONST" else const
        last, ins = ins, instructions.get(ins.end, ins)
    if last.arg != (8 if cells else 0) or -1 in cells:
        return None
    return Made(b.ctx.index, const, tuple(cells)), last


def _index(b: Builder, made: Made) -> int:
    """Which of the snapshot's codes is the code of the function; -1 if it was not told."""
    return int(b.snapshot.get("nested", {}).get((made.creator, made.const), -1))


def _fits(b: Builder, index: int) -> bool:
    decoded = b.callee(index)
    yields = sum(ins.name == "YIELD_VALUE" for ins in decoded.instructions.values())
    return yields == bool(decoded.code.co_flags & CO_GENERATOR) and not unfit(b, index, 1, 0, REFUSED_FLAGS & ~CO_GENERATOR)


def feed_below(b: Builder, above: int) -> str:
    """The row of FEEDS for the callable below the top `above` entries, if it is known and may be given a generator here; else ""."""
    if len(b.frame.stack) < above + 2:
        return ""
    method, first = b.frame.stack[-above - 2], b.frame.stack[-above - 1]
    callee, count = (first, 1) if method.own == NULL else (method, 2)
    if callee.own != CONST or b.profile.described(callee.val.known).get("kind") not in ("builtin", "type", "method_descriptor"):
        return ""
    feed = BY_CALLEE.get((b.profile.full_name(b.profile.described(callee.val.known)), count), "")
    return "" if b.inlined and feed == "sorted" else feed  # it compares, which may run any code


class Entrance(NamedTuple):
    """How the code of a function that does not exist yet is entered."""

    code: int
    site: tuple[int, ...]
    iterator: Local


def enter_made(b: Builder, callee: Entry) -> Entrance | None:
    """Guards for entering the code of `callee` with the iterator on top of the stack, which is still there afterwards."""
    made = callee.val.made
    if callee.own != VIRTUAL or not isinstance(made, Made) or not _fits(b, _index(b, made)):
        return None
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 4), "recursion_limit")
    return Entrance(_index(b, made), b.made_at[made], argument(b, b.frame.stack[-1]))


def inline_made(b: Builder, callee: Entry, depth: int) -> bool:
    """Inlines the call of a comprehension that does not exist yet with the iterator on top of the stack; `depth` entries belong to the call."""
    made = callee.val.made
    if callee.own != VIRTUAL or not isinstance(made, Made) or b.callee(_index(b, made)).code.co_flags & CO_GENERATOR:
        return False
    entrance = enter_made(b, callee)
    if entrance is None:
        return False
    b.popn(depth)
    b.enter_inlined(made, entrance.code, entrance.site, [entrance.iterator], closure=made.cells)
    return True
