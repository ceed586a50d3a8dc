"""BINARY_OP, UNARY_*, COMPARE_OP, IS_OP, CONTAINS_OP."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import scalars, templates
from tierup.frontend.bytecodes.common import (
    either_number,
    expected,
    is_number,
    number_as_float,
    numeric,
    require_exact,
    require_float,
    require_int,
    require_number,
    require_type,
    unboxable,
)
from tierup.frontend.bytecodes.dunders import binary_special, compare_special
from tierup.frontend.bytecodes.truths import seen_truth
from tierup.frontend.decode import Instruction
from tierup.frontend.receivers import require_class
from tierup.frontend.state import OWNED, SLOT, VIRTUAL, Entry
from tierup.ir.graph import Value
from tierup.ir.types import BOOL, DICT, FLOAT, INT, LIST, NONE, NUMBER, SET, STR, TUPLE, UNKNOWN, Type

NB_NAMES = ("add", "and", "floordiv", "shl", "matmul", "mul", "mod", "or", "pow", "shr", "sub", "truediv", "xor")
"""Operators in the order of BINARY_OP's oparg (NB_*); in-place ones follow in the same order."""

COMPARISONS = ("<", "<=", "==", "!=", ">", ">=")

WHOLE = ("add", "sub", "mul", "floordiv", "mod", "and", "or", "xor", "shl", "shr")
"""What ints make of ints."""


@handles("BINARY_OP")
def binary_op(b: Builder, ins: Instruction) -> None:
    left, right = b.frame.stack[-2], b.frame.stack[-1]
    operator = NB_NAMES[ins.arg % 13]
    types = unboxable(b, left, 1), unboxable(b, right, 0)
    if b.profile.failed(ins.start, "overflow", "division_by_zero") and types[0] == types[1] == INT:
        types = UNKNOWN, UNKNOWN
    if _is_nan(b, left) or _is_nan(b, right):
        b.push_owned(b.operate("binary_op", 2, b.i64(ins.arg)))
        return
    if scalars.binary(b, operator, left, right):
        return
    whole = types == (UNKNOWN, UNKNOWN) and expected(b, left, 1) == INT == expected(b, right, 0)
    if types == (INT, INT) and operator not in ("matmul", "pow"):
        _int_op(b, operator, left, right)
    elif _on_floats(b, operator, left, right, types):
        _float_op(b, operator, left, right, types[0] == INT, types[1] == INT)
    elif operator == "add" and expected(b, left, 1) == STR == expected(b, right, 0):
        require_type(b, left, STR)
        require_type(b, right, STR)
        if left.own == SLOT and b.stored_next() == left.slot:
            _append(b, left, right)
        else:
            b.push_owned(b.operate("str_concat", 2), STR)
    elif operator == "mod" and templates.percent(b):
        pass
    elif numeric(b, left, 1) and numeric(b, right, 0):
        if operator in ("add", "sub", "mul") and _maybe_floats(b, left, right):
            _perhaps_floats(b, operator, left, right)
        else:
            _of_numbers(b, "binary_op", left, right, INT if whole and operator in WHOLE else _made_of_numbers(operator))
    elif not binary_special(b, left, right, ins.arg):
        safe = left.val.type.stable and right.val.type.stable and left.val.type in (INT, FLOAT, STR) and right.val.type in (INT, FLOAT, STR, BOOL)
        b.push_owned(b.operate("binary_op", 2, b.i64(ins.arg), safe=safe))


def _is_nan(b: Builder, entry: Entry) -> bool:
    """A constant that is a nan: of two nans the first one decides on sign and payload of the result, and LLVM changes the order of operands that it loads."""
    value = b.profile.described(entry.val.known).get("value", entry.val.const)
    return type(value) is float and value != value


def _made_of_numbers(operator: str) -> Type:
    """What ints and floats make, now these and now those."""
    return FLOAT if operator == "truediv" else NUMBER if operator in ("add", "sub", "mul", "mod", "floordiv") else UNKNOWN


def _append(b: Builder, left: Entry, right: Entry) -> None:
    """`s = s + x` of a local: the string may grow where it is, as in the interpreter, since the local gives its reference up first."""
    if right.own == SLOT and right.slot == left.slot:
        b.emit("incref", b.box(right))
        right.own = OWNED
    addend = b.box(right)
    b.popn(2)
    result = b.emit("call", b.take_local(left.slot), addend, state=b.raising((right,)), helper="str_append")
    b.drop(right)
    b.push_owned(result, STR)


