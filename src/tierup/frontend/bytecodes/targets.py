"""PRECALL where what is called is in a variable, an attribute or a cell: a function, a class or a bound method.

If the recorder saw the same one each time (or one of a few), it is tested for, and known from then on: the call can go in line.
A bound method becomes what LOAD_METHOD would have left: the function or method descriptor, and the object it is bound to, which the method lends. Only what a
module (or a class of it) has is tested for by identity: the region keeps it alive.
"""

from __future__ import annotations

from typing import Any

from tierup.abi.inlining import RECORDED_DEPTH
from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.names import described_val
from tierup.frontend.decode import Instruction
from tierup.frontend.state import CONST, HEAP, MAYBE_NULL, NULL, OUTER, OWNED, SLOT, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import METHOD, METHOD_IN_C, TYPE_SYMBOLS, UNKNOWN, Type

BORROWED = (HEAP, OUTER, SLOT)

@handles("PRECALL")
def precall(b: Builder, ins: Instruction) -> None:
    unbound, callee = b.frame.stack[-ins.arg - 2], b.frame.stack[-ins.arg - 1]
    b.called_code, b.called_class = -1, UNKNOWN
    if unbound.own != NULL or callee.own not in (*BORROWED, OWNED) or callee.slot == MAYBE_NULL:
        return
    found = b.profile.targets(ins.offset)
    described = [b.profile.objects[ref] for ref in found]
    if [each["kind"] for each in described] == ["code"] and not b.profile.failed(ins.start, "callee_changed"):
        _made_anew(b, callee, described[0])
        return
    if not found and ins.arg < RECORDED_DEPTH:
        b.called_class = b.profile.only(ins.offset, ins.arg)
    if not found or not all(each.get("findable") for each in described) or b.profile.failed(ins.start, "callee_changed"):
        return
    if len(found) > 1 and b.kwnames is not None:
        return  # the names go with CALL, in the same block
    if all(each["kind"] == "method_descriptor" for each in described):
        if len(found) == 1 and callee.own != OWNED:
            _bound_in_c(b, callee, ins.arg, found[0])
    elif all(_bound(b, each, ins.arg) for each in described):
        if callee.own != OWNED:
            _require_class(b, callee, METHOD)
            _one_of(b, ins, found, b.emit("field_obj", b.box(callee), field="PyMethodObject.im_func"), bound=True)
    elif not any(_bound(b, each, ins.arg) for each in described):
        _one_of(b, ins, found, b.box(callee), bound=False)


def _made_anew(b: Builder, callee: Entry, described: dict[str, Any]) -> None:
    """A function that another one makes each time it runs: what stays the same is its code, and where its globals are."""
    index = described["code"]
    if index < 0:
        return
    function = b.box(callee)
    b.guard(b.emit("is_type", function, type="function"), "callee_changed")
    for field, what in (("func_code", "code"), ("func_globals", "globals"), ("func_builtins", "builtins")):
        b.guard(b.emit("same", b.emit("field_obj", function, field=f"PyFunctionObject.{field}"), b.pool(what, index)), "callee_changed")
    b.called_code = index


def _bound(b: Builder, described: dict[str, Any], count: int) -> bool:
    """Was it a method of the function that was called?"""
    if described["kind"] != "function":
        return False
    if count < RECORDED_DEPTH:
        return b.profile.only(b.ins.offset, count) == METHOD
    return bool(described["argcount"] == count + 1 and not described["defaults"])


def _require_class(b: Builder, callee: Entry, type_: Type) -> None:
    b.guard(b.emit("is_type", b.box(callee), type=type_.name), "callee_changed")


def _bound_in_c(b: Builder, callee: Entry, count: int, ref: int) -> None:
    """A method in C of an object of a built-in type."""
    type_ = b.profile.type_of(b.profile.objects[ref]["type"])
    if type_.name not in TYPE_SYMBOLS or type_.ref >= 0:
        return
    _require_class(b, callee, METHOD_IN_C)
    definition = b.emit("field_obj", b.pool("object", ref), field="PyMethodDescrObject.d_method")
    b.guard(b.emit("same", b.emit("field_obj", b.box(callee), field="PyCFunctionObject.m_ml"), definition), "callee_changed")
    owner = b.emit("field_obj", b.box(callee), field="PyCFunctionObject.m_self")
    b.guard(b.emit("is_type", owner, type=type_.name), "callee_changed")
    _know(b, count, ref, Val(type_, owner))


def _one_of(b: Builder, ins: Instruction, found: list[int], actual: Value, bound: bool) -> None:
    """Each goes its own way from here; where there are several, so does whatever else comes."""
    for ref in found:
        test = b.emit("same", actual, b.pool("object", ref))
        if len(found) == 1:
            b.guard(test, "callee_changed")
            _learn(b, ins.arg, ref, bound)
            return
        this, rest = b.split(test)
        b.resume(this)
        _learn(b, ins.arg, ref, bound)
        b.jump_to(ins.end)
        b.resume(rest)
    b.jump_to(ins.end)


def _learn(b: Builder, count: int, ref: int, bound: bool) -> None:
    """The test has succeeded."""
    callee = b.frame.stack[-count - 1]
    if bound:
        _know(b, count, ref, Val(box=b.emit("field_obj", b.box(callee), field="PyMethodObject.im_self")))
        return
    b.frame.stack[-count - 1] = Entry(described_val(b, b.profile.objects[ref], ("object", ref)), CONST)
    b.drop(callee)


def _know(b: Builder, count: int, ref: int, owner: Val) -> None:
    """The method and its owner take the places of NULL and the bound method."""
    b.frame.stack[-count - 2] = Entry(described_val(b, b.profile.objects[ref], ("object", ref)), CONST)
    b.frame.stack[-count - 1] = Entry(owner, HEAP)
