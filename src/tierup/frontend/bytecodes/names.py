"""Locals, constants, globals, names, cells, stack shuffling."""

from __future__ import annotations

from typing import Any

from tierup.frontend.build import Builder, handles
from tierup.frontend.comprehensions import make_virtual
from tierup.frontend.decode import Instruction
from tierup.frontend.state import CONST, HEAP, NULL, OWNED, PERHAPS, RAW, Entry, Val, all_places
from tierup.ir.graph import FrameState, Value
from tierup.ir.types import BOOL, BUILTIN_TYPES, FLOAT, INT, NONE, STR, UNKNOWN

PUT = {"i64": "put_global_int", "f64": "put_global_float"}

CONSTANT_KINDS = ("type", "function", "builtin", "module", "method_descriptor")


@handles("RESUME", "NOP", "CACHE", "MAKE_CELL", "COPY_FREE_VARS")
def nothing(b: Builder, ins: Instruction) -> None:
    if ins.name in ("MAKE_CELL", "COPY_FREE_VARS"):
        b.leave("not_compiled")


@handles("POP_TOP")
def pop_top(b: Builder, ins: Instruction) -> None:
    b.drop(b.pop())


@handles("PUSH_NULL")
def push_null(b: Builder, ins: Instruction) -> None:
    b.push(Val(), NULL)


@handles("COPY")
def copy(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-ins.arg]
    if entry.own == OWNED:
        b.emit("incref", b.box(entry))
    b.frame.stack.append(entry.copy())


@handles("SWAP")
def swap(b: Builder, ins: Instruction) -> None:
    stack = b.frame.stack
    stack[-1], stack[-ins.arg] = stack[-ins.arg], stack[-1]


@handles("LOAD_FAST")
def load_fast(b: Builder, ins: Instruction) -> None:
    b.load_local(ins.arg)


@handles("STORE_FAST")
def store_fast(b: Builder, ins: Instruction) -> None:
    b.store_local(ins.arg, b.pop())


@handles("DELETE_FAST")
def delete_fast(b: Builder, ins: Instruction) -> None:
    local = b.frame.locals[ins.arg]
    if local.kind == "unbound":
        b.leave("unbound_local")
        return
    if local.kind == "maybe":
        b.require_bound(ins.arg, b.state())
    if local.kind == PERHAPS:
        b.expect_bound(local, b.state())
    b.delete_local(ins.arg)


@handles("LOAD_CONST")
def load_const(b: Builder, ins: Instruction) -> None:
    if make_virtual(b, ins):
        return
    val = b.constant(b.code.co_consts[ins.arg], ("const", b.ctx.index, ins.arg))
    b.push(val, RAW if val.exact_unboxed else CONST)


@handles("LOAD_GLOBAL")
def load_global(b: Builder, ins: Instruction) -> None:
    _load_global(b, ins, ins.arg >> 1, bool(ins.arg & 1))


def _load_global(b: Builder, ins: Instruction, index: int, null: bool) -> None:
    name = b.code.co_names[index]
    fact = b.profile.global_fact(name)
    if fact is not None and name not in b.varying and not b.profile.failed(ins.start, "global_changed"):
        described = b.profile.objects[fact[1]]
        value = described["kind"] in ("int", "float", "str", "bool", "none") and fact[0] == "globals"
        if described["kind"] in CONSTANT_KINDS or (value and not b.names_are_global):  # the region would hold a reference to a variable of the program
            _known_global(b, name, fact, described, null)
            return
    if b.profile.failed(ins.start, "global_unset") or not (b.profile.has_global(name) or name in b.varying):
        _any_global(b, index, null)
    else:
        _varying_global(b, index, null)


def _varying_global(b: Builder, index: int, null: bool) -> None:
    """A global that is no constant: found without running code, borrowed from its dict."""
    known = b.known_global(index)
    if known is None or known.box is None:
        value = b.emit("call", *_global_operands(b, index), helper="find_global")
        b.guard(b.emit("not", b.emit("is_null", value)), "global_unset")
        known = known or Val()
        known.box = value
        b.know_global(index, known)
    if null:
        b.push(Val(), NULL)
    b.push(known, HEAP)


