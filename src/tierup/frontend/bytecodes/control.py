"""Jumps, returns, with, imports, function objects."""

from __future__ import annotations

from tierup.abi.feeds import LOOP
from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import arrays, feeding, loop_generators
from tierup.frontend.bytecodes.containers import take_over
from tierup.frontend.bytecodes.frameless import return_frameless
from tierup.frontend.bytecodes.truths import seen_truth
from tierup.frontend.decode import Instruction
from tierup.frontend.state import PERHAPS, RAW, VIRTUAL, Entry, is_iterator, is_virtual
from tierup.ir.graph import Value
from tierup.ir.types import FUNCTION


@handles("JUMP_FORWARD")
def jump_forward(b: Builder, ins: Instruction) -> None:
    b.jump_to(ins.target)


@handles("JUMP_BACKWARD")
def jump_backward(b: Builder, ins: Instruction) -> None:
    _back(b, ins.target)


@handles("JUMP_BACKWARD_NO_INTERRUPT")
def jump_backward_no_interrupt(b: Builder, ins: Instruction) -> None:
    b.jump_to(ins.target)


def _back(b: Builder, target: int) -> None:
    """A backward jump: signals, other threads and tools get their turn, as in the interpreter after the jump."""
    b.secure_heap()
    if b.inlined or any(is_virtual(entry) and not is_iterator(entry) for entry in b.frame.stack):  # poll makes and takes back those of locals only
        b.guard(b.emit("breaker_clear"), "eval_breaker", b.state_at(target))
    elif any(place.val is not None and place.val.view is not None for place in b.frame.locals):
        b.state_at(target)
        calm, busy = b.part(b.emit("breaker_clear"), likely=True)
        b.resume(busy)
        arrays.poll(b, target)
        b.forget_facts()
        b.jump_to(target)
        b.resume(calm)
    else:
        b.emit("poll", state=b.state_at(target))
    b.forget_facts()
    b.jump_to(target)


@handles(
    "POP_JUMP_FORWARD_IF_FALSE", "POP_JUMP_FORWARD_IF_TRUE", "POP_JUMP_BACKWARD_IF_FALSE", "POP_JUMP_BACKWARD_IF_TRUE",
    "JUMP_IF_FALSE_OR_POP", "JUMP_IF_TRUE_OR_POP",
)  # fmt: skip
def conditional(b: Builder, ins: Instruction) -> None:
    keep = ins.name.endswith("OR_POP")
    wanted = "_IF_TRUE" in ins.name
    entry = b.frame.stack[-1]
    flag = seen_truth(b, entry)
    if flag is None:
        flag = _called_truth(b, entry)
    jump, stay = b.split(flag if wanted else b.emit("not", flag))
    b.resume(jump)
    if not keep:
        b.drop(b.pop())
    if "BACKWARD" in ins.name:
        _back(b, ins.target)
    else:
        b.jump_to(ins.target)
    b.resume(stay)
    b.drop(b.pop())


def _called_truth(b: Builder, entry: Entry) -> Value:
    """Truth of any object: True and False are told apart in line, others by a call."""
    b.prepare("escapes", True)
    b.dirty()
    box = b.box(entry)
    state = b.raising()
    done = b.function.block()
    result = b.function.value("i1")
    done.params.append(result)
    one, two = b.fork(b.emit("is_obj_true", box))
    b.block = one
    b.goto(done, b.emit("const_i1", value=True))
    b.block = two
    three, four = b.fork(b.emit("is_obj_false", box))
    b.block = three
    b.goto(done, b.emit("const_i1", value=False))
    b.block = four
    called = b.emit("call", box, state=state, helper="is_true")
    b.goto(done, b.emit("i64_compare", called, b.i64(0), pred="!="))
    b.block = done
    b.after("escapes", True)
    return result


@handles(
    "POP_JUMP_FORWARD_IF_NONE", "POP_JUMP_FORWARD_IF_NOT_NONE", "POP_JUMP_BACKWARD_IF_NONE", "POP_JUMP_BACKWARD_IF_NOT_NONE"
)
def jump_on_none(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    if entry.own in (RAW, VIRTUAL):
        same = b.emit("const_i1", value=False)
    else:
        same = b.emit("same", b.box(entry), b.pool("symbol", "_Py_NoneStruct"))
    jump, stay = b.split(b.emit("not", same) if "NOT_NONE" in ins.name else same)
    for way in (jump, stay):
        b.resume(way)
        b.drop(b.pop())
        if way is jump and "BACKWARD" in ins.name:
            _back(b, ins.target)
        elif way is jump:
            b.jump_to(ins.target)


@handles("RETURN_VALUE")
def return_value(b: Builder, ins: Instruction) -> None:
    if b.inlined:
        if b.ctx.feed == LOOP:
            loop_generators.end(b)
        elif b.ctx.feed:
            feeding.end(b)
        elif b.frameless and b.ctx.level == 1:
            return_frameless(b)
        else:
            b.leave_inlined()
        return
    if b.kind == "loop":
        b.leave("return_in_loop")
        return
    if any(local.kind in ("raw", "rawslot", PERHAPS, VIRTUAL) for local in b.frame.locals):
        b.guard(b.emit("frame_is_private"), "frame_seen")
    b.end_locals()
    entry = b.frame.stack[-1]
    value = b.new_box(entry.val) if entry.own == RAW else b.own(entry)
    b.pop()
    bound = [index for index, local in enumerate(b.frame.locals) if local.kind not in ("unbound", "raw", PERHAPS, VIRTUAL)]
    if b.kind == "call" and len(bound) < len(b.frame.locals):
        b.emit("rest_unbound", count=bound[-1] + 1 if bound else 0)
    b.terminate("return", value)


@handles("BEFORE_WITH")
def before_with(b: Builder, ins: Instruction) -> None:
    _enter(b, "before_with")


@handles("BEFORE_ASYNC_WITH")
def before_async_with(b: Builder, ins: Instruction) -> None:
    _enter(b, "before_async_with")


def _enter(b: Builder, helper: str) -> None:
    out = b.emit("stack_array", count=2)
    b.operate(helper, 1, out)
    b.push_owned(b.emit("array_item", out, index=0))
    b.push_owned(b.emit("array_item", out, index=1))


@handles("IMPORT_NAME")
def import_name(b: Builder, ins: Instruction) -> None:
    level, fromlist = b.frame.stack[-2], b.frame.stack[-1]
    b.prepare("escapes", True)
    values = b.boxed(fromlist), b.boxed(level)
    b.popn(2)
    result = b.emit("call", b.name(ins.arg), *values, state=b.raising((level, fromlist)), helper="import_name")
    b.after("escapes", True)
    b.drop(level)
    b.drop(fromlist)
    b.push_owned(result)


@handles("IMPORT_FROM")
def import_from(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    result = b.emit("call", b.boxed(b.frame.stack[-1]), b.name(ins.arg), helper="import_from")
    b.after("escapes", True)
    b.push_owned(result)


@handles("MAKE_FUNCTION")
def make_function(b: Builder, ins: Instruction) -> None:
    if b.inlined:
        raise b.call_instead()
    code = b.pop()
    count = bin(ins.arg & 15).count("1")
    box = b.box(code)
    b.push_owned(take_over(b, "make_function", count, box, b.i64(ins.arg)), FUNCTION)
    made = b.pop()
    b.drop(code)
    b.frame.stack.append(made)
