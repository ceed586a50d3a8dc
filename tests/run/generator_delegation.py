"""Hot generators and coroutines that delegate: chains of `yield from` and `await`, left, thrown into, traced and finished in the middle."""

import asyncio
import gc
import sys
import traceback
import types

from _show import attempt, repeat


class Noisy:
    def __init__(self, name, log):
        self.name = name
        self.log = log

    def __del__(self):
        self.log.append(f"{self.name} dies")


class Node:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    if not values:
        return None
    middle = len(values) // 2
    return Node(tree(values[:middle]), values[middle], tree(values[middle + 1 :]))


def walk(n):
    return list(tree(range(n)))


def leaf(n, log):
    held = Noisy("leaf", log)
    total = 0
    for i in range(n):
        got = yield i
        total += got or 0
    return total, held.name


def chain(depth, n, log):
    held = Noisy(f"level {depth}", log)
    result = yield from (chain(depth - 1, n, log) if depth else leaf(n, log))
    log.append((depth, result))
    return result, held.name


def sent_through(n):
    log = []
    g = chain(3, n, log)
    out = [next(g)]
    try:
        while True:
            out.append(g.send(len(out)))
    except StopIteration as stop:
        out.append(stop.value)
    return out, log


def iterated(n):
    log = []
    return list(chain(2, n, log)), log


def left_in_the_middle(n, how):
    log = []
    g = chain(2, n, log)
    out = [next(g), next(g), g.gi_yieldfrom.__name__, g.gi_yieldfrom.gi_yieldfrom.gi_frame.f_lineno, g.gi_frame.f_lineno]
    if how == "throw":
        out.append(attempt(g.throw, KeyError("thrown")))
    elif how == "close":
        g.close()
    elif how == "drop":
        del g
    log.append("left")
    gc.collect()
    return out, log


def failing(depth, n):
    if depth:
        yield from failing(depth - 1, n)
    else:
        for i in range(n):
            yield 10 // (2 - i)


def catching(n):
    for _ in range(2):
        try:
            yield from failing(3, n)
        except ZeroDivisionError as error:
            yield [(entry.name, entry.lineno) for entry in traceback.extract_tb(error.__traceback__)]


def error_in_the_chain(n):
    return list(catching(n))


def stops_inside(n):
    yield from range(n)
    raise StopIteration("in a chain")


def stop_in_the_chain(n):
    def outer():
        yield from stops_inside(n)

    return attempt(lambda: list(outer()))


class Custom:
    """An iterator of its own kind, with send and throw."""

    def __init__(self, n):
        self.n = n
        self.log = []

    def __iter__(self):
        return self

    def __next__(self):
        self.log.append("next")
        if len(self.log) > self.n:
            raise StopIteration("custom result")
        return len(self.log)

    def send(self, value):
        self.log.append(("send", value))
        return -1

    def throw(self, kind, value=None, tb=None):
        self.log.append(("throw", str(kind)))
        raise StopIteration("thrown result")


def over(thing):
    result = yield from thing
    yield "result", result


def other_receivers(n):
    out = [list(over(thing)) for thing in ([1, 2], "ab", {1: 2}, range(3), Custom(n), map(abs, (-1, -2)))]
    custom = Custom(9)
    g = over(custom)
    out.append([next(g), g.send("x"), next(g), attempt(g.throw, ValueError("v")), custom.log])
    out.append(attempt(lambda: list(over(5))))
    return out


def shared(n):
    """Two generators delegate to the same one; and one to itself."""
    inner = leaf(n, [])
    a, b = over(inner), over(inner)
    out = [next(a), next(b), next(a)]

    def itself():
        yield 1
        yield from holder[0]

    holder = [None]
    holder[0] = itself()
    out.append(next(holder[0]))
    out.append(attempt(next, holder[0]))
    return out


def depths(depth):
    if depth:
        yield from depths(depth - 1)
    else:
        yield len(traceback.extract_stack()) > 0
        yield sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno
        yield sys.exc_info()[0]


def frames_below(n):
    try:
        raise LookupError("outer")
    except LookupError:
        return list(depths(n))


def to_the_limit(n):
    g = depths(sys.getrecursionlimit())
    return attempt(next, g).splitlines()[-1], attempt(next, g).splitlines()[-1]


