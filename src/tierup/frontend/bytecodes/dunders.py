"""Special methods that classes of the program define in Python, called by bytecodes other than CALL: in line if they are small."""

from __future__ import annotations

from tierup.abi.inlining import BINARY, COMPARISONS
from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, require_type
from tierup.frontend.context import Context
from tierup.frontend.inline import inline_call
from tierup.frontend.receivers import require_class
from tierup.frontend.state import CONST, OWNED, VIRTUAL, Entry, Val
from tierup.ir.types import BOOL, BYTES, DICT, FLOAT, INT, LIST, NONE, SET, STR, TUPLE, Type

REFLECTED, COMPARES = 0x100, 0x200
"""As in csrc/helpers_special.c."""
PLAIN_OPERANDS = (INT, FLOAT, BOOL, NONE, STR, BYTES, TUPLE, LIST, DICT, SET)


def special_method(b: Builder, owner: Entry, type_: Type, name: str) -> Val | None:
    """The Python function that a class of the program has under this name; guards that the owner (still on the stack) is an instance."""
    fact = b.profile.attr_fact(type_, name) if type_.ref >= 0 and not b.profile.failed(b.ins.start, "type_changed") else None
    if fact is None or fact[0] != "method" or b.profile.objects[fact[1]]["kind"] != "function":
        return None
    require_class(b, owner, type_)
    return Val(known=("object", fact[1]))


def call_special(b: Builder, method: Val, order: tuple[int, ...]) -> None:
    """Calls a special method with the operands (in `order`, 0 = deepest), which it takes over; pushes the result."""
    b.prepare("escapes", True)
    count = len(order)
    entries = b.top(count)
    values = [b.own(entries[i]) for i in order]
    b.popn(count)
    target = b.box(Entry(method, CONST))
    result = b.emit("call", target, b.emit("null"), *values, state=b.raising(), helper="call")
    b.after("escapes", True)
    b.push_owned(result)


def get_special(b: Builder, container: Entry, type_: Type) -> bool:
    """BINARY_SUBSCR of an instance of a class with __getitem__; False if there is none."""
    method = special_method(b, container, type_, "__getitem__")
    if method is None:
        return False
    if not inline_call(b, Entry(method, CONST), 2, 2):
        call_special(b, method, (0, 1))
    return True


def set_special(b: Builder, container: Entry, type_: Type) -> bool:
    """STORE_SUBSCR (value, container and key are on the stack) of an instance of a class with __setitem__; False if there is none."""
    method = special_method(b, container, type_, "__setitem__")
    if method is None:
        return False
    order = (1, 2, 0)
    if not inline_call(b, Entry(method, CONST), 3, 3, order):
        call_special(b, method, order)
        b.drop(b.pop())
    return True


def next_special(b: Builder, iterator: Entry, type_: Type) -> bool:
    """FOR_ITER of an instance of a class with __next__, in line; False if it is not to be."""
    method = special_method(b, iterator, type_, "__next__") if iterator.own != VIRTUAL else None
    return method is not None and inline_call(b, Entry(method, CONST), 1, 0, (0,), keeps=True, ends=b.ins.target)


def call_instance(b: Builder, callee: Entry, count: int, type_: Type) -> bool:
    """CALL of an instance of a class with __call__, in line; False if it is not to be."""
    ctx: Context | None = b.ctx
    while ctx is not None:
        if ctx.call.name == "CALL" and ctx.consumes >= 0 and not ctx.makes:
            return False  # each counts as two calls, and guards have room for one level more
        ctx = ctx.parent
    method = special_method(b, callee, type_, "__call__") if callee.own != VIRTUAL else None
    return method is not None and inline_call(b, Entry(method, CONST), count + 1, count + 2, tuple(range(count + 1)), keeps=True)


def stop_iteration(b: Builder) -> bool:
    """`raise StopIteration` in a __next__ that FOR_ITER calls: the loop ends, and nobody gets to see the exception. False if it has to be raised."""
    ctx = b.ctx
    raised = b.frame.stack[-1]
    stops = raised.own == CONST and b.profile.full_name(b.profile.described(raised.val.known)) == "builtins.StopIteration"
    if ctx.ends < 0 or not stops or len(b.frame.stack) > 1 or ctx.decoded.handled(b.ins.offset):
        return False
    b.drop(b.pop())
    b.release_locals()
    assert b.frame.parent is not None and ctx.parent is not None
    b.frame, b.ins, b.ctx = b.frame.parent, ctx.call, ctx.parent
    b.in_cells.clear()
    b.dirty()
    b.drop(b.pop())
    b.jump_to(ctx.ends)
    return True


def binary_special(b: Builder, left: Entry, right: Entry, argument: int) -> bool:
    """BINARY_OP by a method of the left operand's class, or (of a number and an instance) a reflected one of the right's; False if there is none."""
    name = BINARY[argument] if argument < len(BINARY) else ""
    types = expected(b, left, 1), expected(b, right, 0)
    if not name:
        return False
    if types[0] in (INT, FLOAT):
        return _operator(b, right, types[1], f"__r{name}__", left, types[0], argument | REFLECTED)
    return _operator(b, left, types[0], f"__{name}__", right, types[1], argument)


def compare_special(b: Builder, left: Entry, right: Entry, argument: int) -> bool:
    """COMPARE_OP by a method of the left operand's class; False if there is none."""
    return _operator(b, left, expected(b, left, 1), f"__{COMPARISONS[argument]}__", right, expected(b, right, 0), argument | COMPARES)


def _operator(b: Builder, owner: Entry, type_: Type, name: str, other: Entry, other_type: Type, number: int) -> bool:
    """The owner's class comes first if the other one is of the same class, or of a built-in one, which is no subclass of it."""
    if type_.ref < 0 or type_.stable or (other_type != type_ and other_type not in PLAIN_OPERANDS):
        return False
    method = special_method(b, owner, type_, name)
    if method is None:
        return False
    if other_type == type_:
        require_class(b, other, type_)
    elif other.val.raw is None:
        require_type(b, other, other_type)
    order = (1, 0) if number & REFLECTED else (0, 1)
    if inline_call(b, Entry(method, CONST), 2, 2, order, keeps=True, operator=number):
        return True
    _lend(b, method, 2, "special", number)
    return True


def _lend(b: Builder, method: Val, count: int, helper: str, number: int = -1) -> None:
    """Calls a special method as C code does: the operands keep the references that the stack has. Pushes the result."""
    b.prepare("escapes", True)
    values = [b.lend(entry) for entry in b.top(count)]
    operands = b.popn(count)
    values.append(b.i64(number) if number >= 0 else b.name(b.ins.arg))
    result = b.emit("call", b.box(Entry(method, CONST)), *values, state=b.raising(tuple(operands)), helper=helper)
    b.after("escapes", True)
    for entry in operands:
        b.drop(entry)
    b.push(Val(box=result), OWNED)


def load_property(b: Builder, owner: Entry, getter: int) -> None:
    """LOAD_ATTR of a property of the guarded class of the owner; `getter`: ref of its function."""
    method = Val(known=("object", getter))
    if not inline_call(b, Entry(method, CONST), 1, 1, (0,), keeps=True):
        _lend(b, method, 1, "load_property")