def _of_numbers(b: Builder, helper: str, left: Entry, right: Entry, type_: Type) -> None:
    """Of ints and floats, now these and now those, or of ints too large for a register: the result is an object, but no Python code runs."""
    for entry in (left, right):
        if type_ == INT:
            require_type(b, entry, INT)
        else:
            require_number(b, entry)
    b.push_owned(b.operate(helper, 2, b.i64(b.ins.arg), safe=True), type_)


def _maybe_floats(b: Builder, left: Entry, right: Entry) -> bool:
    """May two numbers be floats, one of them perhaps an int in a register that can be made one?"""
    unknown = [(entry, depth) for entry, depth in ((left, 1), (right, 0)) if not entry.val.type.known]
    known = [entry for entry in (left, right) if entry.val.type.known]
    seen = all(FLOAT in b.profile.seen(b.ins.offset, depth) for _, depth in unknown)
    return bool(unknown) and seen and all(entry.val.type == FLOAT or entry.val.raw is not None for entry in known)


def _perhaps_floats(b: Builder, operator: str, left: Entry, right: Entry) -> None:
    """Of ints and floats, now these and now those, which are not both known to be ints: in line if the unknown ones are floats. The result is an object."""
    store = _frees_local(b, left)
    b.secure_heap()
    boxes, state = [b.boxed(entry) for entry in (left, right)], b.state()
    entries = b.popn(2)
    raising, number = b.raising(tuple(entries)), b.i64(b.ins.arg)
    done = b.function.block()
    done.params.append(b.function.value("obj"))
    untested = [box for entry, box in zip(entries, boxes, strict=True) if not entry.val.type.known]
    tests = [b.emit("is_type", box, type="float") for box in untested]
    fast, slow = b.fork(tests[0] if len(tests) == 1 else b.emit("and_i1", *tests))
    b.block = fast
    result = b.emit(f"f64_{operator}", *(_float_of(b, entry, box) for entry, box in zip(entries, boxes, strict=True)))
    reused = b.emit("reuse_f64", boxes[0], result, state=raising) if store and boxes[0] in untested else b.emit("box_f64", result, state=raising)
    b.goto(done, reused)
    b.block = slow
    for entry, box in zip(entries, boxes, strict=True):
        if entry.val.type == UNKNOWN:
            b.guard(is_number(b, box), "not_a_number", state)
    b.goto(done, b.emit("call", *boxes, number, state=raising, helper="binary_op"))
    b.block = done
    for entry in entries:
        if not entry.val.type.known:
            entry.val.type = NUMBER
        b.drop(entry)
    b.push_owned(done.params[0], NUMBER)


def _frees_local(b: Builder, left: Entry) -> bool:
    """Does the next bytecode put the result in place of the left operand, in a local of the region's own frame? Then nothing else borrows from it."""
    if b.inlined or left.own != SLOT or b.stored_next() != left.slot:
        return False
    operands = b.popn(2)
    b.loans_from(left.slot)
    b.frame.stack += operands
    return True


def _float_of(b: Builder, entry: Entry, box: Value) -> Value:
    """The number of an operand that is a float, or an int in a register."""
    if entry.val.raw is None:
        return b.emit("float_value", box)
    return entry.val.raw if entry.val.type == FLOAT else b.emit("i64_to_f64", entry.val.raw)


def _int_op(b: Builder, operator: str, left: Entry, right: Entry) -> None:
    x, y = require_int(b, left), require_int(b, right)
    name = f"i64_{operator}"
    if operator in ("and", "or", "xor"):
        result = b.emit(name, x, y)
    else:
        result = b.emit(name, x, y, state=b.state())
    _replace(b, 2, result, FLOAT if operator == "truediv" else INT)


def _on_floats(b: Builder, operator: str, left: Entry, right: Entry, types: tuple[Type, Type]) -> bool:
    """True if one operand is a float and the other one, or an int."""
    if FLOAT not in types:
        return False
    if UNKNOWN not in types:
        return operator in ("add", "sub", "mul", "truediv", "mod", "floordiv", "pow")
    return operator in ("add", "sub", "mul") and _number_kind(b, left, 1) and _number_kind(b, right, 0)


