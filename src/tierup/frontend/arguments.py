"""Which operand of a call becomes which parameter of a known function, and the defaults of the others."""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING, TypeVar

from tierup.frontend.state import OWNED, Entry, Local, Val

if TYPE_CHECKING:
    from tierup.frontend.build import Builder

T = TypeVar("T")

DEFAULT = -1

Order = tuple[int, ...]
"""For each positional parameter the operand that it gets (0: the deepest one), or DEFAULT."""


def arranged(code: CodeType, count: int, names: tuple[str, ...], defaults: int) -> Order | None:
    """The order for `count` operands of which the last ones have these names; None if the call is an error, or the function takes more than positional
    parameters. `defaults`: how many of its last parameters have one.
    """
    given = count - len(names)
    if given > code.co_argcount or code.co_kwonlyargcount:
        return None
    order = [place if place < given else DEFAULT for place in range(code.co_argcount)]
    parameters = code.co_varnames[: code.co_argcount]
    for operand, name in enumerate(names, given):
        place = parameters.index(name) if name in parameters else -1
        if place < max(code.co_posonlyargcount, given):
            return None
        order[place] = operand
    without = DEFAULT in order[: max(code.co_argcount - defaults, 0)]
    return None if without else tuple(order)


def in_order(order: Order, operands: list[T], defaults: list[T]) -> list[T]:
    """The parameters, of operands and of the defaults that are needed."""
    rest = iter(defaults)
    return [next(rest) if operand == DEFAULT else operands[operand] for operand in order]


def default_arguments(b: Builder, callee: Entry, order: Order) -> list[Local]:
    """The defaults that are needed, as owned arguments; guarded to be there, so the operands are still on the stack."""
    places = [len(order) - place for place, operand in enumerate(order) if operand == DEFAULT]
    if not places:
        return []
    values = b.emit("field_obj", b.box(callee), field="PyFunctionObject.func_defaults")
    b.guard(b.emit("not", b.emit("is_null", values)), "callee_changed")
    size = b.emit("size", values)
    b.guard(b.emit("i64_compare", size, b.i64(max(places)), pred=">="), "callee_changed")
    found = []
    for place in places:
        item = b.emit("tuple_item", values, b.emit("i64_sub_wrap", size, b.i64(place)))
        b.emit("incref", item)
        found.append(Local("held", Val(box=item), OWNED))
    return found
