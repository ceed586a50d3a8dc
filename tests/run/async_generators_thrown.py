"""Asynchronous generators that are thrown into, cancelled and closed from outside, with and without an event loop."""

import asyncio
import contextlib
import sys
import traceback


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


async def catches(n):
    for i in range(n):
        try:
            await Pause(i)
        except KeyError as error:
            yield repr(error), type(error.__context__).__name__
        except GeneratorExit:
            yield "ignored" if n == 7 else "refused"
        else:
            yield i
        finally:
            LOG.append(("finally", i, sys.exc_info()[0]))


async def passes(n):
    async for item in catches(n):
        yield item
        await Pause(("passed", item))


async def consume(source, log):
    async for item in source:
        log.append(item)
    return len(log)


LOG = []
sys.unraisablehook = lambda raised: LOG.append((type(raised.object).__name__, raised.exc_type.__name__, str(raised.exc_value), [frame.f_code.co_name for frame, _ in traceback.walk_tb(raised.exc_traceback)]))


def attempt(log, what, *arguments):
    try:
        log.append(what(*arguments))
    except BaseException as error:
        log.append((type(error).__name__, str(error), [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)][1:]))


def thrown(i):
    log = []
    source = (catches, passes)[i & 1](3 + i % 5)
    coroutine = consume(source, log)
    attempt(log, coroutine.send, None)
    attempt(log, coroutine.throw, KeyError(i))
    attempt(log, coroutine.send, None)
    if i % 3 == 0:
        attempt(log, coroutine.throw, ValueError(i))
    elif i % 3 == 1:
        attempt(log, coroutine.close)
    attempt(log, coroutine.send, 5)
    log.append((source.ag_running, source.ag_frame is None, source.ag_await is None, coroutine.cr_running, coroutine.cr_await is None))
    attempt(log, source.aclose().send, None)
    log.append((source.ag_running, source.ag_frame is None))
    log += LOG
    LOG.clear()
    return log


def closing(i):
    """athrow() and aclose() in the middle, then asend() once more."""
    log = []
    source = catches(2 + i % 6)
    attempt(log, source.__anext__().send, None)
    closer = source.aclose() if i & 1 else source.athrow(KeyError, KeyError(i))
    attempt(log, closer.send, None)
    attempt(log, closer.throw, KeyError("into the closer"))
    attempt(log, source.asend(None).send, None)
    attempt(log, source.asend(None).__next__)
    attempt(log, closer.close)
    source = catches(2)
    step = source.__anext__()
    attempt(log, step.send, None)
    attempt(log, step.throw, KeyError(i))
    attempt(log, step.send, None)
    log.append((source.ag_running, source.ag_frame is None))
    source = None
    log += LOG
    LOG.clear()
    return log


@contextlib.asynccontextmanager
async def managed(log, i):
    log.append("enter")
    try:
        await asyncio.sleep(0)
        yield i
    except LookupError as error:
        log.append(repr(error))
        if i & 1:
            raise RuntimeError("changed") from error
    finally:
        await asyncio.sleep(0)
        log.append("leave")


async def with_managers(i):
    log = []
    for k in range(4):
        try:
            async with managed(log, k) as value, contextlib.aclosing(ticks(log, 5)) as source:
                async for tick in source:
                    if tick == k:
                        raise (KeyError, ValueError)[i & 1](value)
        except Exception as error:
            log.append((repr(error), repr(error.__cause__), type(error.__context__).__name__))
    return log


async def ticks(log, n):
    try:
        for i in range(n):
            yield i
            await asyncio.sleep(0)
    finally:
        log.append(("ticks", i, asyncio.current_task() is not None))


async def cancelled(i):
    log = []

    async def work():
        async for tick in ticks(log, 1000):
            log.append(tick) if tick % 50 == 0 else None

    task = asyncio.ensure_future(work())
    for _ in range(20 + i):
        await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as error:
        log.append(repr(error))
    return log


async def queues(i):
    queue, log = asyncio.Queue(2), []

    async def produce(n):
        for k in range(n):
            await queue.put(k)
        await queue.put(None)

    async def items():
        while (item := await queue.get()) is not None:
            yield item

    task = asyncio.ensure_future(produce(20))
    log.append(sum([item async for item in items() if item != i]))
    await task
    return log


async def groups(i):
    async def fails(k):
        async for tick in ticks([], 3):
            if tick == k:
                raise (ValueError, KeyError)[k & 1](k)

    caught = []
    try:
        async with asyncio.TaskGroup() as group:
            for k in range(i % 4):
                group.create_task(fails(k))
    except* ValueError as error:
        caught.append(sorted(map(repr, error.exceptions)))
        await asyncio.sleep(0)
    except* KeyError as error:
        caught.append(sorted(map(repr, error.exceptions)))
    return caught


async def abandoned(i):
    """The loop closes what is left."""
    log = []
    source = ticks(log, 9)
    async for tick in source:
        if tick == i % 5:
            break
    KEPT.append((source, log))
    del source
    await asyncio.sleep(0)
    return log


KEPT = []
for i in range(40):
    results = [thrown(i), closing(i)]
    for function in (with_managers, cancelled, queues, groups, abandoned):
        results.append(asyncio.run(function(i)))
    results.append([log for _, log in KEPT])
    KEPT.clear()
    if i >= 28:
        for result in results:
            print(i, result)
