"""Generator expressions that are given to a builtin at once (any, sum, list, join ...): their code runs in line, and each value goes to what the builtin
has gathered so far. Neither function, generator nor frame comes into being unless an exit needs them.

The operands of the builtin's CALL stay on the caller's stack meanwhile, with what is gathered in the place of the generator.
"""

from __future__ import annotations

from collections.abc import Callable

from tierup.abi.feeds import FEEDS, NUMBERS
from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, require_float, require_int, require_type, truth, unboxable
from tierup.frontend.bytecodes.containers import SAFE_KEYS
from tierup.frontend.bytecodes.truths import seen_truth
from tierup.frontend.comprehensions import enter_made, feed_below
from tierup.frontend.context import InlineFailedError
from tierup.frontend.decode import Instruction
from tierup.frontend.state import CONST, MAYBE_NULL, NULL, OWNED, RAW, VIRTUAL, Entry, Val
from tierup.ir.graph import Made, Value
from tierup.ir.types import BOOL, FLOAT, INT, LIST, NONE, NUMBER, SET, TUPLE, UNKNOWN

OPERANDS = 3
"""Of the builtin's CALL: NULL and callable, or method and self; what is gathered."""


def inline_fed(b: Builder, callee: Entry) -> bool:
    """The CALL that makes a generator of a function that does not exist yet, if the next one gives it to one of FEEDS."""
    call = _next_call(b)
    feed = feed_below(b, 2)
    made = callee.val.made
    if callee.own != VIRTUAL or not isinstance(made, Made) or call is None or not feed:
        return False
    entrance = enter_made(b, callee)
    if entrance is None:
        return False
    gathered = _begin(b, feed)
    b.popn(2)
    b.frame.stack.append(gathered)
    b.ins = call
    b.enter_inlined(made, entrance.code, entrance.site, [entrance.iterator], OPERANDS, keeps=True, closure=made.cells, feed=feed)
    return True


def _next_call(b: Builder) -> Instruction | None:
    """The CALL with one argument behind this one, if control gets there only from here."""
    precall = b.ctx.decoded.instructions.get(b.ins.end)
    call = b.ctx.decoded.instructions.get(precall.end) if precall is not None else None
    if precall is None or call is None or (precall.name, precall.arg, call.name, call.arg) != ("PRECALL", 1, "CALL", 1):
        return None
    return None if precall.start in b.ctx.joins or call.start in b.ctx.joins else call


def _begin(b: Builder, feed: str) -> Entry:
    """What is gathered before the first value."""
    b.secure_heap()  # an allocation may set off a collection
    b.forget_facts()
    match FEEDS[feed].gathering:
        case "list":
            return Entry(Val(LIST, b.emit("call", helper="gather_list")), OWNED)
        case "set":
            return Entry(Val(SET, b.emit("call", helper="build_set")), OWNED)
        case "number":
            return Entry(Val(INT, None, b.i64(0)), RAW)
        case "best":
            return Entry(Val(), NULL)
    return Entry(_none(), CONST)


def _none() -> Val:
    return Val(NONE, known=("symbol", "_Py_NoneStruct"), const=None)


# -- one value


def take(b: Builder, ins: Instruction) -> None:
    """YIELD_VALUE: the value on top of the stack is taken; None is sent."""
    TAKE[FEEDS[b.ctx.feed].gathering](b, ins)
    b.push(_none(), CONST)


def _refuse(b: Builder) -> InlineFailedError:
    return InlineFailedError(b.ctx.site, b.here())


def _gathered(b: Builder) -> Entry:
    assert b.frame.parent is not None
    entry = b.frame.parent.stack[-1]
    if entry.slot == MAYBE_NULL:  # shapes were joined: whether there was a value yet is not known any more
        raise _refuse(b)
    return entry


def _gather(b: Builder, entry: Entry) -> None:
    assert b.frame.parent is not None
    b.frame.parent.stack[-1] = entry
    b.dirty()


def _decide(b: Builder, ins: Instruction) -> None:
    """any, all."""
    flag = seen_truth(b, b.frame.stack[-1])
    if flag is None:
        raise _refuse(b)
    true, false = b.split(flag)
    decided, other = (true, false) if b.ctx.feed == "any" else (false, true)
    b.resume(decided)
    ctx = b.ctx
    while b.frame.stack:
        b.drop(b.pop())
    b.release_locals()
    _deliver(b, _bool(b, ctx.feed == "any"))
    b.ctx, b.ins = ctx, ins
    b.resume(other)
    b.drop(b.pop())


def _bool(b: Builder, value: bool) -> Entry:
    return Entry(Val(BOOL, None, b.emit("const_i1", value=value)), RAW)


def _add(b: Builder, ins: Instruction) -> None:
    """sum."""
    entry, sum_ = b.frame.stack[-1], _gathered(b)
    kind = BOOL if expected(b, entry, 0) == BOOL else unboxable(b, entry, 0)
    if kind == UNKNOWN:
        raise _refuse(b)
    number = _number(b, entry)
    if FLOAT in (kind, sum_.val.type):
        total = b.emit("f64_add", _float(b, sum_, sum_.val.type == FLOAT), number if kind == FLOAT else b.emit("i64_to_f64", number))
        result = Val(FLOAT, None, total)
    else:
        result = Val(INT, None, b.emit("i64_add", require_int(b, sum_), number, state=b.state()))
    b.drop(b.pop())
    b.drop(sum_)
    _gather(b, Entry(result, RAW))