def _any_global(b: Builder, index: int, null: bool) -> None:
    """As the interpreter does it, which may run code or raise."""
    b.prepare("escapes", False)
    operands = _global_operands(b, index)
    if null:
        b.push(Val(), NULL)
    b.push_owned(b.emit("call", *operands, helper="load_global_cached"))


def _global_operands(b: Builder, index: int) -> tuple[Value, ...]:
    return b.pool("globals", b.ctx.index), b.pool("builtins", b.ctx.index), b.name(index), b.cells(3)


def _known_global(b: Builder, name: str, fact: tuple[str, int], described: dict[str, Any], null: bool) -> None:
    where, ref = fact
    spec = ("object", ref)
    require_global(b, b.ctx.index, where, name, spec)
    if null:
        b.push(Val(), NULL)
    b.push(described_val(b, described, spec), CONST)


def require_global(b: Builder, index: int, where: str, name: str, spec: tuple[Any, ...]) -> None:
    """Guards that a global (or builtin) of the code `index` is still the one of the pool."""
    key = ("global", index, where, name, spec)
    if key in b.tested:
        return
    if where == "builtins":
        b.emit("global_is", state=b.state(), where=("globals", index), name=name, spec=None)
    b.emit("global_is", state=b.state(), where=(where, index), name=name, spec=spec)
    b.tested.add(key)


def described_val(b: Builder, described: dict[str, Any], spec: tuple[Any, ...]) -> Val:
    """What is known of a constant of the snapshot. Of a nan no number: in computing with constants LLVM would decide on signs and payloads."""
    kind = described["kind"]
    if kind in ("int", "float", "bool", "str", "none"):
        value: Any = described.get("value")
        if kind == "int" and abs(value) < 1 << 60:
            return Val(INT, None, b.i64(value), spec)
        if kind == "float" and value == value:
            return Val(FLOAT, None, b.emit("const_f64", value=value), spec)
        if kind == "bool":
            return Val(BOOL, None, b.emit("const_i1", value=value), spec)
        return Val({"int": INT, "float": FLOAT, "str": STR, "none": NONE}[kind], known=spec)
    return Val(BUILTIN_TYPES["function"] if kind == "function" else Val().type, known=spec)


@handles("STORE_GLOBAL")
def store_global(b: Builder, ins: Instruction) -> None:
    """Most often the name is there already, and what it meant until now runs no Python code when it goes: then nothing else can notice."""
    entry = b.frame.stack[-1]
    if b.inlined or b.frameless or b.profile.failed(ins.start, "global_unset"):
        _store_any_global(b, ins, entry)
        return
    b.secure_heap()
    shared = any(place.val is entry.val and place is not entry for place in all_places(b.frame.chain()))
    if entry.own == RAW and entry.val.raw is not None and entry.val.raw.repr in PUT and not shared:  # else all of them are to be one object
        _put_number(b, ins, entry, entry.val.raw)
        return
    value, before = b.boxed(entry), b.known_global(ins.arg)
    old = b.emit("call", b.pool("globals", b.ctx.index), b.name(ins.arg), value, b.cells(1), helper="swap_global")
    _leave_if(b, b.emit("is_null", old), "global_unset", b.state())
    b.pop()
    b.store_of_global(ins.arg, Val(entry.val.type, value, entry.val.raw))
    b.release(old, before.type if before else UNKNOWN)
    b.drop(entry)


def _put_number(b: Builder, ins: Instruction, entry: Entry, number: Value) -> None:
    state = b.state()
    b.pop()
    operands = b.pool("globals", b.ctx.index), b.name(ins.arg), number, b.cells(1)
    done = b.emit("call", *operands, state=b.raising(), helper=PUT[number.repr])
    _leave_if(b, b.emit("i64_compare", done, b.i64(0), pred="=="), "global_unset", state)
    b.store_of_global(ins.arg, Val(entry.val.type, None, number))


