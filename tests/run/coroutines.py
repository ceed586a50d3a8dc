"""async and await: tasks, gather, async for, async with, async comprehensions, cancellation, exceptions, driven by hand and by asyncio."""

import asyncio

from _show import attempt


class Ticker:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await asyncio.sleep(0)
        return self.n


class Session:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        self.log.append("enter")
        return self

    async def __aexit__(self, kind, *rest):
        self.log.append(kind.__name__ if kind else None)
        return kind is KeyError


async def compute(x):
    total = 0
    for i in range(20):
        total += i * x
    await asyncio.sleep(0)
    return total


async def generate(n):
    for i in range(n):
        yield i * i
        await asyncio.sleep(0)


async def use(n):
    log = []
    out = await asyncio.gather(*(compute(i) for i in range(n)))
    async for x in Ticker(3):
        out.append(x)
    async with Session(log):
        out.append([y async for y in generate(4) if y % 2])
    async with Session(log):
        raise KeyError("suppressed")
    return out, log


async def failing(x):
    await asyncio.sleep(0)
    return 10 // x


async def errors():
    return await asyncio.gather(failing(0), failing(2), failing("s"), return_exceptions=True)


async def cancelled(log):
    try:
        while True:
            await asyncio.sleep(0)
            log.append("turn") if len(log) < 3 else None
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        log.append("finally")


async def cancels():
    log = []
    task = asyncio.create_task(cancelled(log))
    for _ in range(6):
        await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log.append(task.cancelled())
    return log


def by_hand(x):
    coroutine = failing_by_hand(x)
    steps = []
    try:
        while True:
            steps.append(coroutine.send(None))
    except StopIteration as stop:
        return steps, stop.value


class Step:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def failing_by_hand(x):
    total = 0
    for i in range(4):
        await Step(i)
        total += i * x
    return total / x


for i in range(25):
    outcome = attempt(asyncio.run, use(6))
    if i % 12 == 0:
        print(outcome, asyncio.run(errors()), asyncio.run(cancels()))
for x in [1] * 30 + [2.5, 0, "s", 2**64]:
    last = attempt(by_hand, x)
    if x != 1:
        print(last)


# A long chain of awaits, while it is observed and later: as deep as ever.


async def chain(n):
    if n:
        return await chain(n - 1) + 1
    return 0


def started(n):
    try:
        chain(n).send(None)
    except StopIteration as stop:
        return stop.value
    except RecursionError as error:
        return str(error)


for n in (4, 4, 4, 750, 750, 750, 900, 950):
    print(n, started(n))
