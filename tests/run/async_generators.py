"""Asynchronous generators in hot loops: how they are resumed, what is seen of them meanwhile, and how they end."""

import gc
import inspect
import sys
import traceback
import types
import weakref


class Pause:
    def __init__(self, value="paused"):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


def drive(coroutine, answers=()):
    """Runs it to its end; what it yields, and how it ends."""
    log, answers = [], list(answers)
    try:
        sent = None
        while True:
            log.append(coroutine.send(sent))
            sent = answers.pop(0) if answers else len(log)
    except StopIteration as stop:
        return log, "returned", stop.value
    except BaseException as error:
        return log, type(error).__name__, str(error), [entry[0].f_code.co_name for entry in traceback.walk_tb(error.__traceback__)], type(error.__context__).__name__, type(error.__cause__).__name__


def state(agen):
    frame = agen.ag_frame
    return agen.ag_running, frame and frame.f_lasti > 0, frame and frame.f_lineno - agen.ag_code.co_firstlineno, type(agen.ag_await).__name__, agen.ag_code.co_name


async def count(n):
    for i in range(n):
        yield i


async def pausing(n):
    for i in range(n):
        got = await Pause(i)
        yield i, got
        if i % 2:
            await Pause(-i)


async def consume(source):
    total = []
    async for item in source:
        total.append(item)
    return total


async def comprehended(n):
    return [i async for i in count(n) if i % 2], {i: j async for i, j in pausing(2)}, [x async for x in nested(2)]


async def nested(depth):
    if depth:
        async for item in nested(depth - 1):
            yield item
        yield depth
        async for item in nested(depth - 1):
            yield item
        await Pause(depth)


async def echo():
    got = []
    try:
        while len(got) < 5:
            try:
                got.append((yield len(got)))
            except KeyError as error:
                got.append(repr(error))
    finally:
        await Pause("closing")
        got.append("closed")
        ECHOED.append(got)


ECHOED = []
UNRAISABLE = []
sys.unraisablehook = lambda raised: UNRAISABLE.append((type(raised.object).__name__, raised.exc_type.__name__, str(raised.exc_value), len(list(traceback.walk_tb(raised.exc_traceback)))))


async def sends(kind):
    agen, log = echo(), []
    log.append(await agen.asend(None))
    log.append(await agen.asend("a"))
    log.append(await agen.athrow(KeyError("k")))
    log.append(state(agen))
    if kind == 0:
        await agen.aclose()
    elif kind == 1:
        try:
            await agen.athrow(ValueError("v"))
        except ValueError as error:
            log.append(repr(error))
    elif kind == 2:
        async for item in agen:
            log.append(item)
    elif kind == 3:
        log.append(await anext(agen))
        log.append(await anext(agen, "default"))
        log.append(await anext(agen, "default"))
        log.append(await anext(agen, "default"))
    log.append(state(agen)[:2])
    try:
        log.append(await agen.asend(5))
    except StopAsyncIteration as error:
        log.append((repr(error), type(error.__context__).__name__))
    log.append(ECHOED.pop() if ECHOED else None)
    return log


async def raises(i):
    for k in range(4):
        yield k
    if i % 5 == 0:
        raise StopIteration(i)
    if i % 5 == 1:
        raise StopAsyncIteration(i)
    if i % 5 == 2:
        raise ValueError(i)
    if i % 5 == 3:
        raise GeneratorExit(i)
    await Pause(i)
    return


async def outer(i):
    async for item in raises(i):
        yield item
    yield "end"


async def handled(i):
    try:
        1 // 0
    except ZeroDivisionError:
        async for item in raises(4):
            assert isinstance(sys.exc_info()[1], ZeroDivisionError)
        try:
            async for item in raises(i):
                pass
        except Exception as error:
            return repr(error), repr(error.__context__), repr(error.__cause__)


def awaitables(i):
    """The objects by hand: in each state, used twice, thrown into, closed."""
    log = []

    def attempt(what, *arguments):
        try:
            log.append(what(*arguments))
        except BaseException as error:
            log.append((type(error).__name__, str(error), type(error.__context__).__name__))

    agen = pausing(6)
    one = agen.__anext__()
    attempt(one.send, "refused" if i % 2 else None)
    log.append((state(agen), sys.getrefcount(agen), sys.getrefcount(one)))
    two = agen.asend(None)
    attempt(two.send, None)
    attempt(one.send, "answer")
    attempt(one.send, None)
    attempt(next, one)
    attempt(next, two)
    attempt(two.send, 7)
    log.append((state(agen), sys.getrefcount(agen)))
    three = agen.asend("ignored")
    attempt(next, three)
    if i % 3 == 0:
        attempt(three.throw, ValueError("thrown"))
    elif i % 3 == 1:
        three.close()
    attempt(three.__next__)
    attempt(three.send, None)
    four = agen.aclose()
    attempt(four.send, None)
    attempt(four.send, None)
    attempt(agen.__anext__().send, None)
    log.append((state(agen), sys.getrefcount(agen)))
    return log


