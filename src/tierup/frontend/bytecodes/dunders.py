"""Special methods that classes of the program define in Python, called by bytecodes other than CALL: in line if they are small."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.inline import inline_call
from tierup.frontend.receivers import require_class
from tierup.frontend.state import CONST, Entry, Val
from tierup.ir.types import Type


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
