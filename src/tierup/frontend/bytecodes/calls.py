"""KW_NAMES, CALL; calls of known functions in line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import arrays, known, loop_generators
from tierup.frontend.bytecodes.common import OF_NUMPY, SCALARS, expected, require_float, require_int, require_scalar, require_type
from tierup.frontend.bytecodes.containers import LENGTHS
from tierup.frontend.bytecodes.dunders import call_instance
from tierup.frontend.bytecodes.feeding import inline_fed
from tierup.frontend.bytecodes.frameless import call_frameless
from tierup.frontend.bytecodes.quiet import runs_no_python
from tierup.frontend.bytecodes.supers import super_method
from tierup.frontend.comprehensions import inline_made
from tierup.frontend.decode import Instruction
from tierup.frontend.direct import call_known
from tierup.frontend.inline import inline_call, inline_made_anew, inline_making
from tierup.frontend.receivers import require_class
from tierup.frontend.state import CONST, MAYBE_NULL, NULL, OWNED, RAW, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import (
    ARRAY,
    BOOL,
    BYTEARRAY,
    DICT,
    ENUMERATE,
    FLOAT,
    INT,
    LIST,
    NUMPY_FLOAT,
    NUMPY_INT,
    RANGE,
    SET,
    STR,
    TUPLE,
    TYPE_SYMBOLS,
    UNKNOWN,
    ZIP,
    Type,
)

Inline = Callable[[Builder, list[Entry]], bool]


@handles("KW_NAMES")
def kw_names(b: Builder, ins: Instruction) -> None:
    instructions = b.ctx.decoded.instructions
    b.kwnames, b.keywords = ins.arg, (ins.start, instructions[instructions[ins.end].end].end)


@handles("CALL")
def call(b: Builder, ins: Instruction) -> None:
    stack, n = b.frame.stack, ins.arg
    kwnames, b.kwnames = b.kwnames, None
    index, called_class = b.called_code, b.called_class
    b.called_code, b.called_class = -1, UNKNOWN
    method, first = stack[-n - 2], stack[-n - 1]
    callee = first if method.own == NULL else method
    if method.slot != MAYBE_NULL and (_positional(b, method, callee, n) if kwnames is None else _with_names(b, method, callee, n, b.code.co_consts[kwnames])):
        return
    if index >= 0 and inline_made_anew(b, callee, index, n, n + 2, () if kwnames is None else b.code.co_consts[kwnames]):
        return
    if kwnames is None and method.own == NULL and call_instance(b, callee, n, called_class):
        return
    names = None if kwnames is None else b.pool("const", b.ctx.index, kwnames)
    if method.own == OWNED and method.slot == MAYBE_NULL:
        _maybe_method(b, n, names)
    elif method.own == NULL:
        _plain(b, callee, n, names, below=1)
    else:
        _plain(b, callee, n + 1, names, below=0)


def _positional(b: Builder, method: Entry, callee: Entry, n: int) -> bool:
    """Ways to call what is known; `method` is NULL, or what is called with one argument more."""
    count = n if method.own == NULL else n + 1
    if _in_line(b, callee, count) or loop_generators.begin(b, callee, count, n + 2):
        return True
    if call_frameless(b, callee, count, n + 2) or inline_call(b, callee, count, n + 2):
        return True
    if method.own == NULL and inline_making(b, callee, n):
        return True
    if n == 0 and method.own == NULL and super_method(b, callee):
        return True
    if count == 1 and (inline_made(b, callee, n + 2) or inline_fed(b, callee)):
        return True
    return call_known(b, callee, count, n + 2)


def _with_names(b: Builder, method: Entry, callee: Entry, n: int, names: tuple[str, ...]) -> bool:
    """The same where the last arguments have names."""
    count = n if method.own == NULL else n + 1
    if loop_generators.begin(b, callee, count, n + 2, names) or inline_call(b, callee, count, n + 2, names=names):
        return True
    if method.own == NULL and inline_making(b, callee, n, names):
        return True
    return call_known(b, callee, count, n + 2, names)


COUNTS_REFERENCES = ("sys", "getrefcount")
"""The one builtin function that shows whether its arguments have a reference of the operand stack's own."""


def _maybe_method(b: Builder, n: int, names: Value | None) -> None:
    b.prepare("escapes", True)
    values = [b.own(e) for e in b.frame.stack[-n - 1 :]]
    b.popn(n + 1)
    method = b.pop()
    box = b.box(method)
    names = b.emit("null") if names is None else names
    result = b.emit("call", box, names, *values, state=b.raising((method,)), helper="call_maybe_method")
    b.after("escapes", True)
    b.emit("xdecref", box, type="unknown", offset=b.position)
    b.push_owned(result)


