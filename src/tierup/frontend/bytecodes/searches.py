"""str.startswith, endswith, find, rfind and count: in C they take their arguments in a tuple and parse it, which costs more than the search."""

from __future__ import annotations

from collections.abc import Callable

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, require_int, require_type, unboxable
from tierup.frontend.state import CONST, Entry
from tierup.ir.graph import Value
from tierup.ir.types import INT, STR, TUPLE

FAR = (1 << 63) - 1


def search(b: Builder, entries: list[Entry], helper: str, *mode: int) -> Value | None:
    """What the helper says of an exact str, an exact str (or a constant tuple of such) and int bounds; None if they aren't. The operands are popped."""
    last = len(entries) - 1
    if expected(b, entries[0], last) != STR or not _is_sought(b, entries[1], last - 1, helper):
        return None
    if any(unboxable(b, entry, last - 2 - place) != INT for place, entry in enumerate(entries[2:])):
        return None
    require_type(b, entries[0], STR)
    if entries[1].val.type != TUPLE:
        require_type(b, entries[1], STR)
    bounds = [require_int(b, entry) for entry in entries[2:]]
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 1), "recursion_limit")  # the interpreter counts a level for a call with a tuple of arguments
    bounds += [b.i64(default) for default in (0, FAR)[len(bounds) :]]
    operands = (b.box(entries[0]), b.box(entries[1]), *bounds, *map(b.i64, mode))
    b.popn(len(entries))
    found = b.emit("call", *operands, state=b.raising(tuple(entries)), helper=helper)
    for entry in entries:
        b.drop(entry)
    return found


def _is_sought(b: Builder, entry: Entry, depth: int, helper: str) -> bool:
    if expected(b, entry, depth) == STR:
        return True
    items = entry.val.const
    return helper == "str_tail" and entry.own == CONST and type(items) is tuple and all(type(item) is str for item in items)


def tail(direction: int) -> Callable[[Builder, list[Entry]], Value | None]:
    """startswith (-1) and endswith (1): 0 or 1."""
    return lambda b, entries: search(b, entries, "str_tail", direction)


def find(direction: int) -> Callable[[Builder, list[Entry]], Value | None]:
    """find (1) and rfind (-1)."""

    def found(b: Builder, entries: list[Entry]) -> Value | None:
        place = search(b, entries, "str_find", direction)
        return None if place is None else b.emit("i64_sub_wrap", place, b.i64(1))

    return found


def count(b: Builder, entries: list[Entry]) -> Value | None:
    """count."""
    return search(b, entries, "str_count")
