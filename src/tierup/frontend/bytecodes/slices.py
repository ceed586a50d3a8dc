"""BUILD_SLICE together with the subscript behind it, for lists: no slice object is made."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import require_int, require_type, unboxable
from tierup.frontend.decode import Instruction
from tierup.frontend.state import RAW, Entry
from tierup.ir.graph import Value
from tierup.ir.types import INT, LIST, NONE

LEAST, MOST = -(2**63), 2**63 - 1


def slice_of_list(b: Builder, ins: Instruction) -> bool:
    """`list[a:b:c]` and `list[a:b] = list` with ints, where only these were seen; else False, and nothing is done."""
    following = b.ctx.decoded.instructions.get(ins.end)
    if following is None or following.start in b.ctx.joins or b.profile.failed(ins.start) or b.profile.failed(following.start):
        return False
    step = step_of(b.top(3)[2]) if ins.arg == 3 else 1
    bounds = b.top(ins.arg)[:2]
    store = following.name == "STORE_SUBSCR"
    if not (store and step == 1) and not (following.name == "BINARY_SUBSCR" and step):
        return False
    owners = b.top(ins.arg + 1 + store)[: 1 + store][::-1]
    if not all(is_bound(b, entry, ins.arg - 1 - i) for i, entry in enumerate(bounds)) or not all(
        is_list(b, entry, following, i + 1) for i, entry in enumerate(owners)
    ):
        return False
    for entry in owners:
        require_type(b, entry, LIST)
    start, stop = bound(b, bounds[0], step < 0), bound(b, bounds[1], step > 0)
    b.secure_heap()
    b.ins = following
    if store:
        _store(b, ins.arg, start, stop)
    else:
        _load(b, ins.arg, start, stop, b.i64(step))
    b.done = following.start
    return True


def step_of(entry: Entry) -> int:
    """A constant step; 0 for others."""
    if entry.val.type == NONE:
        return 1
    step = entry.val.const
    return step if type(step) is int and LEAST < step <= MOST else 0


def is_bound(b: Builder, entry: Entry, depth: int) -> bool:
    return entry.val.type == NONE or unboxable(b, entry, depth) == INT


def is_list(b: Builder, entry: Entry, subscript: Instruction, depth: int) -> bool:
    if entry.val.type.known or entry.own == RAW:
        return entry.val.type == LIST
    return b.profile.only(subscript.offset, depth) == LIST


def bound(b: Builder, entry: Entry, most: bool) -> Value:
    """A bound as a number; what is left out is as far away as possible."""
    if entry.val.type == NONE:
        return b.i64(MOST if most else LEAST)
    return require_int(b, entry)


def _load(b: Builder, count: int, start: Value, stop: Value, step: Value) -> None:
    entries = b.top(count + 1)
    box = b.box(entries[0])
    b.popn(count + 1)
    result = b.emit("call", box, start, stop, step, state=b.raising(tuple(entries)), helper="list_slice")
    b.forget_facts()
    for entry in entries:
        b.drop(entry)
    b.push_owned(result, LIST)


def _store(b: Builder, count: int, start: Value, stop: Value) -> None:
    entries = b.top(count + 2)
    value, target = b.box(entries[0]), b.box(entries[1])
    b.popn(count + 2)
    b.emit("call", target, start, stop, value, state=b.raising(tuple(entries)), helper="list_set_slice")
    b.forget_facts()
    for entry in entries:
        b.drop(entry)