def _leave_if(b: Builder, condition: Value, reason: str, state: FrameState) -> None:
    """No guard, which might leave without a reason (under stress) after something was done."""
    leaving, staying = b.fork(condition, likely=False)
    b.block = leaving
    b.leave(reason, state)
    b.block = staying


def _store_any_global(b: Builder, ins: Instruction, value: Entry) -> None:
    b.prepare("escapes", True)
    boxed = b.boxed(value)
    b.pop()
    b.emit("call", b.pool("globals", b.ctx.index), b.name(ins.arg), boxed, state=b.raising((value,)), helper="store_global")
    b.after("escapes", True)
    b.drop(value)


@handles("DELETE_GLOBAL")
def delete_global(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    b.emit("call", b.pool("globals", b.ctx.index), b.name(ins.arg), helper="delete_global")
    b.after("escapes", True)


@handles("LOAD_NAME")
def load_name(b: Builder, ins: Instruction) -> None:
    if b.names_are_global:
        _load_global(b, ins, ins.arg, False)
        return
    b.prepare("escapes", False)
    b.push_owned(b.emit("call", b.name(ins.arg), helper="load_name"))


@handles("STORE_NAME")
def store_name(b: Builder, ins: Instruction) -> None:
    if b.names_are_global:
        store_global(b, ins)
        return
    value = b.frame.stack[-1]
    b.prepare("escapes", True)
    boxed = b.boxed(value)
    b.pop()
    b.emit("call", b.name(ins.arg), boxed, state=b.raising((value,)), helper="store_name")
    b.after("escapes", True)
    b.drop(value)


@handles("DELETE_NAME")
def delete_name(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    b.emit("call", b.name(ins.arg), helper="delete_name")
    b.after("escapes", True)


def _cell(b: Builder, ins: Instruction) -> Value:
    """The cell of a variable; inlined code holds the cells of its closure."""
    if not b.inlined:
        return b.emit("load_slot", index=ins.arg)
    local = b.frame.locals[ins.arg]
    assert local.kind == "held" and local.val is not None and local.val.box is not None, local
    return local.val.box


@handles("LOAD_CLOSURE")
def load_closure(b: Builder, ins: Instruction) -> None:
    if make_virtual(b, ins):
        return
    cell = _cell(b, ins)
    b.emit("incref", cell)
    b.push_owned(cell)


@handles("LOAD_DEREF")
def load_deref(b: Builder, ins: Instruction) -> None:
    val = b.in_cells.get(ins.arg) if b.epoch == b.in_cells_since else None
    if val is None:
        value = b.emit("field_obj", _cell(b, ins), field="PyCellObject.ob_ref")
        b.guard(b.emit("not", b.emit("is_null", value)), "unbound_local")
        val = Val(box=value)
        b.remember_cell(ins.arg, val)
    b.push(val, HEAP)


@handles("STORE_DEREF")
def store_deref(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    value = b.own(entry)
    b.pop()
    cell = _cell(b, ins)
    old = b.emit("field_obj", cell, field="PyCellObject.ob_ref")
    b.emit("set_field_obj", cell, value, field="PyCellObject.ob_ref")
    b.in_cells.clear()
    b.release(old, op="xdecref")


@handles("DELETE_DEREF")
def delete_deref(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    b.emit("call", b.i64(ins.arg), helper="delete_deref")
    b.after("escapes", True)


@handles("LOAD_CLASSDEREF")
def load_classderef(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    value = b.emit("call", b.i64(ins.arg), helper="load_classderef")
    b.after("escapes", True)
    b.push_owned(value)


@handles("LOAD_ASSERTION_ERROR")
def load_assertion_error(b: Builder, ins: Instruction) -> None:
    b.push_known(("symbol", "PyExc_AssertionError"))


@handles("LOAD_BUILD_CLASS")
def load_build_class(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    value = b.emit("call", helper="load_build_class")
    b.after("escapes", True)
    b.push_owned(value)