def _number(b: Builder, entry: Entry) -> Value:
    if expected(b, entry, 0) == FLOAT:
        return require_float(b, entry)
    if expected(b, entry, 0) == INT:
        return require_int(b, entry)
    if entry.val.raw is None:
        require_type(b, entry, BOOL)
    flag = truth(b, entry)
    assert flag is not None
    return b.emit("select_i64", flag, b.i64(1), b.i64(0))


def _float(b: Builder, entry: Entry, is_float: bool) -> Value:
    return require_float(b, entry) if is_float else b.emit("i64_to_f64", require_int(b, entry))


def _compare(b: Builder, ins: Instruction) -> None:
    """min, max: the best one stays the object that it is."""
    entry, best = b.frame.stack[-1], _gathered(b)
    kind = unboxable(b, entry, 0)
    if kind == UNKNOWN or best.val.type not in (UNKNOWN, NUMBER, kind):
        raise _refuse(b)
    number = _number(b, entry)
    if best.own == NULL:
        _gather(b, _kept(b, b.pop()))
        return
    op = "f64_compare" if kind == FLOAT else "i64_compare"
    old = require_float(b, best) if kind == FLOAT else require_int(b, best)
    better, other = b.split(b.emit(op, number, old, pred="<" if b.ctx.feed == "min" else ">"))
    b.resume(better)
    former = _gathered(b)
    _gather(b, _kept(b, b.pop()))
    b.drop(former)
    b.push(_none(), CONST)
    b.jump_to(ins.end)
    b.resume(other)
    b.drop(b.pop())


def _kept(b: Builder, entry: Entry) -> Entry:
    """A popped entry as one that owns its object."""
    if entry.own == RAW:
        return entry
    return Entry(Val(entry.val.type, b.own(entry)), OWNED)


def _append(b: Builder, ins: Instruction) -> None:
    """list, tuple, sorted, join."""
    value = b.own(b.frame.stack[-1])
    b.pop()
    b.emit("call", b.box(_gathered(b)), value, helper="list_append")


def _add_to_set(b: Builder, ins: Instruction) -> None:
    """set."""
    entry = b.frame.stack[-1]
    kind = expected(b, entry, 0)
    if kind not in SAFE_KEYS:
        raise _refuse(b)
    if entry.own != RAW:
        require_type(b, entry, kind)
    value = b.boxed(entry)
    b.pop()
    b.emit("call", b.box(_gathered(b)), value, state=b.raising((entry,)), helper="set_add")
    b.drop(entry)


TAKE: dict[str, Callable[[Builder, Instruction], None]] = {"none": _decide, "number": _add, "best": _compare, "list": _append, "set": _add_to_set}
"""By what is gathered."""


# -- the end


def end(b: Builder) -> None:
    """RETURN_VALUE of the generator: the outcome goes to the caller's stack, behind the CALL."""
    feed = b.ctx.feed
    if _gathered(b).own == NULL:
        b.leave("never_seen")
        return
    b.drop(b.pop())
    b.release_locals()
    _deliver(b, _bool(b, feed == "all") if FEEDS[feed].gathering == "none" else None)


def _deliver(b: Builder, outcome: Entry | None) -> None:
    """Goes on behind the CALL; `outcome` None: it is made of what was gathered."""
    assert b.frame.parent is not None and b.ctx.parent is not None
    feed, call = b.ctx.feed, b.ctx.call
    b.frame, b.ctx, b.ins = b.frame.parent, b.ctx.parent, call
    b.in_cells.clear()
    b.dirty()
    if feed == "sorted":
        b.prepare("escapes", True)
    callee, owner, gathered = b.popn(OPERANDS)
    if outcome is None:
        outcome = gathered
        if feed == "list":
            b.emit("call", b.box(gathered), helper="gathered_list")
        elif FEEDS[feed].gathering == "list":
            outcome = _made(b, feed, [callee, owner, gathered])
    if outcome is not gathered:
        b.drop(gathered)
    for entry in (owner, callee) if callee.own != NULL else (owner,):
        b.drop(entry)
    outcome.slot = -1
    b.frame.stack.append(outcome)
    b.jump_to(call.end)


def _made(b: Builder, feed: str, entries: list[Entry]) -> Entry:
    """What is made of the list at the end."""
    callee, owner, gathered = entries
    b.secure_heap()
    self = b.emit("null") if callee.own == NULL else b.boxed(owner)
    result = b.emit("call", b.box(gathered), self, b.i64(NUMBERS[feed]), state=b.raising(tuple(e for e in entries if e.own == OWNED)), helper="feed_finish")
    b.after("escapes", feed == "sorted")
    return Entry(Val({"sorted": LIST, "tuple": TUPLE}.get(feed, UNKNOWN), result), OWNED)
