"""Truth of operands whose types were seen: without a call that could run Python code."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import OF_NUMPY, expected, require_float, require_int, require_type, truth, unboxable
from tierup.frontend.receivers import require_class
from tierup.frontend.state import RAW, Entry
from tierup.ir.graph import Value
from tierup.ir.types import BOOL, DICT, FLOAT, INT, LIST, NONE, SET, STR, TUPLE, Type

SIZED = (LIST, TUPLE, STR, DICT, SET)


def seen_truth(b: Builder, entry: Entry) -> Value | None:
    """Truth of the top of the stack as an i1, guarded for the types seen here; None if it may be anything, or if that has failed before. Does not pop it."""
    known = truth(b, entry)
    if known is not None or entry.own == RAW or b.profile.failed(b.ins.start, "classes_changed"):
        return known
    number = unboxable(b, entry, 0)
    if number in (FLOAT, INT):
        (require_float if number == FLOAT else require_int)(b, entry)
        return truth(b, entry)
    if expected(b, entry, 0) in OF_NUMPY:
        require_type(b, entry, expected(b, entry, 0))
        return truth(b, entry)
    types = [entry.val.type] if entry.val.type.known else b.profile.seen(b.ins.offset, 0)
    if len(types) == 1 and b.profile.failed(b.ins.start, "type_changed"):
        return None
    if len(types) == 1 and (types[0] in SIZED or types[0] == BOOL):
        require_type(b, entry, types[0])
        return truth(b, entry)
    if not types or not all(t in (BOOL, NONE) or always_true(b, t) for t in types):
        return None
    if len(types) == 1 and types[0].ref >= 0:
        require_class(b, entry, types[0])
        return b.emit("const_i1", value=True)
    return _one_of(b, entry, types)


def always_true(b: Builder, type_: Type) -> bool:
    """True if instances of this class of the program have no truth of their own while it does not change."""
    if type_.ref < 0 or type_.stable:
        return False
    return bool(b.profile.objects[type_.ref].get("flags", {}).get("plain_truth"))


def _one_of(b: Builder, entry: Entry, types: list[Type]) -> Value:
    box = b.box(entry)
    true: list[Value] = []
    false: list[Value] = []
    for type_ in types:
        if type_ == BOOL:
            true.append(b.emit("is_obj_true", box))
            false.append(b.emit("is_obj_false", box))
        elif type_ == NONE:
            false.append(b.emit("same", box, b.pool("symbol", "_Py_NoneStruct")))
        else:
            true.append(b.emit("is_version", box, ref=type_.ref))
    result = _any(b, true) if true else b.emit("const_i1", value=False)
    b.guard(_any(b, [result, *false]), "classes_changed")
    return result


def _any(b: Builder, flags: list[Value]) -> Value:
    result = flags[0]
    for flag in flags[1:]:
        result = b.emit("or_i1", result, flag)
    return result