def _number_kind(b: Builder, entry: Entry, depth: int) -> bool:
    """True for an int or float, also if both were seen here."""
    return unboxable(b, entry, depth) in (INT, FLOAT) or either_number(b, entry, depth)


def _as_float(b: Builder, entry: Entry, is_int: bool, depth: int) -> Value:
    if entry.val.raw is None and either_number(b, entry, depth):
        return number_as_float(b, entry)
    if not is_int:
        return require_float(b, entry)
    raw = require_int(b, entry)
    return b.emit("i64_to_f64", raw)


def _float_op(b: Builder, operator: str, left: Entry, right: Entry, left_int: bool, right_int: bool) -> None:
    x, y = _as_float(b, left, left_int, 1), _as_float(b, right, right_int, 0)
    if operator in ("add", "sub", "mul"):
        result = b.emit(f"f64_{operator}", x, y)
    elif operator == "truediv":
        result = b.emit("f64_truediv", x, y, state=b.state())
    elif operator == "pow":
        result = _float_pow(b, x, y)
    else:
        b.guard(b.emit("f64_compare", y, b.emit("const_f64", value=0.0), pred="!="), "division_by_zero")
        result = b.emit("call", x, y, helper=f"float_{operator}")
    _replace(b, 2, result, FLOAT)


def _float_pow(b: Builder, x: Value, y: Value) -> Value:
    out = b.emit("stack_array", count=1)
    done = b.emit("call", x, y, out, helper="float_pow")
    b.guard(b.emit("i64_compare", done, b.i64(1), pred="=="), "overflow")
    return b.emit("array_f64", out, index=0)


def _replace(b: Builder, count: int, result: Value, type_: object) -> None:
    """Pops and releases operands, pushes an unboxed result."""
    operands = b.popn(count)
    for entry in operands:
        b.drop(entry)
    b.push_raw(result, type_)  # type: ignore[arg-type]


