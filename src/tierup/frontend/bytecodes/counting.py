"""Iterators of ranges that are not made: a loop over a range is a number that grows in a register.

What `range(...)` and GET_ITER give begins as a virtual value whose parts are numbers: the next one, where the range begins, and where it ends
(`ir.graph.Counting`). FOR_ITER compares, and adds the step. An exit makes the iterator as it would be by then; so does everything that needs the object.
Nobody can see it meanwhile: no collector knows iterators of ranges, and operand stacks are shown to nobody.

    for i in range(n):                    jump -> b1(0)
        ...                             b1(%1:i64):
                                          %2 = i64_compare %1, %n pred='<'
                                          branch %2 -> b2(), b3()
                                        b2:
                                          %3 = i64_add_wrap %1, 1        i is %1

An iterator that a region finds on the stack of its frame is taken apart likewise, if nobody else holds it.

Not tried: negative steps that are not written in the code; regions of generators, where each yield would make the iterator anew; iterators that locals
hold (`.0` of a comprehension that is called).
"""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import require_type
from tierup.frontend.decode import Instruction, stack_depths
from tierup.frontend.state import MAYBE_NULL, OWNED, RAW, VIRTUAL, Entry, Val
from tierup.ir.graph import Counting, Value
from tierup.ir.types import INT, RANGE_ITERATOR

FARTHEST = 1 << 61
"""Bounds: so far from 0 that neither a step beyond them nor their distance overflows."""


def counts(b: Builder) -> bool:
    """Are iterators of ranges left out here?"""
    return b.kind != "resume"


def require_near(b: Builder, bound: Value) -> None:
    """Exits for a bound of a range beyond which a step might overflow (operands still on the stack)."""
    b.guard(b.emit("i64_within", bound, limit=FARTHEST), "overflow")


def counter(following: Value, start: Value, stop: Value, step: int | Value) -> Val:
    """An iterator that has come to a number; a step that is not known is positive."""
    numbers = [following, start, stop, *((step,) if isinstance(step, Value) else ())]
    parts = [Entry(Val(INT, None, number), RAW) for number in numbers]
    return Val(RANGE_ITERATOR, parts=parts, made=Counting(step if isinstance(step, int) else 0))


def is_counter(entry: Entry) -> bool:
    """Does the entry hold the iterator of a range that does not exist?"""
    return entry.own == VIRTUAL and isinstance(entry.val.made, Counting)


def take_apart(b: Builder, ins: Instruction, entry: Entry) -> bool:
    """Makes a counter of an iterator of exact type on the region's own stack; False if others may hold it."""
    if entry.own != OWNED or not _may_take_apart(b, ins):
        return False
    _take_apart(b, entry)
    return True


def take_around(b: Builder, ins: Instruction) -> None:
    """At the FOR_ITER of any loop: the iterators of the loops around are taken apart as well, so that there is one version of it for all turns but the
    first.
    """
    for entry in _around(b, ins) if _may_take_apart(b, ins) else ():
        require_type(b, entry, RANGE_ITERATOR)
        _take_apart(b, entry)


def _may_take_apart(b: Builder, ins: Instruction) -> bool:
    """The iterator of a comprehension is an argument, too."""
    return counts(b) and not b.inlined and ".0" not in b.code.co_varnames and not b.profile.failed(ins.start, "iterator_shared", "range_backwards", "overflow")


def _around(b: Builder, ins: Instruction) -> list[Entry]:
    """The iterators of the loops around FOR_ITER that were seen to go over ranges."""
    depths = stack_depths(b.ctx.decoded)
    found = []
    for start, end in b.ctx.decoded.loops:
        header = b.ctx.decoded.instructions[start]
        place = depths.get(start, 0) - 1
        if header.name == "FOR_ITER" and start < ins.start < end and 0 <= place < len(b.frame.stack) - 1:
            entry = b.frame.stack[place]
            if entry.own == OWNED and entry.slot != MAYBE_NULL and _over_range(b, header, entry):
                found.append(entry)
    return found


def _over_range(b: Builder, header: Instruction, entry: Entry) -> bool:
    if entry.val.type.known or b.profile.failed(b.ins.start, "type_changed"):
        return entry.val.type == RANGE_ITERATOR
    return b.profile.only(header.offset, 0) == RANGE_ITERATOR


def _take_apart(b: Builder, entry: Entry) -> None:
    box = b.box(entry)
    b.guard(b.emit("range_iter_alone", box), "iterator_shared")
    index, start, length, step = (b.emit("field_i64", box, field=f"_PyRangeIterObject.{name}") for name in ("index", "start", "len", "step"))
    if b.profile.failed(b.ins.start, "range_step"):
        val = _in_steps(b, index, start, length, step)
    else:
        b.guard(b.emit("i64_compare", step, b.i64(1), pred="=="), "range_step")
        val = counter(b.emit("i64_add_wrap", start, index), start, b.emit("i64_add_wrap", start, length), 1)
    b.dirty()
    entry.val, entry.own, entry.slot = val, VIRTUAL, -1
    b.release(box, RANGE_ITERATOR)


def _in_steps(b: Builder, index: Value, start: Value, length: Value, step: Value) -> Val:
    """Where an iterator stands that makes any steps, but not backwards."""
    require_forward(b, step, "range_backwards")
    require_near(b, start)
    following, stop = (b.emit("i64_add", start, b.emit("i64_mul", step, number, state=b.state()), state=b.state()) for number in (index, length))
    require_near(b, stop)
    return counter(following, start, stop, step)


def require_forward(b: Builder, step: Value, reason: str) -> None:
    """Exits for a step that is not positive, or so large that there might be an overflow."""
    b.guard(b.emit("i64_compare", step, b.i64(0), pred=">"), reason)
    require_near(b, step)


def count(b: Builder, ins: Instruction, entry: Entry) -> None:
    """FOR_ITER of a counter. All places that hold it hold the same value, which goes on."""
    made = entry.val.made
    assert isinstance(made, Counting) and entry.val.parts is not None
    following, _, stop, *steps = (part.val.raw for part in entry.val.parts)
    assert following is not None and stop is not None
    more, end = b.split(b.emit("i64_compare", following, stop, pred="<" if made.step >= 0 else ">"), likely=True)
    b.resume(end)
    b.drop(b.pop())
    b.jump_to(ins.target)
    b.resume(more)
    parts = b.frame.stack[-1].val.parts
    assert parts is not None
    step = steps[0] if steps and steps[0] is not None else b.i64(made.step)
    parts[0] = Entry(Val(INT, None, b.emit("i64_add_wrap", following, step)), RAW)
    b.push_raw(following, INT)
