"""Tuples that are taken apart before anybody sees them: they are not made unless something needs the object (an exit does)."""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes import arrays
from tierup.frontend.state import CONST, HEAP, OWNED, VIRTUAL, Entry, Val
from tierup.ir.types import INT, TUPLE

LARGEST = 8
CONSUMERS = ("BINARY_SUBSCR", "STORE_SUBSCR", "PRECALL", "COPY", "UNPACK_SEQUENCE")
"""Bytecodes behind BUILD_TUPLE that may give it to inlined code, or take it apart."""
PASSING = ("RETURN_VALUE", "YIELD_VALUE")
"""Bytecodes of inlined code whose caller may take it apart."""


def virtual_tuple(b: Builder, count: int) -> bool:
    """BUILD_TUPLE whose result is likely to be taken apart soon."""
    following = b.ctx.decoded.instructions.get(b.ins.end)
    if not 0 < count <= LARGEST or following is None:
        return False
    if following.name not in CONSUMERS and not (following.name in PASSING and b.unpacks_result(count)):
        return False
    entries = b.top(count)
    if following.name in ("BINARY_SUBSCR", "STORE_SUBSCR"):
        arrays.learn_indices(b, entries, b.profile.only(following.offset, 1))
    for entry in entries:
        if entry.own == VIRTUAL:
            b.box(entry)
        if entry.own == HEAP or (entry.own == CONST and entry.val.known is None):
            b.emit("incref", b.box(entry))
            entry.own = OWNED
    b.popn(count)
    b.push(Val(TUPLE, parts=entries), VIRTUAL)
    return True


def item_of_virtual(b: Builder, container: Entry, key: Entry) -> bool:
    """`t[0]` with a constant inside the bounds."""
    parts, index = container.val.parts, key.val.const
    if parts is None or container.val.made is not None or key.val.type != INT or not isinstance(index, int) or not -len(parts) <= index < len(parts):
        return False
    item = b.hold(parts[index])
    b.popn(2)
    b.drop(container)
    b.drop(key)
    b.frame.stack.append(item)
    return True


def unpack_virtual(b: Builder) -> None:
    """UNPACK_SEQUENCE of the right length: the items in reverse order."""
    entry = b.pop()
    items = [b.hold(part) for part in reversed(entry.val.parts or ())]
    b.drop(entry)
    b.frame.stack += items