async def looking(agen, log):
    async for item in agen:
        log.append((item, state(agen), sys.getrefcount(agen), inspect.isasyncgen(agen)))


async def looked_at(log, holder):
    for i in range(4):
        agen = holder[0]
        log.append((state(agen), sys.getrefcount(agen), sys._getframe().f_back.f_code.co_name, [f.f_code.co_name for f, _ in traceback.walk_stack(None)][:4]))
        await Pause(i)
        try:
            agen.__anext__().send(None)
        except RuntimeError as error:
            log.append(str(error))
        yield i


def looks():
    log, holder = [], []
    holder.append(looked_at(log, holder))
    coroutine = looking(holder[0], log)
    try:
        while True:
            coroutine.send(None)
            log.append((type(coroutine.cr_await).__name__, state(holder[0])))
    except StopIteration:
        pass
    holder.clear()
    return log


def hooks(i):
    log = []
    old = sys.get_asyncgen_hooks()

    def first(agen):
        log.append(("first", agen.ag_code.co_name, state(agen)[:2], sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno))
        if i % 4 == 3:
            raise KeyError("first")

    def final(agen):
        log.append(("final", agen.ag_code.co_name, state(agen)))
        closing = agen.aclose()
        try:
            while True:
                log.append(closing.send(None))
        except StopIteration:
            log.append("finalised")

    async def cleaned(n):
        try:
            for k in range(n):
                yield k
        finally:
            log.append("cleaning")
            await Pause("cleanup")
            log.append("cleaned")

    async def leaves(n):
        async for k in cleaned(n):
            if k == i % 6:
                break
        return k

    sys.set_asyncgen_hooks(firstiter=first, finalizer=final if i % 2 else None)
    try:
        log.append(drive(leaves(4)))
    finally:
        sys.set_asyncgen_hooks(*old)
    gc.collect()
    return log


class Item:
    made = 0

    def __init__(self):
        Item.made += 1

    def __del__(self):
        Item.made -= 1


async def items(n):
    for _ in range(n):
        yield Item()


async def lifetimes(n):
    counts = []
    async for item in items(n):
        counts.append((Item.made, sys.getrefcount(item)))
        watched = weakref.ref(item)
        del item
        counts.append((Item.made, watched() is None))
    return counts[-4:], Item.made


async def deep(n):
    if n:
        async for item in deep(n - 1):
            yield item
    else:
        yield "bottom"


def recursion(n):
    try:
        return drive(consume(deep(n)))
    except RecursionError:
        return "limit"


def tools():
    events = []

    def trace(frame, event, argument):
        if frame.f_code.co_name in ("count", "consume", "pausing"):
            events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, type(argument).__name__))
        return trace

    for function in (sys.settrace, sys.setprofile):
        function(trace)
        try:
            drive(consume(count(3)))
            drive(consume(pausing(2)))
        finally:
            function(None)
    return events


async def midway(n, function, events):
    """Sets a tool while generators are suspended and running."""
    def trace(frame, event, argument):
        if frame.f_code.co_filename == __file__:
            events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
        return trace

    for i in range(n):
        if i == 3:
            function(trace)
        yield i
    yield "last"


def tool_midway(function):
    events = []
    try:
        drive(consume(midway(5, function, events)))
    finally:
        function(None)
    return events


class Own:
    """An asynchronous iterator where there were generators so far."""

    def __aiter__(self):
        self.left = 3
        return self

    async def __anext__(self):
        self.left -= 1
        if not self.left:
            raise StopAsyncIteration
        await Pause("own")
        return self.left


@types.coroutine
def yields(value):
    return (yield value)


async def mixed(i):
    source = (count(3), pausing(2), Own(), nested(1))[i % 4]
    async for item in source:
        yield item, await yields(item)
    else:
        yield "else"


for i in range(48):
    results = [
        drive(consume(count(5))), drive(consume(pausing(4)), [None, "x", 5]), drive(comprehended(4)), drive(consume(nested(3))), drive(sends(i % 4)),
        drive(consume(raises(i))), drive(consume(outer(i))), drive(handled(i)), awaitables(i), looks(), hooks(i), drive(lifetimes(6)), drive(consume(mixed(i))),
    ]
    if i >= 36:
        for result in results:
            print(i, result)
        print(UNRAISABLE)
    UNRAISABLE.clear()
for n in (3, 50, 3, 50, 300, 3):
    print(recursion(n))
limit = sys.getrecursionlimit()
sys.setrecursionlimit(150)
print([recursion(n)[1] for n in range(100, 160)])
sys.setrecursionlimit(limit)
print(tools())
for function in (sys.settrace, sys.setprofile):
    for _ in range(3):
        print(tool_midway(function))
print(sys.exc_info())
