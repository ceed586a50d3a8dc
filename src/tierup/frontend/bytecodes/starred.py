"""CALL_FUNCTION_EX, and the copy of the keywords before it."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.common import require_type
from tierup.frontend.decode import Instruction
from tierup.frontend.state import PERHAPS, RAW, VIRTUAL, Entry
from tierup.ir.graph import Value
from tierup.ir.types import DICT


@handles("CALL_FUNCTION_EX")
def call_function_ex(b: Builder, ins: Instruction) -> None:
    if ins.arg & 1:
        b.prepare("escapes", True)
        mapping = b.frame.stack[-1]
        names = b.lend(mapping)
        b.pop()
        _call(b, "call_ex", names, mapping)
        b.drop(mapping)
    else:
        b.prepare("escapes", True)
        _call(b, "call_ex", b.emit("null"))


def _call(b: Builder, helper: str, names: Value, *rest: Entry) -> None:
    """The helper gets the callable and what the positional arguments come from: the latter is released before the call, both before the `rest`."""
    callee, iterable = b.top(2)
    target, source = b.own(callee), b.own(iterable)
    b.popn(3)
    result = b.emit("call", target, source, names, state=b.raising(rest), helper=helper)
    b.after("escapes", True)
    b.push_owned(result)


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
    names = b.box(entry)  # the helper needs it before the call only
    b.dirty()
    b.ins = call
    b.prepare("escapes", True)
    _call(b, "call_ex_copy", names)
    b.done_to = call
    return True
