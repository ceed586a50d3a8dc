"""What instructions do to memory: which may run Python code, release objects, or change what is known of others."""

from __future__ import annotations

from typing import Any

from tierup.abi.helpers import HELPERS
from tierup.ir.graph import Function, Instr
from tierup.ir.ops import OPS

QUIET_TYPES = frozenset(("int", "float", "number", "bool", "str", "bytes", "NoneType", "range_iterator", "numpy.float64", "numpy.int64", "numpy.bool"))
"""Objects of these exact types release nothing but memory when they die."""

RELEASING = frozenset(("list_set_f64", "set_inline_f64", "set_slot_f64", "list_iter_end", "tuple_iter_end"))
"""Ops that release an object they find in memory."""

COUNTING = frozenset(("reuse_f64",))
"""Ops that depend on the number of references to an operand."""


CALM = frozenset((
    "box_i64", "box_f64", "box_nf64", "box_ni64", "box_int", "box_float", "build_tuple", "build_list", "build_string", "list_append", "str_concat",
    "str_append", "str_item", "dict_store_plain",
))  # fmt: skip
"""Ops and helpers that run no Python code that could ask for the exception being handled, or see to that themselves, and raise nothing but MemoryError (its
context is set when the other one is made)."""


def effect(instr: Instr) -> str:
    """The effect of the op; for calls that of the helper."""
    return HELPERS[instr.attrs["helper"]].effect if instr.op == "call" else instr.row.effect


def escapes(instr: Instr) -> bool:
    """May run Python code, or change what objects look like otherwise than by the row's own words."""
    if instr.op in ("decref", "xdecref"):
        return instr.attrs["type"] not in QUIET_TYPES
    if instr.op == "call":
        return effect(instr) not in ("pure", "reads")
    if instr.op == "call_frameless":
        return not instr.attrs["quiet"]
    return instr.op in RELEASING or effect(instr) == "escapes"


def may_run_code(op: str, attrs: dict[str, Any]) -> bool:
    """Whether any Python code may run in an operation: finalisers, for instance, and those that a collection finds."""
    if op in ("decref", "xdecref"):
        return bool(attrs["type"] == "unknown")
    if op == "call":
        return HELPERS[attrs["helper"]].effect not in ("pure", "reads", "writes")
    return op in RELEASING or (OPS[op].effect == "escapes" and op != "breaker_clear")


def may_look(op: str, attrs: dict[str, Any]) -> bool:
    """May it show which exception is being handled: to Python code, or as the context of another one? (Finalisers of what dies see to that themselves.)"""
    if op in ("decref", "xdecref") or op in CALM:
        return False
    if op == "call":
        helper = HELPERS[attrs["helper"]]
        return helper.name not in CALM and (helper.error != "never" or helper.effect == "escapes")
    return OPS[op].state == "raise" or OPS[op].effect == "escapes"


def releases(instr: Instr) -> bool:
    """May take a reference away from some object, or find out how many there are."""
    if instr.op in ("decref", "xdecref"):
        return True
    if instr.op == "call":
        return effect(instr) != "pure"
    return instr.op in RELEASING or instr.op in COUNTING or effect(instr) == "escapes"


def changes_memory(fn: Function) -> bool:
    """False if what was read from memory before a call of the function is still true behind it."""
    return any(_changes(instr) for block in fn.blocks for instr in block.instrs)


def _changes(instr: Instr) -> bool:
    if instr.op in ("incref", "breaker_clear"):
        return False
    return escapes(instr) or (instr.op not in ("decref", "xdecref") and effect(instr) == "writes")