@handles("UNARY_NEGATIVE", "UNARY_POSITIVE", "UNARY_INVERT")
def unary(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    if ins.name == "UNARY_NEGATIVE" and scalars.negative(b, entry):
        return
    type_ = unboxable(b, entry, 0)
    if b.profile.failed(ins.start, "overflow"):
        type_ = UNKNOWN
    if ins.name == "UNARY_NEGATIVE" and type_ == INT:
        _replace(b, 1, b.emit("i64_neg", require_int(b, entry), state=b.state()), INT)
    elif ins.name == "UNARY_NEGATIVE" and type_ == FLOAT:
        _replace(b, 1, b.emit("f64_neg", require_float(b, entry)), FLOAT)
    elif ins.name == "UNARY_INVERT" and type_ == INT:
        _replace(b, 1, b.emit("i64_invert", require_int(b, entry)), INT)
    else:
        b.push_owned(b.operate(ins.name.lower(), 1))


@handles("UNARY_NOT")
def unary_not(b: Builder, ins: Instruction) -> None:
    known = seen_truth(b, b.frame.stack[-1])
    if known is None:
        flag = b.operate("is_true", 1)
        known = b.emit("i64_compare", flag, b.i64(0), pred="!=")
    else:
        b.drop(b.pop())
    b.push_raw(b.emit("not", known), BOOL)


@handles("COMPARE_OP")
def compare_op(b: Builder, ins: Instruction) -> None:
    left, right = b.frame.stack[-2], b.frame.stack[-1]
    pred = COMPARISONS[ins.arg]
    types = unboxable(b, left, 1), unboxable(b, right, 0)
    if scalars.compare(b, pred, left, right):
        return
    if types == (INT, INT):
        _replace(b, 2, b.emit("i64_compare", require_int(b, left), require_int(b, right), pred=pred), BOOL)
    elif _number_kind(b, left, 1) and _number_kind(b, right, 0):
        x = _exact_float(b, left, types[0], 1)
        y = _exact_float(b, right, types[1], 0)
        _replace(b, 2, b.emit("f64_compare", x, y, pred=pred), BOOL)
    elif pred in ("==", "!=") and _only_itself(b, left, 1) and _only_itself(b, right, 0):
        _compare_identity(b, left, right, pred)
    elif pred in ("==", "!=") and expected(b, left, 1) == STR == expected(b, right, 0):
        _compare_strs(b, left, right, pred)
    elif numeric(b, left, 1) and numeric(b, right, 0):
        _of_numbers(b, "compare", left, right, BOOL)
    elif not compare_special(b, left, right, ins.arg):
        safe = left.val.type in (INT, FLOAT, STR, BOOL) and right.val.type in (INT, FLOAT, STR, BOOL)
        result = b.operate("compare", 2, b.i64(ins.arg), safe=safe)
        b.push_owned(result)


def _exact_float(b: Builder, entry: Entry, type_: Type, depth: int) -> Value:
    """The operand as a float without rounding (comparisons of int and float are exact)."""
    if entry.val.raw is None and either_number(b, entry, depth):
        return number_as_float(b, entry, exact=True)
    if type_ != INT:
        return require_float(b, entry)
    raw = require_int(b, entry)
    require_exact(b, raw, b.state())
    return b.emit("i64_to_f64", raw)


def _only_itself(b: Builder, entry: Entry, depth: int) -> bool:
    """True for None, and for an instance of a class of the program that compares by identity, as `object` does."""
    type_ = expected(b, entry, depth)
    if type_.ref < 0 or type_.stable or b.profile.failed(b.ins.start, "type_changed"):
        return type_ == NONE
    return bool(b.profile.objects[type_.ref].get("flags", {}).get("plain_equality"))


def _compare_identity(b: Builder, left: Entry, right: Entry, pred: str) -> None:
    for entry, depth in ((left, 1), (right, 0)):
        require_class(b, entry, expected(b, entry, depth))
    same = _same(b, left, right)
    _replace(b, 2, same if pred == "==" else b.emit("not", same), BOOL)


def _compare_strs(b: Builder, left: Entry, right: Entry, pred: str) -> None:
    require_type(b, left, STR)
    require_type(b, right, STR)
    flag = b.operate("str_equal", 2)
    b.push_raw(b.emit("i64_compare", flag, b.i64(1), pred=pred), BOOL)


@handles("IS_OP")
def is_op(b: Builder, ins: Instruction) -> None:
    same = _same(b, b.frame.stack[-2], b.frame.stack[-1])
    _replace(b, 2, b.emit("not", same) if ins.arg else same, BOOL)


def _same(b: Builder, left: Entry, right: Entry) -> Value:
    """Are the operands (still on the stack) one object?"""
    if VIRTUAL in (left.own, right.own):  # what does not exist is nothing else
        return b.emit("const_i1", value=left.val is right.val)
    box = b.boxed(left)
    return b.emit("same", box, b.boxed(right))


@handles("CONTAINS_OP")
def contains_op(b: Builder, ins: Instruction) -> None:
    item, container = b.frame.stack[-2], b.frame.stack[-1]
    container_type = expected(b, container, 0)
    if container_type in (DICT, SET, STR):
        require_type(b, container, container_type)
    elif container_type in (LIST, TUPLE) and not b.profile.failed(ins.start, "type_changed") and _simple_in(b, item, container, container_type):
        return
    safe = container.val.type in (DICT, SET, STR) and item.val.type in (INT, STR, FLOAT)
    flag = b.operate("contains", 2, safe=safe)
    b.push_raw(b.emit("i64_compare", flag, b.i64(1), pred="!=" if ins.arg else "=="), BOOL)


def _simple_in(b: Builder, item: Entry, container: Entry, container_type: Type) -> bool:
    """A number, str or None in a list or tuple of such things: no Python code runs."""
    type_ = expected(b, item, 1)
    if type_ not in (INT, FLOAT, STR, BOOL, NONE):
        return False
    require_type(b, item, type_)
    require_type(b, container, container_type)
    flag = b.emit("call", b.boxed(item), b.boxed(container), helper="contains_simple")
    b.guard(b.emit("i64_compare", flag, b.i64(2), pred="<"), "type_changed")
    for entry in b.popn(2):
        b.drop(entry)
    b.push_raw(b.emit("i64_compare", flag, b.i64(1), pred="!=" if b.ins.arg else "=="), BOOL)
    return True