def _plain(b: Builder, callee: Entry, n: int, names: Value | None, below: int) -> None:
    """Calls `callee` with the top n entries; `below`: NULLs under the callable."""
    described = b.profile.described(callee.val.known)
    safe = names is None and runs_no_python(b, described, b.top(n) if n else [])
    b.prepare("escapes", not safe)
    shows = (described.get("module"), described.get("name")) == COUNTS_REFERENCES
    borrow = safe or (described.get("kind") in ("builtin", "method_descriptor") and not shows)
    entries = b.frame.stack[len(b.frame.stack) - n :] if n else []
    values = [b.boxed(e) if borrow else b.own(e) for e in entries]
    target = b.boxed(callee)
    b.popn(n + 1 + below)
    drop = (*(entries if borrow else ()), callee)
    if borrow and names is None:
        result = b.emit("call", target, *values, state=b.raising(drop), helper="call_quiet" if safe else "call_builtin")
    else:
        names = b.emit("null") if names is None else names
        result = b.emit("call", target, names, *values, state=b.raising(drop), helper="call_borrow" if borrow else "call")
    b.after("escapes", not safe)
    if borrow:
        for entry in entries:
            b.drop(entry)
    b.drop(callee)
    b.push_owned(result, _result_type(described) if described.get("kind") == "type" else known.made(b, described) if borrow else UNKNOWN)


MADE_BY = {
    "zip": ZIP, "enumerate": ENUMERATE, "range": RANGE, "list": LIST, "dict": DICT, "set": SET, "tuple": TUPLE, "bytearray": BYTEARRAY,
}  # fmt: skip
"""Exact types of what calls of built-in classes return."""


def _result_type(described: dict[str, Any]) -> Type:
    """Exact type of what a known class returns when it is called."""
    if described.get("kind") != "type" or not described.get("builtin"):
        return UNKNOWN
    return MADE_BY.get(described["name"], UNKNOWN)


def _in_line(b: Builder, callee: Entry, n: int) -> bool:
    """Tries to do the call of a known C function without a call. The operands are still on the stack, with one or two entries below the arguments."""
    described = b.profile.described(callee.val.known)
    inline = IN_LINE.get((b.profile.full_name(described), n)) if described else None
    if inline is None or callee.own not in (CONST,):
        return False
    if inline is not _isinstance and b.profile.failed(b.ins.start, "type_changed", "overflow", "audited"):
        return False
    return inline(b, b.frame.stack[len(b.frame.stack) - n :])


def _finish(b: Builder, entries: list[Entry], val: Val, own: str, slot: int = -1) -> bool:
    """Pops the arguments and what is left of the callable, pushes the result."""
    total = b.ins.arg + 2
    b.popn(total)
    for entry in entries:
        b.drop(entry)
    b.push(val, own, slot)
    return True


def _raw(b: Builder, entries: list[Entry], raw: Value, type_: Type) -> bool:
    return _finish(b, entries, Val(type_, None, raw), RAW)


def _len(b: Builder, entries: list[Entry]) -> bool:
    type_ = expected(b, entries[0], 0)
    if type_ == ARRAY:
        return _raw(b, entries, arrays.length(b, entries[0]), INT)
    ops = {**LENGTHS, "dict": "dict_len", "set": "set_len"}
    if type_.name not in ops:
        return False
    require_type(b, entries[0], type_)
    return _raw(b, entries, b.emit(ops[type_.name], b.box(entries[0])), INT)


def _numpy(b: Builder, entries: list[Entry], number: Value, type_: Type) -> bool:
    """The result is a scalar of NumPy."""
    return _raw(b, entries, b.emit(f"numpy_{SCALARS[type_]}", number), type_)


def _abs(b: Builder, entries: list[Entry]) -> bool:
    type_ = expected(b, entries[0], 0)
    if type_ == NUMPY_FLOAT:
        return _numpy(b, entries, b.emit("f64_abs", require_scalar(b, entries[0], type_)), type_)
    if type_ == NUMPY_INT:
        number = require_scalar(b, entries[0], type_)
        opposite = b.emit("i64_neg", number, state=b.state())
        return _numpy(b, entries, b.emit("select_i64", b.emit("i64_compare", number, b.i64(0), pred="<"), opposite, number), type_)
    if type_ == FLOAT:
        return _raw(b, entries, b.emit("f64_abs", require_float(b, entries[0])), FLOAT)
    if type_ == INT:
        raw = require_int(b, entries[0])
        negative = b.emit("i64_compare", raw, b.i64(0), pred="<")
        return _raw(b, entries, b.emit("select_i64", negative, b.emit("i64_sub_wrap", b.i64(0), raw), raw), INT)
    return False


def _extreme(pred: str) -> Inline:
    def inline(b: Builder, entries: list[Entry]) -> bool:
        types = {expected(b, entry, depth) for depth, entry in enumerate(reversed(entries))}
        type_ = types.pop()
        if types or type_ not in (INT, NUMPY_INT, NUMPY_FLOAT):
            return False
        result, *others = [require_scalar(b, entry, type_) for entry in entries]
        if not all(entry.own == RAW for entry in entries):
            return False
        kind = SCALARS[type_]
        for other in others:
            result = b.emit(f"select_{kind}", b.emit(f"{kind}_compare", other, result, pred=pred), other, result)
        return _raw(b, entries, result, INT) if type_ == INT else _numpy(b, entries, result, type_)

    return inline


