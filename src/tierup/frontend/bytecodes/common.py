"""What several families of handlers need: finding types, unboxing."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.state import Entry
from tierup.ir.graph import FrameState, Value
from tierup.ir.types import BOOL, FLOAT, INT, NUMBER, NUMPY_BOOL, NUMPY_FLOAT, NUMPY_INT, TYPE_SYMBOLS, UNKNOWN, Type

EXACT = 1 << 53
"""Up to there floats hold every int."""


def expected(b: Builder, entry: Entry, depth: int) -> Type:
    """Type of an operand: the known one, else the only one that was seen at this bytecode (position `depth`, 0 = top) unless that has failed before."""
    if entry.val.type.known or b.profile.failed(b.ins.start, "type_changed"):
        return entry.val.type
    return b.profile.only(b.ins.offset, depth)


def require_type(b: Builder, entry: Entry, type_: Type) -> None:
    """Guards that an operand (still on the stack) is exactly of a built-in type; known from then on."""
    if entry.val.type == type_:
        return
    assert type_.name in TYPE_SYMBOLS, f"no symbol for {type_}"
    b.guard(b.emit("is_type", b.box(entry), type=type_.name), "type_changed")
    entry.val.type = type_


def require_int(b: Builder, entry: Entry) -> Value:
    """The number of an operand (still on the stack) that is guarded to be an exact int of at most 60 bits."""
    if entry.val.raw is None:
        require_type(b, entry, INT)
        box = b.box(entry)
        b.guard(b.emit("int_fits", box), "overflow")
        learn_raw(b, entry, b.emit("int_value", box))
    assert entry.val.raw is not None
    return entry.val.raw


def require_float(b: Builder, entry: Entry) -> Value:
    """The number of an operand (still on the stack) that is guarded to be an exact float."""
    if entry.val.raw is None:
        require_type(b, entry, FLOAT)
        learn_raw(b, entry, b.emit("float_value", b.box(entry)))
    assert entry.val.raw is not None
    return entry.val.raw


def either_number(b: Builder, entry: Entry, depth: int) -> bool:
    """True for an operand of unknown type that may be a float or an int (it was seen to be now one, now the other), and never anything else."""
    if entry.val.type.known or entry.val.raw is not None or b.profile.failed(b.ins.start, "not_a_number", "overflow"):
        return False
    if entry.val.type == NUMBER:
        return not expected(b, entry, depth).known
    seen = set(b.profile.seen(b.ins.offset, depth))
    return seen == {INT, FLOAT} or (bool(seen) and seen <= {INT, FLOAT} and b.profile.failed(b.ins.start, "type_changed"))


def numeric(b: Builder, entry: Entry, depth: int) -> bool:
    """True for an operand that is an exact int or float, or was never seen to be anything else."""
    if entry.val.type.known or entry.val.type == NUMBER:
        return entry.val.type in (INT, FLOAT, NUMBER)
    seen = b.profile.seen(b.ins.offset, depth)
    return bool(seen) and {INT, FLOAT}.issuperset(seen) and not b.profile.failed(b.ins.start, "not_a_number")


def require_number(b: Builder, entry: Entry) -> None:
    """Guards that an operand (still on the stack) is an exact int or float, whatever its size."""
    if not entry.val.type.known and entry.val.type != NUMBER:
        b.guard(is_number(b, b.box(entry)), "not_a_number")
        entry.val.type = NUMBER


def is_number(b: Builder, box: Value) -> Value:
    """Is an object an exact int or float?"""
    return b.emit("or_i1", b.emit("is_type", box, type="float"), b.emit("is_type", box, type="int"))


def require_exact(b: Builder, raw: Value, state: FrameState) -> None:
    """Guards that a float can hold the int without rounding."""
    low = b.emit("i64_compare", raw, b.i64(-EXACT), pred=">=")
    high = b.emit("i64_compare", raw, b.i64(EXACT), pred="<=")
    b.guard(b.emit("and_i1", low, high), "overflow", state)


def number_as_float(b: Builder, entry: Entry, exact: bool = False) -> Value:
    """The number of an operand (still on the stack) that is guarded to be an exact float or int, as a float; `exact`: without rounding."""
    box, state = b.box(entry), b.state()
    float_way, int_way = b.fork(b.emit("is_type", box, type="float"))
    done = b.function.block()
    done.params.append(b.function.value("f64"))
    b.block = float_way
    b.goto(done, b.emit("float_value", box))
    b.block = int_way
    if entry.val.type != NUMBER:
        b.guard(b.emit("is_type", box, type="int"), "not_a_number", state)
    b.guard(b.emit("int_fits", box), "overflow", state)
    raw = b.emit("int_value", box)
    if exact:
        require_exact(b, raw, state)
    b.goto(done, b.emit("i64_to_f64", raw))
    b.block = done
    entry.val.type = NUMBER
    return done.params[0]


SCALARS = {INT: "i64", FLOAT: "f64", NUMPY_INT: "i64", NUMPY_FLOAT: "f64", NUMPY_BOOL: "i1"}
"""Numbers that can be in registers, and what they are there."""
OF_NUMPY = (NUMPY_INT, NUMPY_FLOAT, NUMPY_BOOL)


def require_scalar(b: Builder, entry: Entry, type_: Type) -> Value:
    """The number of an operand (still on the stack) that is guarded to be of one of these types."""
    if type_ not in OF_NUMPY:
        return require_int(b, entry) if type_ == INT else require_float(b, entry)
    if entry.val.raw is None:
        require_type(b, entry, type_)
        learn_raw(b, entry, b.emit(f"n{SCALARS[type_]}_value", b.box(entry)))
    assert entry.val.raw is not None
    return b.emit(f"number_{SCALARS[type_]}", entry.val.raw)


def str_of_int(b: Builder, entry: Entry) -> Value:
    """Pops an operand that is guarded to be an int in a register: its digits."""
    number = require_int(b, entry)
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 1), "recursion_limit")  # the interpreter counts a level for the str of an object
    b.pop()
    digits = b.emit("call", number, state=b.raising((entry,)), helper="int_str")
    b.drop(entry)
    return digits


def is_whole(b: Builder, entry: Entry, depth: int) -> bool:
    """True for an operand that is an int or a numpy.int64, or is expected to be one."""
    return unboxable(b, entry, depth) == INT or expected(b, entry, depth) == NUMPY_INT


def require_whole(b: Builder, entry: Entry, depth: int) -> Value:
    """The number of such an operand (still on the stack)."""
    return require_scalar(b, entry, NUMPY_INT if expected(b, entry, depth) == NUMPY_INT else INT)


def push_numpy(b: Builder, number: Value, type_: Type) -> None:
    """Pushes a scalar of NumPy that is a number so far."""
    b.push_raw(b.emit(f"numpy_{SCALARS[type_]}", number), type_)


def learn_raw(b: Builder, entry: Entry, raw: Value) -> None:
    """From now on the value is also known unboxed; so is every local that holds it."""
    entry.val.raw = raw
    for local in b.frame.chain()[0].locals:
        if local.val is entry.val and local.kind == "boxed":
            local.kind = "both"


def unboxable(b: Builder, entry: Entry, depth: int) -> Type:
    """INT or FLOAT if the operand is one or is expected to be one, else UNKNOWN."""
    type_ = expected(b, entry, depth)
    if type_ == INT and entry.val.raw is None and b.profile.failed(b.ins.start, "overflow"):
        return UNKNOWN
    return type_ if type_ in (INT, FLOAT) else UNKNOWN


def truth(b: Builder, entry: Entry) -> Value | None:
    """Truth of a value as an i1 if that needs no call, else None. Does not pop it."""
    val = entry.val
    if val.type in OF_NUMPY:
        number = require_scalar(b, entry, val.type)
        if val.type == NUMPY_BOOL:
            return number
        zero = b.i64(0) if val.type == NUMPY_INT else b.emit("const_f64", value=0.0)
        return b.emit(f"{SCALARS[val.type]}_compare", number, zero, pred="!=")
    if val.raw is not None:
        if val.type == BOOL:
            return val.raw
        if val.type == INT:
            return b.emit("i64_compare", val.raw, b.i64(0), pred="!=")
        if val.type == FLOAT:
            return b.emit("f64_compare", val.raw, b.emit("const_f64", value=0.0), pred="!=")
    lengths = {"list": "size", "tuple": "size", "str": "str_len", "dict": "dict_len", "set": "set_len"}
    if val.type.name == "NoneType":
        return b.emit("const_i1", value=False)
    if val.type.name in lengths:
        return b.emit("i64_compare", b.emit(lengths[val.type.name], b.box(entry)), b.i64(0), pred="!=")
    if val.type.name == "bool":
        return b.emit("is_obj_true", b.box(entry))
    return None
