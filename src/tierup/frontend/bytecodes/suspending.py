"""Generators and coroutines: yielding, delegating, awaiting. These bytecodes stand in resume regions only."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import feeding
from tierup.frontend.bytecodes.handlers import raise_on
from tierup.frontend.decode import Instruction


@handles("YIELD_VALUE")
def yield_value(b: Builder, ins: Instruction) -> None:
    if b.inlined:
        feeding.take(b, ins)
        return
    b.materialise()
    entry = b.frame.stack[-1]
    value = b.own(entry)
    b.pop()
    b.terminate("yield", value, state=b.state_at(ins.end))


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
    b.prepare("escapes", True)
    found = b.emit("call", b.boxed(b.frame.stack[-1]), helper="get_anext")
    b.after("escapes", True)
    b.push_owned(found)


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
