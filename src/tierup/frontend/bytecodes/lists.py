"""Methods of exact lists without a call: append, pop, insert."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, is_whole, require_type, require_whole
from tierup.frontend.state import Entry
from tierup.ir.graph import Value
from tierup.ir.types import LIST


def append(b: Builder, entries: list[Entry]) -> bool:
    """items.append(x): of what is known to be a list, that is."""
    target, item = entries
    if target.val.type != LIST:
        return False
    b.secure_heap()
    operands = (b.box(target), b.own(item))
    b.popn(2)
    b.emit("call", *operands, state=b.raising((target,)), helper="list_append")
    b.forget_facts()
    b.drop(target)
    return True


def pop(b: Builder, entries: list[Entry]) -> Value | None:
    """items.pop() and items.pop(index): what it gives is the caller's."""
    target, *index = entries
    if expected(b, target, len(index)) != LIST or (index and not is_whole(b, index[0], 0)):
        return None
    require_type(b, target, LIST)
    place = require_whole(b, index[0], 0) if index else b.i64(-1)
    b.secure_heap()
    box = b.box(target)
    b.popn(len(entries))
    item = b.emit("call", box, place, state=b.raising(tuple(entries)), helper="list_pop")
    b.forget_facts()
    for entry in entries:
        b.drop(entry)
    return item


def insert(b: Builder, entries: list[Entry]) -> bool:
    """items.insert(index, x)."""
    target, index, item = entries
    if expected(b, target, 2) != LIST or not is_whole(b, index, 1):
        return False
    require_type(b, target, LIST)
    place = require_whole(b, index, 1)
    b.secure_heap()
    operands = (b.box(target), place, b.boxed(item))
    b.popn(3)
    b.emit("call", *operands, state=b.raising((target, index, item)), helper="list_insert")
    b.forget_facts()
    for entry in entries:
        b.drop(entry)
    return True
