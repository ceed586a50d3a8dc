"""`super().name(...)` without arguments to super, in a method: neither a super object nor a bound method is made where it is known what the name is: a
function, a method in C, or `object.__init__`, which does nothing without arguments.
"""

from __future__ import annotations

import dis
from typing import Any

from tierup.frontend.build import Builder
from tierup.frontend.decode import Instruction
from tierup.frontend.receivers import require_class
from tierup.frontend.state import CONST, PERHAPS, VIRTUAL, Entry, Val
from tierup.ir.graph import Instance
from tierup.ir.types import NONE

Row = tuple[int, int, int]
"""Refs: the class of self, the class that has the method that is running, the function that is the attribute."""
TAKES = {"nothing": range(1), "one": range(1, 2), "many": range(256), "keywords": range(256)}
"""With how many arguments a method in C that takes so much may be called here; with others the message would differ."""


def super_method(b: Builder, callee: Entry) -> bool:
    """The CALL at hand and the LOAD_METHOD behind it: function and self take the place of NULL and `super`. Guards: the class of self has not changed, and
    the cell `__class__` holds the class it held.
    """
    described = b.profile.described(callee.val.known)
    follower = b.ctx.decoded.instructions.get(b.ins.end)
    if described.get("kind") != "type" or described.get("name") != "super" or not described.get("builtin") or callee.own != CONST:
        return False
    if follower is None or follower.name != "LOAD_METHOD" or follower.start in b.ctx.joins or not _plain_self(b):
        return False
    name = b.code.co_names[follower.arg]
    rows = _rows(b, name)
    if not rows or b.profile.failed(b.ins.start, "callee_changed", "type_changed", "classes_changed"):
        return False
    end = _end(b, follower, b.profile.objects[rows[0][2]])
    if end is None:
        return False
    b.load_local(0)
    own = b.frame.stack.pop()
    _require(b, own, rows)
    b.popn(2)
    if end is follower:
        b.push(Val(known=("object", rows[0][2])), CONST)
        b.frame.stack.append(own)
    else:
        b.drop(own)
        b.push(Val(NONE, known=("symbol", "_Py_NoneStruct"), const=None), CONST)
    for class_, above, function in rows:
        b.used_supers[class_, above, name] = function
    b.done_to = end
    return True


def _end(b: Builder, follower: Instruction, described: dict[str, Any]) -> Instruction | None:
    """The last instruction that is done here: LOAD_METHOD, or the CALL of `object.__init__` that goes with it; None where that can't be told, or fails."""
    if described["kind"] == "function":
        return follower
    found = _its_call(b, follower)
    if found is None:
        return None
    precall, keywords = found
    if described["kind"] != "method_descriptor":  # object.__init__
        last = b.ctx.decoded.instructions[precall.end]
        return last if precall.arg == 0 and precall.start == follower.end and last.start not in b.ctx.joins else None
    takes = described["takes"]
    return follower if precall.arg in TAKES.get(takes, ()) and (takes == "keywords" or not keywords) else None


def _its_call(b: Builder, follower: Instruction) -> tuple[Instruction, bool] | None:
    """The PRECALL that goes with a LOAD_METHOD, and whether keywords are given; None if there are jumps on the way."""
    instructions, joins = b.ctx.decoded.instructions, b.ctx.joins
    depth, keywords, ins = 2, False, instructions.get(follower.end)
    while ins is not None and ins.start not in joins and ins.target < 0:
        if ins.name == "PRECALL" and depth == 2 + ins.arg:
            return ins, keywords
        keywords = ins.name == "KW_NAMES"
        depth += dis.stack_effect(dis.opmap[ins.name], ins.arg if dis.opmap[ins.name] >= dis.HAVE_ARGUMENT else None)
        ins = instructions.get(ins.end)
    return None


def _plain_self(b: Builder) -> bool:
    """Is the first argument a local variable that has a value, and no cell?"""
    code = b.ctx.code
    if code.co_argcount == 0 or code.co_varnames[0] in code.co_cellvars or "__class__" not in code.co_freevars:
        return False
    local = b.frame.locals[0]
    if local.kind == VIRTUAL:
        return local.val is not None and isinstance(local.val.made, Instance)
    return local.kind not in ("unbound", "raw", "rawslot", PERHAPS)


def _rows(b: Builder, name: str) -> list[Row]:
    """What was told of this name, if all of it is one function above one class."""
    rows: list[Row] = list(b.snapshot.get("supers", {}).get((b.ctx.index, name), ()))
    local = b.frame.locals[0]
    if local.val is not None and local.val.type.ref >= 0:
        rows = [row for row in rows if row[0] == local.val.type.ref]
    return rows if len({row[1:] for row in rows}) == 1 else []


def _require(b: Builder, own: Entry, rows: list[Row]) -> None:
    if len(rows) == 1:
        require_class(b, own, b.profile.type_of(rows[0][0]))
    else:
        box = b.box(own)
        test = b.emit("is_version", box, ref=rows[0][0])
        for class_, _, _ in rows[1:]:
            test = b.emit("or_i1", test, b.emit("is_version", box, ref=class_))
        b.guard(test, "classes_changed")
    place = b.ctx.nlocals - len(b.ctx.code.co_freevars) + b.ctx.code.co_freevars.index("__class__")
    local = b.frame.locals[place]
    known = local.kind == "held" and local.val is not None and local.val.box is not None
    cell = local.val.box if known and local.val is not None and local.val.box is not None else b.emit("load_slot", index=place)
    b.guard(b.emit("same", b.emit("field_obj", cell, field="PyCellObject.ob_ref"), b.pool("object", rows[0][1])), "callee_changed")

