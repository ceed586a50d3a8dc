"""Bytecodes in exception handlers, and raising."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.dunders import stop_iteration
from tierup.frontend.decode import Instruction
from tierup.frontend.state import OWNED, VIRTUAL, Entry, Val
from tierup.ir.types import BOOL, CAUGHT, HANDLED

NOT_A_CLASS = 1 << 16
"""What `caught_matches` answers of something that is not to be caught."""


@handles("RAISE_VARARGS")
def raise_varargs(b: Builder, ins: Instruction) -> None:
    if not ins.arg:
        _raise_again(b)
        return
    if ins.arg == 1 and stop_iteration(b):
        return
    b.prepare("escapes", True)
    values = [b.own(e) for e in b.top(ins.arg)]
    b.popn(ins.arg)
    while len(values) < 2:
        values.append(b.emit("null"))
    state = b.raising()
    b.emit("call", *values, state=state, helper="raise_varargs")
    b.terminate("raise", state=state)


def _raise_again(b: Builder) -> None:
    """A bare `raise` adds no traceback entry, which the ways out of a region do: only one that is caught here is compiled."""
    if b.inlined or not b.ctx.decoded.handled(b.ins.offset):
        b.leave("reraised")
        return
    b.prepare("escapes", True)
    again, none = b.fork(b.emit("i64_compare", b.emit("call", helper="raise_again"), b.i64(0), pred="!="), likely=True)
    for block, bare in ((again, True), (none, False)):
        b.block = block
        b.terminate("raise", state=b.raising(bare=bare))


@handles("RERAISE")
def reraise(b: Builder, ins: Instruction) -> None:
    raise_on(b, ins.arg)


def raise_on(b: Builder, lasti_depth: int) -> None:
    """Raises what is on top of the stack again; the position it came from lies so deep, if at all. No traceback entry is due; a caller would add one to what
    leaves a generator or a loop: there the interpreter does it.
    """
    handled = b.ctx.decoded.handled(b.ins.offset)
    if not handled and b.kind != "call":
        b.leave("reraised")
        return
    b.prepare("escapes", True)
    lasti = b.boxed(b.frame.stack[-1 - lasti_depth]) if lasti_depth else b.emit("null")
    value = b.own(b.frame.stack[-1])
    b.pop()
    if handled:
        state = b.raising(bare=True)
        b.emit("call", value, lasti, state=state, helper="reraise")
    else:
        rest = [b.own(entry) for entry in b.frame.stack]
        b.frame.stack.clear()
        state = b.raising()
        b.emit("call", value, lasti, *rest, state=state, helper="reraise_out")
    b.terminate("raise", state=state)


@handles("PUSH_EXC_INFO")
def push_exc_info(b: Builder, ins: Instruction) -> None:
    raised = b.pop()
    before = b.emit("call", b.box(raised), helper="push_exc_info")
    b.push_owned(before)
    b.frame.stack.append(raised)


@handles("POP_EXCEPT")
def pop_except(b: Builder, ins: Instruction) -> None:
    if b.frame.stack[-1].val.type != HANDLED:
        _pop_except(b, "pop_except")
        return
    b.secure_heap()
    done = b.emit("call", b.box(b.frame.stack[-1]), helper="caught_end")
    b.forget_facts()
    quiet, made = b.split(b.emit("i64_compare", done, b.i64(0), pred="!="), likely=True)
    b.resume(made)
    _pop_except(b, "pop_caught")
    b.jump_to(ins.end)
    b.resume(quiet)
    b.pop()


def _pop_except(b: Builder, helper: str) -> None:
    b.prepare("escapes", True)
    before = b.own(b.frame.stack[-1])
    b.pop()
    b.emit("call", before, helper=helper)
    b.after("escapes", True)


@handles("CHECK_EXC_MATCH")
def check_exc_match(b: Builder, ins: Instruction) -> None:
    b.secure_heap()
    raised, wanted = b.top(2)
    if raised.val.type == CAUGHT:
        _check_caught(b, raised, wanted)
        return
    operands = b.boxed(raised), b.boxed(wanted)
    b.pop()
    matches = b.emit("call", *operands, state=b.raising((wanted,)), helper="exc_match")
    b.drop(wanted)
    b.push_raw(b.emit("i64_compare", matches, b.i64(0), pred="!="), BOOL)


def _check_caught(b: Builder, caught: Entry, wanted: Entry) -> None:
    """The same of an exception that is not made. Where it is not classes that are to be caught, the interpreter says so."""
    virtual = wanted.own == VIRTUAL and wanted.val.made is None and wanted.val.parts
    classes = wanted.val.parts or [] if virtual and all(part.own != VIRTUAL for part in wanted.val.parts or ()) else [wanted]
    found = b.i64(0)
    for entry in classes:
        found = b.emit("i64_add_wrap", found, b.emit("call", b.box(caught), b.boxed(entry), helper="caught_matches"))
    b.guard(b.emit("i64_compare", found, b.i64(NOT_A_CLASS), pred="<"), "not_a_class")
    b.drop(b.pop())
    b.push_raw(b.emit("i64_compare", found, b.i64(0), pred="!="), BOOL)


@handles("CHECK_EG_MATCH")
def check_eg_match(b: Builder, ins: Instruction) -> None:
    """What is caught of the exception goes on top of what is left of it."""
    b.prepare("escapes", True)
    raised, wanted = b.lend(b.frame.stack[-2]), b.own(b.frame.stack[-1])
    out = b.emit("stack_array", count=2)
    b.pop()
    b.emit("call", raised, wanted, out, helper="check_eg_match")
    b.after("escapes", True)
    b.drop(b.pop())
    for i in range(2):
        b.push_owned(b.emit("array_item", out, index=i))


@handles("PREP_RERAISE_STAR")
def prep_reraise_star(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    values = [b.own(entry) for entry in b.top(2)]
    b.popn(2)
    result = b.emit("call", *values, helper="prep_reraise_star")
    b.after("escapes", True)
    b.push_owned(result)


@handles("WITH_EXCEPT_START")
def with_except_start(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    leave, raised = b.boxed(b.frame.stack[-4]), b.boxed(b.frame.stack[-1])
    result = b.emit("call", leave, raised, helper="with_except_start")
    b.after("escapes", True)
    b.frame.stack.append(Entry(Val(box=result), OWNED))
