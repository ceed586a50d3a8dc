"""GET_ITER, FOR_ITER."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import counting, loop_generators
from tierup.frontend.bytecodes.common import expected, require_type
from tierup.frontend.bytecodes.dunders import next_special
from tierup.frontend.decode import Instruction
from tierup.frontend.state import HEAP, OWNED, RAW, VIRTUAL, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import (
    BYTES,
    DICT,
    ENUMERATE,
    INT,
    LIST,
    LIST_ITERATOR,
    PLAIN_ITERATORS,
    RANGE,
    RANGE_ITERATOR,
    SET,
    STR,
    TUPLE,
    TUPLE_ITERATOR,
    UNKNOWN,
    ZIP,
    Type,
)

ITERATORS = {
    LIST: LIST_ITERATOR, TUPLE: TUPLE_ITERATOR, RANGE: RANGE_ITERATOR, DICT: Type("dict_keyiterator"), SET: Type("set_iterator"), ZIP: ZIP,
    ENUMERATE: ENUMERATE,
    Type("dict_keys"): Type("dict_keyiterator"), Type("dict_values"): Type("dict_valueiterator"), Type("dict_items"): Type("dict_itemiterator"),
    STR: UNKNOWN, BYTES: Type("bytes_iterator"),
}  # fmt: skip
"""What iter() of an exact type gives; it runs no Python code."""
QUICK = (RANGE_ITERATOR, LIST_ITERATOR, TUPLE_ITERATOR, ENUMERATE, ZIP, *map(Type, PLAIN_ITERATORS))
ITEMS = {"dict_itemiterator": TUPLE, "zip": TUPLE, "str_iterator": STR, "str_ascii_iterator": STR, "bytes_iterator": INT}
"""Exact types of what comes out."""


@handles("GET_ITER")
def get_iter(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    if loop_generators.is_suspended(entry):
        return
    type_ = expected(b, entry, 0)
    if type_ in ITERATORS:
        require_type(b, entry, type_)
    known = ITERATORS.get(entry.val.type, UNKNOWN)
    if known == RANGE_ITERATOR:
        known = UNKNOWN  # a range of big ints has another iterator
    value = b.operate("get_iter", 1, safe=entry.val.type in ITERATORS)
    result = b.profile.result(ins.offset)
    if known == UNKNOWN and result in QUICK and not b.profile.failed(ins.end, "type_changed"):
        b.push_owned(value)
        b.guard(b.emit("is_type", value, type=result.name), "type_changed", b.state_at(ins.end))
        b.frame.stack[-1].val.type = result
    else:
        b.push_owned(value, known)


@handles("FOR_ITER")
def for_iter(b: Builder, ins: Instruction) -> None:
    counting.take_around(b, ins)
    if loop_generators.go_on(b, ins) or loop_generators.take_apart(b, ins):
        return
    entry = b.frame.stack[-1]
    type_ = expected(b, entry, 0)
    if next_special(b, entry, type_):
        return
    if counting.is_counter(entry):
        counting.count(b, ins, entry)
    elif type_ == RANGE_ITERATOR:
        require_type(b, entry, type_)
        if counting.take_apart(b, ins, entry):
            counting.count(b, ins, entry)
            return
        _quick(b, ins, entry, "range_iter")
    elif type_ in (LIST_ITERATOR, TUPLE_ITERATOR):
        require_type(b, entry, type_)
        _quick(b, ins, entry, "list_iter" if type_ == LIST_ITERATOR else "tuple_iter")
    elif type_ == ENUMERATE:
        require_type(b, entry, type_)
        _enumerate(b, ins, entry)
    elif type_ == ZIP or type_.name in PLAIN_ITERATORS:
        require_type(b, entry, type_)
        _generic(b, ins, entry, type_)
    else:
        _generic(b, ins, entry)


def _enumerate(b: Builder, ins: Instruction, entry: Entry) -> None:
    """The pairs are not made: most are taken apart at once."""
    box = b.box(entry)
    b.guard(b.emit("enumerate_plain", box), "type_changed")
    out = b.emit("stack_array", count=2)
    b.secure_heap()
    state = b.raising()
    quick, slow = b.fork(b.emit("enumerate_ready", box), likely=True)
    taken = b.function.block()
    taken.params += [b.function.value("i64"), b.function.value("obj")]
    b.block = quick
    b.emit("enumerate_take", box, out)
    b.goto(taken, *_index_and_item(b, out))
    b.block = slow
    found = b.emit("call", box, out, state=state, helper="enumerate_next")
    b.forget_facts()
    b.dirty()
    more, end = b.split(b.emit("i64_compare", found, b.i64(0), pred="!="), likely=True)
    b.resume(end)
    b.drop(b.pop())
    b.jump_to(ins.target)
    b.resume(more)
    b.goto(taken, *_index_and_item(b, out))
    b.block = taken
    index, item = taken.params
    b.push(Val(TUPLE, parts=[Entry(Val(INT, None, index), RAW), Entry(Val(box=item), OWNED)]), VIRTUAL)


def _index_and_item(b: Builder, out: Value) -> tuple[Value, Value]:
    return b.emit("array_i64", out, index=0), b.emit("array_item", out, index=1)


def _quick(b: Builder, ins: Instruction, entry: Entry, family: str) -> None:
    box = b.box(entry)
    more, end = b.split(b.emit(f"{family}_more", box), likely=True)
    b.resume(end)
    iterator = b.pop()
    if family != "range_iter":
        b.secure_heap()
        b.emit(f"{family}_end", box, offset=b.position)
        b.forget_facts()
    b.drop(iterator)
    b.jump_to(ins.target)
    b.resume(more)
    value = b.emit(f"{family}_take", box)
    if family == "range_iter":
        b.push_raw(value, INT)
    else:
        b.push(Val(box=value), HEAP)


def _generic(b: Builder, ins: Instruction, entry: Entry, type_: Type = UNKNOWN) -> None:
    """`type_`: one whose next runs no Python code, if that is so."""
    box = b.box(entry)
    if type_ == ZIP and not b.profile.failed(ins.start, "type_changed"):
        b.guard(b.emit("i64_compare", b.emit("call", box, helper="zip_plain"), b.i64(0), pred="!="), "type_changed")
    escapes = not type_.known or (type_ == ZIP and b.profile.failed(ins.start, "type_changed"))
    b.prepare("escapes", escapes)
    value = b.emit("call", box, state=b.raising(), helper="for_iter")
    b.after("escapes", escapes)
    b.dirty()
    more, end = b.split(b.emit("not", b.emit("is_null", value)), likely=True)
    b.resume(end)
    b.drop(b.pop())
    b.jump_to(ins.target)
    b.resume(more)
    b.check_tools = escapes
    b.push(Val(ITEMS.get(type_.name, UNKNOWN), value), OWNED)
