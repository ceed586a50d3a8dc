"""Generators and coroutines: yielding, delegating, awaiting: in resume regions; of generators in line, YIELD_VALUE only."""

from __future__ import annotations

from tierup.abi.feeds import LOOP
from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import feeding, loop_generators
from tierup.frontend.bytecodes.handlers import raise_on
from tierup.frontend.decode import Instruction


@handles("YIELD_VALUE")
def yield_value(b: Builder, ins: Instruction) -> None:
    if b.inlined and b.ctx.feed == LOOP:
        loop_generators.suspend(b, ins)
        return
    if b.inlined:
        feeding.take(b, ins)
        return
    b.materialise()
    entry = b.frame.stack[-1]
    value = b.own(entry)
    b.pop()
    b.terminate("yield", value, state=b.state_at(ins.end))


@handles("ASYNC_GEN_WRAP")
def async_gen_wrap(b: Builder, ins: Instruction) -> None:
    """The item goes without a wrapper: whoever resumes a region knows it by this bytecode. YIELD_VALUE is done here, so that no exit comes between."""
    following = b.ctx.decoded.instructions.get(ins.end)
    if following is None or following.name != "YIELD_VALUE":
        b.leave("left")
        return
    b.ins = following
    yield_value(b, following)


@handles("GET_YIELD_FROM_ITER")
def get_yield_from_iter(b: Builder, ins: Instruction) -> None:
    b.push_owned(b.operate("get_yield_from_iter", 1))


@handles("GET_AWAITABLE")
def get_awaitable(b: Builder, ins: Instruction) -> None:
    b.push_owned(b.operate("get_awaitable", 1, b.i64(ins.arg)))


@handles("SEND")
def send(b: Builder, ins: Instruction) -> None:
    """The receiver stays below what it yields, and gives place to what it returns."""
    b.prepare("escapes", True)
    receiver, sent = b.top(2)
    out = b.emit("stack_array", count=1)
    values = b.boxed(receiver), b.boxed(sent)
    b.pop()
    yielded = b.emit("call", *values, out, state=b.raising((sent,)), helper="send")
    b.after("escapes", True)
    b.drop(sent)
    b.push_owned(b.emit("array_item", out, index=0))
    b.dirty()
    more, done = b.split(b.emit("i64_compare", yielded, b.i64(0), pred="!="))
    b.resume(done)
    returned = b.pop()
    b.drop(b.pop())
    b.frame.stack.append(returned)
    b.jump_to(ins.target)
    b.resume(more)


@handles("GET_AITER")
def get_aiter(b: Builder, ins: Instruction) -> None:
    b.push_owned(b.operate("get_aiter", 1))


@handles("GET_ANEXT")
def get_anext(b: Builder, ins: Instruction) -> None:
    send = None if b.inlined or not _generators_seen(b) else _first_send(b, ins)
    end = None if send is None else _end_of_loop(b, send)
    if send is not None and end is not None:
        _next_of_generator(b, send, end)
        b.ins = ins
    b.prepare("escapes", True)
    found = b.emit("call", b.boxed(b.frame.stack[-1]), helper="get_anext")
    b.after("escapes", True)
    b.push_owned(found)


def _generators_seen(b: Builder) -> bool:
    return any(type_.name == "async_generator" for type_ in b.profile.seen(b.ins.offset, 0))


def _first_send(b: Builder, ins: Instruction) -> Instruction | None:
    """The SEND of None to what GET_ANEXT gives."""
    following = b.ctx.decoded.instructions
    none = following[ins.end]
    if none.name != "LOAD_CONST" or b.code.co_consts[none.arg] is not None:
        return None
    send = following[none.end]
    return send if send.name == "SEND" else None


def _end_of_loop(b: Builder, send: Instruction) -> Instruction | None:
    """The END_ASYNC_FOR that catches what the SEND raises, with nothing on the stack but the iterator."""
    handler = b.ctx.decoded.handler(send.offset)
    if handler is None or handler.lasti or handler.level != len(b.frame.stack):
        return None
    end = b.ctx.decoded.instructions[handler.target]
    return end if end.name == "END_ASYNC_FOR" else None


def _next_of_generator(b: Builder, send: Instruction, end: Instruction) -> None:
    """GET_ANEXT and the first SEND in one go, without the awaitable, and without the exception at the end. What is no generator goes on behind it."""
    b.prepare("escapes", True)
    iterator, out = b.boxed(b.frame.stack[-1]), b.emit("stack_array", count=2)
    b.ins = send
    outcome = b.emit("call", iterator, out, helper="anext_send")
    b.after("escapes", True)
    item, other = b.split(b.emit("i64_compare", outcome, b.i64(0), pred="=="), likely=True)
    b.resume(item)
    b.push_owned(b.emit("array_item", out, index=1))
    b.jump_to(send.target)
    b.resume(other)
    awaits, other = b.split(b.emit("i64_compare", outcome, b.i64(1), pred="=="))
    b.resume(awaits)
    for i in range(2):
        b.push_owned(b.emit("array_item", out, index=i))
    b.jump_to(send.end)
    b.resume(other)
    ended, other = b.split(b.emit("i64_compare", outcome, b.i64(2), pred="=="))
    b.resume(ended)
    b.ins = end
    b.drop(b.pop())
    b.ins = send
    b.jump_to(end.end)
    b.resume(other)


@handles("END_ASYNC_FOR")
def end_async_for(b: Builder, ins: Instruction) -> None:
    """The iterator and what it has raised: either that is the end, or it goes on."""
    b.secure_heap()
    done = b.emit("call", b.boxed(b.frame.stack[-1]), b.pool("symbol", "PyExc_StopAsyncIteration"), helper="exc_match")
    end, other = b.split(b.emit("i64_compare", done, b.i64(0), pred="!="), likely=True)
    b.resume(other)
    raise_on(b, 0)
    b.resume(end)
    b.drop(b.pop())
    b.drop(b.pop())
