"""What becomes of each bytecode, read from the handlers: which helpers and exits the code of a handler, and of the functions that it calls, names."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import tierup.frontend.bytecodes
from tierup.abi.helpers import HELPERS
from tierup.frontend.build import HANDLERS
from tierup.frontend.left import LEFT
from tierup.ir.ops import OPS
from tierup.reasons import REASONS

AROUND = frozenset(("array_item", "array_i64", "array_f64", "decref", "incref", "index", "is_type", "load_slot", "store_slot", "xdecref"))
WAYS = {name for name, op in OPS.items() if op.effect in ("reads", "writes") or (op.effect == "pure" and op.state == "exit")} - AROUND
WAYS |= {"const_i1", "global_is"}
"""Operations that do work of their own, not just what stands around calls."""

EXITS = frozenset(row.id for row in REASONS.values() if row.kind == "exit")
OURS = "tierup.frontend"

assert tierup.frontend.bytecodes.__all__, "importing it fills HANDLERS"


class Row(NamedTuple):
    """One line of docs/coverage.md."""

    name: str
    compiled: str
    helpers: str
    exits: str


def coverage_rows() -> list[Row]:
    """One for each opcode of this interpreter."""
    return [_row(name) for name in sorted(dis.opmap)]


def _row(name: str) -> Row:
    handler = HANDLERS.get(name)
    if handler is None:
        return Row(f"`{name}`", f"no: {LEFT[name]}", "", "")
    words = set(_words(handler, name, set()))
    helpers = _listed((words | {name.lower()}) & set(HELPERS) - set(OPS) - EXITS)
    in_line = bool(words & WAYS) or not helpers
    compiled = "in line" + ", or by a helper" * bool(helpers) if in_line else "by a helper"
    return Row(f"`{name}`", compiled, helpers, _listed(words & EXITS))


def _listed(words: set[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


def _words(function: Any, opcode: str, seen: set[Any]) -> Iterator[str]:
    """The strings in the code of a function, of those that it calls by name, and of the tables of names that they use; if these are by opcode: for this one."""
    if function in seen:
        return
    seen.add(function)
    for code in _codes(function.__code__):
        for constant in code.co_consts:
            yield from _strings(constant)
        for name in code.co_names:
            used = function.__globals__.get(name)
            if isinstance(used, FunctionType) and used.__module__.startswith(OURS):
                yield from _words(used, opcode, seen)
            elif isinstance(used, dict | tuple | frozenset) and name.isupper():
                yield from _strings(used[opcode] if isinstance(used, dict) and opcode in used else used)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from _strings(one)
