"""LOAD_ATTR, STORE_ATTR, DELETE_ATTR, LOAD_METHOD."""

from __future__ import annotations

from typing import Any

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.common import expected
from tierup.frontend.bytecodes.names import described_val
from tierup.frontend.decode import Instruction
from tierup.frontend.state import CONST, HEAP, MAYBE_NULL, NULL, OWNED, RAW, Entry, Val
from tierup.ir.types import FLOAT, TYPE_SYMBOLS, Type


def _fact(b: Builder, entry: Entry, depth: int, name: str) -> tuple[Type, tuple[Any, ...]] | None:
    """The class expected here and what its instances' attribute `name` is, if speculation on it has not failed before."""
    if b.profile.failed(b.ins.start, "attr_changed", "type_changed"):
        return None
    type_ = expected(b, entry, depth)
    fact = b.profile.attr_fact(type_, name) if type_.known else None
    return (type_, fact) if fact is not None else None


def require_class(b: Builder, entry: Entry, type_: Type) -> None:
    """Guards that an operand (still on the stack) is an instance of a class that has not changed since the region was bound."""
    val = entry.val
    if val.guarded == (type_.ref, b.epoch):
        return
    if type_.stable:
        if val.type != type_:
            b.guard(b.emit("is_type", b.box(entry), type=type_.name), "type_changed")
            val.type = type_
        return
    b.guard(b.emit("is_version", b.box(entry), ref=type_.ref), "type_changed")
    val.guarded = (type_.ref, b.epoch)


def _no_shadow(b: Builder, entry: Entry, count: int) -> None:
    """Guards that the instance has no attribute of its own that hides the class's."""
    if count < 0:
        return
    box = b.box(entry)
    b.guard(b.emit("has_inline_values", box), "attr_changed")
    b.guard(b.emit("inline_count_is", box, count=count), "attr_changed")


