"""Calls of known Python functions that are not inlined: the helper need not look at what the callable is and which parameters it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tierup.frontend.build import Builder
from tierup.frontend.emission import UNIT
from tierup.frontend.inline import CO_PLAIN, default_arguments, require_code
from tierup.frontend.state import CONST, Entry
from tierup.ir.graph import FrameState

CO_STARRED = 0x4 | 0x8
"""*args, **kwargs."""


def call_known(b: Builder, callee: Entry, count: int, depth: int) -> bool:
    """Calls a known Python function with the top `count` entries, if it takes just these arguments and defaults; `depth` entries belong to the call."""
    described = b.profile.described(callee.val.known)
    if callee.own != CONST or described.get("kind") != "function":
        return False
    missing = described["argcount"] - count
    if not _fits(b, described, missing):
        return False
    if b.inlined:
        b.materialise(b.ins.end - UNIT)
    if missing:
        require_code(b, callee, described["code"])
    defaults = default_arguments(b, callee, missing)
    b.prepare("escapes", True)
    values = [b.own(entry) for entry in b.top(count)]
    values += [local.val.box for local in defaults if local.val is not None and local.val.box is not None]
    function = b.box(callee)
    b.popn(depth)
    result = b.emit("call", function, *values, state=_behind_call(b), helper="call_known")
    if not b.inlined:
        assert b.block is not None
        b.block.instrs[-1].offset = b.ins.end - UNIT
    b.after("escapes", True)
    b.push_owned(result)
    return True


def _fits(b: Builder, described: dict[str, Any], missing: int) -> bool:
    plain = described["flags"] & (CO_PLAIN | CO_STARRED) == CO_PLAIN and not described["kwdefaults"]
    if not plain or missing < 0:
        return False
    known = described.get("code", -1) >= 0 and not b.profile.failed(b.ins.start, "callee_changed")
    return missing == 0 or (missing <= described["defaults"] and known)


def _behind_call(b: Builder) -> FrameState:
    """The frame raising where it stands while a function in Python runs: at the last unit of CALL."""
    state = b.raising()
    return replace(state, offset=b.ins.end - UNIT)
