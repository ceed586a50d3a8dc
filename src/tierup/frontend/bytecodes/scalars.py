"""Arithmetic of NumPy's scalars (NumPy 2), among each other and with ints and floats, as far as it gives no reason to warn; then NumPy does it."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import OF_NUMPY, SCALARS, expected, push_numpy, require_exact, require_scalar
from tierup.frontend.state import Entry
from tierup.ir.graph import Value
from tierup.ir.types import FLOAT, NUMPY_BOOL, NUMPY_FLOAT, NUMPY_INT, UNKNOWN, Type

QUIET = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div"}
WHOLE = ("add", "sub", "mul", "floordiv", "mod", "shr")
BITWISE = ("and", "or", "xor")
SPECULATIVE = ("overflow", "division_by_zero", "numpy_warns", "type_changed")


def kind(b: Builder, entry: Entry, depth: int) -> Type:
    """The type of an operand that is such a number, else UNKNOWN."""
    type_ = expected(b, entry, depth)
    return type_ if type_ in SCALARS and type_ != NUMPY_BOOL else UNKNOWN


def _kinds(b: Builder, left: Entry, right: Entry) -> tuple[Type, Type] | None:
    """Types of two operands of which at least one is a scalar of NumPy."""
    types = kind(b, left, 1), kind(b, right, 0)
    return types if UNKNOWN not in types and any(type_ in OF_NUMPY for type_ in types) else None


def binary(b: Builder, operator: str, left: Entry, right: Entry) -> bool:
    """BINARY_OP; False if it is not for us."""
    types = _kinds(b, left, right)
    if types is None:
        return False
    floats = NUMPY_FLOAT in types or FLOAT in types
    if b.profile.failed(b.ins.start, *SPECULATIVE) or operator not in (QUIET if floats else (*WHOLE, *BITWISE, "truediv")):
        return False
    numbers = [require_scalar(b, entry, type_) for entry, type_ in zip((left, right), types, strict=True)]
    if floats:
        result, type_ = _of_floats(b, operator, numbers), NUMPY_FLOAT
    elif operator == "truediv":
        b.guard(b.emit("i64_compare", numbers[1], b.i64(0), pred="!="), "division_by_zero")
        result, type_ = _of_floats(b, operator, numbers), NUMPY_FLOAT
    elif operator in BITWISE:
        result, type_ = b.emit(f"i64_{operator}", *numbers), NUMPY_INT
    else:
        result, type_ = b.emit(f"i64_{operator}", *numbers, state=b.state()), NUMPY_INT
    _replace(b, 2, result, type_)
    return True


def _of_floats(b: Builder, operator: str, numbers: list[Value]) -> Value:
    x, y = (number if number.repr == "f64" else b.emit("i64_to_f64", number) for number in numbers)
    if operator == "truediv":
        b.guard(b.emit("f64_compare", y, b.emit("const_f64", value=0.0), pred="!="), "division_by_zero")
    return b.emit(f"quiet_{QUIET[operator]}", x, y, state=b.state())


def compare(b: Builder, pred: str, left: Entry, right: Entry) -> bool:
    """COMPARE_OP; False if it is not for us. NumPy does not look at flags here."""
    types = _kinds(b, left, right)
    if types is None or b.profile.failed(b.ins.start, *SPECULATIVE):
        return False
    numbers = [require_scalar(b, entry, type_) for entry, type_ in zip((left, right), types, strict=True)]
    if NUMPY_FLOAT in types or FLOAT in types:
        result = b.emit("f64_compare", *(_exact(b, number) for number in numbers), pred=pred)
    else:
        result = b.emit("i64_compare", *numbers, pred=pred)
    _replace(b, 2, result, NUMPY_BOOL)
    return True


def _exact(b: Builder, number: Value) -> Value:
    if number.repr == "f64":
        return number
    require_exact(b, number, b.state())
    return b.emit("i64_to_f64", number)


def negative(b: Builder, entry: Entry) -> bool:
    """UNARY_NEGATIVE; False if it is not for us."""
    type_ = kind(b, entry, 0)
    if type_ not in (NUMPY_INT, NUMPY_FLOAT) or b.profile.failed(b.ins.start, *SPECULATIVE):
        return False
    number = require_scalar(b, entry, type_)
    _replace(b, 1, b.emit("f64_neg", number) if type_ == NUMPY_FLOAT else b.emit("i64_neg", number, state=b.state()), type_)
    return True


def _replace(b: Builder, count: int, result: Value, type_: Type) -> None:
    """Pops and releases operands, pushes the result."""
    for entry in b.popn(count):
        b.drop(entry)
    push_numpy(b, result, type_)