def _int(b: Builder, entries: list[Entry]) -> bool:
    type_ = expected(b, entries[0], 0)
    if type_ in (FLOAT, NUMPY_FLOAT):
        return _raw(b, entries, b.emit("f64_to_i64", require_scalar(b, entries[0], type_), state=b.state()), INT)
    if type_ == NUMPY_INT:
        return _raw(b, entries, require_scalar(b, entries[0], type_), INT)
    return type_ == STR and known.number_of_str(b, entries, INT)


def _float(b: Builder, entries: list[Entry]) -> bool:
    type_ = expected(b, entries[0], 0)
    if type_ in (INT, NUMPY_INT):
        return _raw(b, entries, b.emit("i64_to_f64", require_scalar(b, entries[0], type_)), FLOAT)
    if type_ == NUMPY_FLOAT:
        return _raw(b, entries, require_scalar(b, entries[0], type_), FLOAT)
    if type_ == FLOAT:  # the very same object
        require_type(b, entries[0], FLOAT)
        item = b.hold(entries[0])
        return _finish(b, entries, item.val, item.own, item.slot)
    return type_ == STR and known.number_of_str(b, entries, FLOAT)


def _isinstance(b: Builder, entries: list[Entry]) -> bool:
    """`isinstance`: decided for a value whose exact type is known or was the only one seen, and a class."""
    described = b.profile.described(entries[1].val.known)
    type_ = expected(b, entries[0], 1)
    if described.get("kind") != "type" or entries[1].own != CONST or not type_.known or b.profile.failed(b.ins.start, "type_changed", "overflow"):
        return known.is_instance(b, entries)
    answer = _is_instance(type_, described, b.profile.type_of(entries[1].val.known[1]) if entries[1].val.known else UNKNOWN)
    if answer is None:
        return known.is_instance(b, entries)
    if type_.ref >= 0:
        require_class(b, entries[0], type_)
    elif entries[0].val.type != type_:
        require_type(b, entries[0], type_)
    return _raw(b, entries, b.emit("const_i1", value=answer), BOOL)


def _is_instance(type_: Type, described: dict[str, Any], class_: Type) -> bool | None:
    """None if that is not known: of classes of the program only that something is an instance of its own class. numpy.float64 inherits from float."""
    if type_ in OF_NUMPY and type_ != class_:
        return True if (type_, class_) == (NUMPY_FLOAT, FLOAT) else None
    if type_ == class_ and (type_.name in TYPE_SYMBOLS or type_.ref >= 0):
        return True
    if type_.name not in TYPE_SYMBOLS or type_.ref >= 0 or not described.get("builtin"):
        return None
    if described["name"] == "object" or (type_ == BOOL and class_ == INT):
        return True
    return False if class_.name in TYPE_SYMBOLS else None


def _as_float(b: Builder, entry: Entry) -> Value | None:
    """The only argument as the float that a C function takes it for."""
    type_ = expected(b, entry, 0)
    if type_ not in (INT, FLOAT, NUMPY_INT, NUMPY_FLOAT):
        return None
    number = require_scalar(b, entry, type_)
    return number if number.repr == "f64" else b.emit("i64_to_f64", number)


def _sqrt(b: Builder, entries: list[Entry]) -> bool:
    x = _as_float(b, entries[0])
    if x is None:
        return False
    b.guard(b.emit("f64_compare", x, b.emit("const_f64", value=0.0), pred=">="), "overflow")
    return _raw(b, entries, b.emit("f64_sqrt", x), FLOAT)


def _libm(name: str) -> Inline:
    def inline(b: Builder, entries: list[Entry]) -> bool:
        x = _as_float(b, entries[0])
        if x is None:
            return False
        b.guard(b.emit("f64_is_finite", x), "overflow")
        result = b.emit("f64_libm", x, name=name)
        b.guard(b.emit("f64_is_finite", result), "overflow")
        return _raw(b, entries, result, FLOAT)

    return inline


IN_LINE: dict[tuple[str, int], Inline] = {
    ("builtins.len", 1): _len,
    ("builtins.abs", 1): _abs,
    ("builtins.isinstance", 2): _isinstance,
    ("builtins.min", 2): _extreme("<"),
    ("builtins.min", 3): _extreme("<"),
    ("builtins.max", 2): _extreme(">"),
    ("builtins.max", 3): _extreme(">"),
    ("builtins.int", 1): _int,
    ("builtins.float", 1): _float,
    ("math.sqrt", 1): _sqrt,
    ("math.sin", 1): _libm("sin"),
    ("math.cos", 1): _libm("cos"),
    ("math.exp", 1): _libm("exp"),
    **known.ROWS,
}
"""Known C functions and methods (with their number of arguments, self included) that are done without a call."""
