"""Calls of known Python functions that are not inlined: the helper need not look at what the callable is and which parameters it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tierup.frontend.arguments import DEFAULT, Order, arranged, default_arguments, in_order
from tierup.frontend.build import Builder
from tierup.frontend.emission import UNIT
from tierup.frontend.inline import CO_PLAIN, require_code
from tierup.frontend.state import CONST, Entry
from tierup.ir.graph import FrameState

CO_STARRED = 0x4 | 0x8
"""*args, **kwargs."""


def call_known(b: Builder, callee: Entry, count: int, depth: int, names: tuple[str, ...] = ()) -> bool:
    """Calls a known Python function with the top `count` entries, of which the last ones may have `names`, if it takes just these arguments and defaults;
    `depth` entries belong to the call.
    """
    described = b.profile.described(callee.val.known)
    if callee.own != CONST or described.get("kind") != "function":
        return False
    order = _order(b, described, count, names)
    if order is None:
        return False
    if b.inlined:
        b.materialise(b.ins.end - UNIT)
    if names or DEFAULT in order:
        require_code(b, callee, described["code"])
    defaults = [local.val.box for local in default_arguments(b, callee, order) if local.val is not None and local.val.box is not None]
    b.prepare("escapes", True)
    values = in_order(order, [b.own(entry) for entry in b.top(count)], defaults)
    function = b.box(callee)
    b.popn(depth)
    result = b.emit("call", function, *values, state=_behind_call(b), helper="call_known")
    if not b.inlined:
        assert b.block is not None
        b.block.instrs[-1].offset = b.ins.end - UNIT
    b.after("escapes", True)
    b.push_owned(result)
    return True


def _order(b: Builder, described: dict[str, Any], count: int, names: tuple[str, ...]) -> Order | None:
    """None if the function takes others, or more than positional parameters."""
    if described["flags"] & (CO_PLAIN | CO_STARRED) != CO_PLAIN or described["kwdefaults"]:
        return None
    if not names and described["argcount"] == count:
        return tuple(range(count))
    index = described.get("code", -1)
    known = index >= 0 and not b.profile.failed(b.ins.start, "callee_changed")
    return arranged(b.callee(index).code, count, names, described["defaults"]) if known else None


def _behind_call(b: Builder) -> FrameState:
    """The frame raising where it stands while a function in Python runs: at the last unit of CALL."""
    state = b.raising()
    return replace(state, offset=b.ins.end - UNIT)
