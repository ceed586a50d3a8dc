"""async for and async with in hot coroutines, with their exceptional ways."""

import sys


class Count:
    """An asynchronous iterator in Python."""

    def __init__(self, n, fails=-1):
        self.n, self.i, self.fails = n, 0, fails

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.i += 1
        if self.i == self.fails:
            raise ValueError(self.i)
        if self.i > self.n:
            raise StopAsyncIteration
        if self.i % 3 == 0:
            await Pause()
        return self.i


class Pause:
    def __await__(self):
        got = yield "paused"
        return got


class Manager:
    def __init__(self, log, swallow=False, fails=""):
        self.log, self.swallow, self.fails = log, swallow, fails

    async def __aenter__(self):
        self.log.append("enter")
        if self.fails == "enter":
            raise KeyError("enter")
        await Pause()
        return self

    async def __aexit__(self, kind, value, traceback):
        self.log.append(f"exit {kind and kind.__name__} {value} {sys.exc_info()[0] is kind}")
        if self.fails == "exit":
            raise IndexError("exit")
        await Pause()
        return self.swallow


async def agen(n):
    for i in range(n):
        yield i
        await Pause()


class NoNext:
    def __aiter__(self):
        return 5


class BadNext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 5


class HalfManager:
    async def __aenter__(self):
        return 1


def run(coroutine):
    """Drives a coroutine by hand."""
    steps = 0
    try:
        while True:
            coroutine.send(None)
            steps += 1
    except StopIteration as stop:
        return stop.value, steps


async def total(n, fails=-1):
    result, scale = 0, 1.0
    async for i in Count(n, fails):
        result += i
        scale *= 1.5
        if i == 40:
            break
    else:
        result += 1000
    return result, round(scale, 3)


async def over_generator(n):
    return [x * 2 async for x in agen(n) if x % 2] + [await value(x) async for x in agen(2)]


async def value(x):
    await Pause()
    return x


async def catching(n):
    log = []
    for i in range(n):
        try:
            log.append(await total(4, fails=i % 6))
        except ValueError as error:
            log.append(f"{error} {len(tb_names(error))}")
        finally:
            await Pause()
    return log


def tb_names(error):
    names, tb = [], error.__traceback__
    while tb is not None:
        names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        tb = tb.tb_next
    return names


async def managed(n):
    log = []
    for i in range(n):
        try:
            async with Manager(log, i % 2 == 0, ("", "", "", "enter", "exit")[i % 5]) as manager:
                log.append(i)
                if i % 3 == 0:
                    raise OSError(i)
                if i % 7 == 0:
                    continue
            log.append("behind")
        except (OSError, LookupError) as error:
            log.append(f"{error!r} {error.__context__!r} {tb_names(error)}")
    return log


async def returning(log):
    async with Manager(log):
        async with Manager(log, True):
            return "returned"


async def wrong(i):
    try:
        if i == 0:
            async for x in 5:
                pass
        if i == 1:
            async for x in NoNext():
                pass
        if i == 2:
            async for x in BadNext():
                pass
        if i == 3:
            async with 5:
                pass
        if i == 4:
            async with HalfManager():
                pass
    except (TypeError, AttributeError) as error:
        return f"{error!r} {error.__cause__!r} {tb_names(error)}"


async def cancelled(n):
    """Exceptions thrown in from outside."""
    caught = 0
    for i in range(n):
        try:
            async with Manager([], False):
                await Pause()
        except LookupError:
            caught += 1
    return caught


def throw_in(n):
    coroutine, i = cancelled(n), 0
    try:
        coroutine.send(None)
        while True:
            i += 1
            if i % 4 == 0:
                coroutine.throw(KeyError(i))
            else:
                coroutine.send(None)
    except StopIteration as stop:
        return stop.value, i


for round_ in range(6):
    print(run(total(20)), run(total(60)))
    print(run(over_generator(7)))
print(run(catching(30)))
for line in run(managed(40))[0][-24:]:
    print(line)
for i in range(8):
    log = []
    print(run(returning(log)), log)
for i in range(5):
    out = [run(wrong(i))[0] for _ in range(8)]
    print(out[0], len(set(out)))
print(throw_in(30))
