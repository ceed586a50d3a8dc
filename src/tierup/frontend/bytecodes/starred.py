"""CALL_FUNCTION_EX, and the copy of the keywords before it."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.common import require_type
from tierup.frontend.decode import Instruction
from tierup.frontend.state import PERHAPS, RAW, VIRTUAL
from tierup.ir.types import DICT


@handles("CALL_FUNCTION_EX")
def call_function_ex(b: Builder, ins: Instruction) -> None:
    if ins.arg & 1:
        _call(b, "call_ex", 3)
    else:
        value = b.operate("call_ex", 2, b.emit("null"))
        b.pop()
        b.push_owned(value)


def _call(b: Builder, helper: str, count: int) -> None:
    value = b.operate(helper, count)
    b.pop()
    b.push_owned(value)


def passes_keywords_on(b: Builder, ins: Instruction) -> bool:
    """`f(*args, **kwargs)` of a local that is an exact dict: from the BUILD_MAP at hand on. A function in Python needs no copy of the dict."""
    instructions = b.ctx.decoded.instructions
    load = instructions[ins.end]
    merge = instructions.get(load.end)
    if ins.arg != 0 or load.name != "LOAD_FAST" or merge is None or (merge.name, merge.arg) != ("DICT_MERGE", 1):
        return False
    call = instructions[merge.end]
    if call.name != "CALL_FUNCTION_EX" or b.ctx.joins.intersection((load.start, merge.start, call.start)) or b.inlined:
        return False
    local = b.frame.locals[load.arg]
    if local.kind in ("unbound", "maybe", PERHAPS) or b.profile.only(merge.offset, 0) != DICT or b.profile.failed(ins.start, "type_changed"):
        return False
    entry = b.entry_of_local(load.arg)
    if entry is None or entry.own in (RAW, VIRTUAL):
        return False
    require_type(b, entry, DICT)
    b.frame.stack.append(entry)
    b.dirty()
    b.ins = call
    _call(b, "call_ex_copy", 3)
    b.done_to = call
    return True