@handles("LOAD_ATTR")
def load_attr(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    known = b.profile.described(entry.val.known)
    if known.get("kind") == "module" and _module_attr(b, entry, name):
        return
    found = _fact(b, entry, 0, name)
    if found and found[1][0] in ("value", "slot", "class"):
        _load_fact(b, entry, *found)
        return
    value = b.operate("load_attr_cached", 1, b.name(ins.arg), b.cells(4))
    b.push_owned(value)


def _module_attr(b: Builder, entry: Entry, name: str) -> bool:
    """A function or class of a known module is a constant while the module's dict does not change."""
    assert entry.val.known is not None
    ref = entry.val.known[1]
    fact = b.profile.module_fact(ref, name)
    if fact is None or b.profile.failed(b.ins.start, "global_changed"):
        return False
    b.emit("global_is", state=b.state(), where=("module_dict", ref), name=name, spec=("object", fact))
    b.drop(b.pop())
    b.push(Val(known=("object", fact)), CONST)
    return True


def _load_fact(b: Builder, entry: Entry, type_: Type, fact: tuple[Any, ...]) -> None:
    require_class(b, entry, type_)
    if fact[0] == "class":
        _no_shadow(b, entry, fact[2])
        b.drop(b.pop())
        b.push(described_val(b, b.profile.objects[fact[1]], ("object", fact[1])), CONST)
        return
    op, attr = ("inline_value", "index") if fact[0] == "value" else ("slot_value", "offset")
    value = b.emit(op, b.box(entry), **{attr: fact[1]})
    b.guard(b.emit("not", b.emit("is_null", value)), "attr_changed")
    b.pop()
    if entry.own == OWNED:
        b.emit("incref", value)
        b.push_owned(value)
        taken = b.pop()
        b.drop(entry)
        b.frame.stack.append(taken)
    else:
        b.push(Val(box=value), HEAP)


@handles("STORE_ATTR")
def store_attr(b: Builder, ins: Instruction) -> None:
    entry, value = b.frame.stack[-1], b.frame.stack[-2]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    found = _fact(b, entry, 0, name)
    if found and found[1][0] == "value":
        _store_value(b, entry, value, found[0], found[1][1])
        return
    if found and found[1][0] == "slot":
        _store_slot(b, entry, value, found[0], found[1][1])
        return
    _store_generic(b, ins)


def _store_generic(b: Builder, ins: Instruction) -> None:
    value, entry = b.frame.stack[-2], b.frame.stack[-1]
    b.prepare("escapes", True)
    boxed, owner = b.boxed(value), b.boxed(entry)
    b.popn(2)
    b.emit("call", owner, b.name(ins.arg), boxed, b.cells(4), state=b.raising((value, entry)), helper="store_attr_cached")
    b.after("escapes", True)
    b.drop(value)
    b.drop(entry)


def _store_value(b: Builder, entry: Entry, value: Entry, type_: Type, index: int) -> None:
    require_class(b, entry, type_)
    owner = b.box(entry)
    if b.profile.failed(b.ins.start, "attr_unset") or b.code.co_name == "__init__":
        _first_store(b, entry, value, index)
        return
    old = b.emit("inline_value", owner, index=index)
    b.guard(b.emit("not", b.emit("is_null", old)), "attr_unset")
    if value.own == RAW and value.val.type == FLOAT and value.val.raw is not None and not _held_by_local(b, value):
        b.popn(2)
        b.secure_heap()
        b.emit("set_inline_f64", owner, value.val.raw, index=index, offset=b.ins.offset)
        b.forget_facts()
    else:
        new = b.own(value)
        b.popn(2)
        b.emit("set_inline_value", owner, new, index=index)
        b.release(old)
    b.drop(entry)


def _store_slot(b: Builder, entry: Entry, value: Entry, type_: Type, offset: int) -> None:
    """A member of __slots__, set or not."""
    require_class(b, entry, type_)
    owner = b.box(entry)
    if value.own == RAW and value.val.type == FLOAT and value.val.raw is not None and not _held_by_local(b, value):
        b.popn(2)
        b.secure_heap()
        b.emit("set_slot_f64", owner, value.val.raw, member=offset, offset=b.ins.offset)
        b.forget_facts()
    else:
        new = b.own(value)
        b.popn(2)
        old = b.emit("slot_value", owner, offset=offset)
        b.emit("set_slot_value", owner, new, offset=offset)
        b.release(old, op="xdecref")
    b.drop(entry)


def _first_store(b: Builder, entry: Entry, value: Entry, index: int) -> None:
    """The attribute may be unset, as it is in __init__: the helper also notes the order in which attributes are set."""
    owner = b.box(entry)
    b.guard(b.emit("has_inline_values", owner), "attr_changed")
    new = b.own(value)
    b.popn(2)
    b.secure_heap()
    old = b.emit("inline_value", owner, index=index)
    unset, set_ = b.fork(b.emit("is_null", old))
    done = b.function.block()
    b.block = unset
    b.emit("call", owner, b.i64(index), new, helper="store_new_value")
    b.emit("decref", new, type="unknown", offset=b.position)
    b.goto(done)
    b.block = set_
    b.emit("set_inline_value", owner, new, index=index)
    b.emit("decref", old, type="unknown", offset=b.position)
    b.goto(done)
    b.block = done
    b.forget_facts()
    b.drop(entry)


def _held_by_local(b: Builder, entry: Entry) -> bool:
    """True if a local holds the same value, so that its box must be the one that is stored."""
    return any(local.val is entry.val for local in b.frame.locals) or any(e is not entry and e.val is entry.val for e in b.frame.stack)


@handles("DELETE_ATTR")
def delete_attr(b: Builder, ins: Instruction) -> None:
    b.operate("delete_attr", 1, b.name(ins.arg))


@handles("LOAD_METHOD")
def load_method(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    known = b.profile.described(entry.val.known)
    if known.get("kind") == "module" and _module_attr(b, entry, name):
        taken = b.pop()
        b.push(Val(), NULL)
        b.frame.stack.append(taken)
        return
    found = _fact(b, entry, 0, name)
    if found and found[1][0] == "method" and (not found[0].stable or found[0].name in TYPE_SYMBOLS):
        require_class(b, entry, found[0])
        if not found[0].stable:
            _no_shadow(b, entry, found[1][2])
        owner = b.pop()
        b.push(Val(known=("object", found[1][1])), CONST)
        b.frame.stack.append(owner)
        return
    out = b.emit("stack_array", count=2)
    b.operate("load_method_cached", 1, b.name(ins.arg), b.cells(4), out)
    method, owner_or_attr = b.emit("array_item", out, index=0), b.emit("array_item", out, index=1)
    b.push(Val(box=method), OWNED)
    b.frame.stack[-1].slot = MAYBE_NULL
    b.push_owned(owner_or_attr)