def references(n):
    def member():
        while True:
            got = yield None
            counts.append(sys.getrefcount(got) - before)

    def level(k):
        yield from (level(k - 1) if k else member())

    thing, counts = object(), []
    before = sys.getrefcount(thing)
    g = level(3)
    next(g)
    for _ in range(n):
        g.send(thing)
    del g
    return len(counts), sys.getrefcount(thing) - before > 1


def traced(n):
    events = []

    def tracer(frame, event, argument):
        if frame.f_code in (chain.__code__, leaf.__code__):
            events.append((frame.f_code.co_name, event, frame.f_lineno))
        return tracer

    log = []
    g = chain(1, n, log)
    out = [next(g), next(g)]
    sys.settrace(tracer)
    out.append(next(g))
    sys.settrace(None)
    out += list(g)
    return out, events


def traced_from_inside(n):
    events = []

    def tracer(frame, event, argument):
        if frame.f_code.co_name in ("inside", "around"):
            events.append((frame.f_code.co_name, event, frame.f_lineno))
        return tracer

    def inside():
        for i in range(n):
            if i == 2:
                sys.settrace(tracer)
                sys._getframe(1).f_trace = tracer
            yield i
        sys.settrace(None)

    def around():
        yield from inside()

    g = around()
    out = [next(g) for _ in range(n)]
    sys.settrace(None)
    return out, ("inside", "return") in {event[:2] for event in events}


class Awaitable:
    def __init__(self, result):
        self.result = result

    def __await__(self):
        got = yield self.result
        return got, self.result


class Wrong:
    def __await__(self):
        return 5


class WrongToo:
    def __await__(self):
        return fib(1)


@types.coroutine
def switch(n):
    return (yield n)


async def fib(n):
    return n if n <= 1 else await fib(n - 1) + await fib(n - 2)


async def waits(n):
    out = []
    for i in range(n):
        out.append(await Awaitable(i))
        out.append(await switch(i * 10))
        out.append(await fib(i))
    return out


def drive(coroutine, limit=1000):
    out = []
    try:
        value = coroutine.send(None)
        for i in range(limit):
            out.append(value)
            value = coroutine.send(i)
    except StopIteration as stop:
        return out, stop.value
    return out


async def wrong(thing):
    return await thing


async def in_context(manager):
    async with manager:
        return await switch(1)


class Manager:
    async def __aenter__(self):
        return await switch("enter")

    async def __aexit__(self, *error):
        return await switch(("exit", error[0]))


class BadManager:
    def __aenter__(self):
        return 5

    async def __aexit__(self, *error):
        pass


def awaited(n):
    out = [drive(fib(7)), drive(waits(n)), drive(in_context(Manager()))]
    for thing in (5, Wrong(), WrongToo(), None):
        out.append(attempt(lambda thing=thing: drive(wrong(thing))))
    out.append(attempt(lambda: drive(in_context(BadManager()))))
    return out


async def twice():
    coroutine = wrong(switch(1))
    first, second = wrong(coroutine), wrong(coroutine)
    first.send(None)
    text = attempt(second.send, None)
    first.close()
    return text, attempt(first.send, None), attempt(coroutine.send, None)


async def worker(name, queue, log):
    while True:
        item = await queue.get()
        if item is None:
            return name
        log.append((name, item))
        await asyncio.sleep(0)


async def events(n):
    queue, log = asyncio.Queue(2), []
    tasks = [asyncio.create_task(worker(k, queue, log)) for k in range(2)]
    for i in range(n):
        await queue.put(i)
    for _ in tasks:
        await queue.put(None)
    names = await asyncio.gather(*tasks)
    sleeper = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    sleeper.cancel()
    try:
        await sleeper
    except asyncio.CancelledError:
        log.append("cancelled")
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.001)
    except asyncio.TimeoutError:
        log.append("too late")
    return names, log


async def numbers(n):
    for i in range(n):
        yield await fib(i % 5)


async def consume(n):
    return [value async for value in numbers(n)], [await fib(i) for i in range(3)]


for program in (walk, sent_through, iterated, error_in_the_chain, stop_in_the_chain, other_receivers, shared, frames_below, references, traced, traced_from_inside):
    print(program.__name__)
    repeat(program, (5,), 10)
for how in ("throw", "close", "drop"):
    print("left", how)
    repeat(left_in_the_middle, (4, how), 8)
print("limit")
repeat(to_the_limit, (0,), 3)
print("awaited")
repeat(awaited, (4,), 8)
repeat(lambda: drive(twice()), (), 5)
for n in (3, 20, 20):
    print(asyncio.run(events(n)), asyncio.run(consume(n)))
