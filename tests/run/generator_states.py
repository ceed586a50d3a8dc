"""Suspended generators looked at, closed, thrown into, collected and re-entered in the middle, after their code has become hot."""

import gc
import inspect
import sys
import threading
import types
import weakref

from _show import attempt, repeat


class Noisy:
    def __init__(self, name, log):
        self.name = name
        self.log = log

    def __del__(self):
        self.log.append(f"{self.name} dies")


def squares(n, offset):
    total = offset
    for i in range(n):
        total += i * i
        half = total / 2
        yield total
    return half


def looked_at(n):
    g = squares(n, 3)
    seen = [(inspect.getgeneratorstate(g), g.gi_frame.f_lineno, sorted(g.gi_frame.f_locals), g.gi_frame.f_lasti)]
    for value in g:
        frame = g.gi_frame
        seen.append((value, frame.f_lineno, dict(frame.f_locals), frame.f_back, g.gi_running, frame.f_lasti))
    seen.append((inspect.getgeneratorstate(g), g.gi_frame, frame.f_lineno, dict(frame.f_locals)))
    return seen


def kept_frame(n):
    """The frame object outlives the generator and shows its last values."""
    g = squares(n, 1)
    frame = g.gi_frame
    values = list(g)
    return values, frame.f_lineno, dict(frame.f_locals), sys.getrefcount(frame)


def counted(items):
    for item in items:
        copy = item
        yield copy


def references(n):
    thing = object()
    before = sys.getrefcount(thing)
    g = counted([thing] * n)
    out = []
    for got in g:
        out.append(sys.getrefcount(thing) - before)
    del got, g
    return out, sys.getrefcount(thing) - before


def guarded(log, n):
    held = Noisy("held", log)
    try:
        for i in range(n):
            yield i
    finally:
        log.append(f"finally at {i}")
        del held


def abandoned(n):
    log = []
    g = guarded(log, n)
    for value in g:
        if value == n // 2:
            break
    del g
    log.append("gone")
    return log


def closed(n):
    log = []
    g = guarded(log, n)
    for value in g:
        if value == 1:
            g.close()
    log.append(attempt(next, g))
    return log


def with_operands(n):
    """A value on the stack below the yielded one, while the generator is suspended."""
    for i in range(n):
        pair = [i, Noisy(str(i), LOG).name + str((yield i))]
        LOG.append(pair)


LOG = []


def stacked(n, how):
    LOG.clear()
    g = with_operands(n)
    out = [next(g), g.send("a"), g.send("b")]
    if how == "throw":
        out.append(attempt(g.throw, ValueError("thrown")))
    elif how == "close":
        g.close()
    else:
        del g
    return out, list(LOG)


def fails_at(n, where):
    for i in range(n):
        yield 10 // (where - i)


def exhausted_by_error(n):
    g = fails_at(n, 3)
    out = [attempt(next, g) for _ in range(5)]
    return out, inspect.getgeneratorstate(g)


def stops(n):
    for i in range(n):
        yield i
    raise StopIteration("inside")


def returns(n):
    for i in range(n):
        yield i
    return [n, "value"]


def stop_iteration(n):
    try:
        list(stops(n))
    except RuntimeError as error:
        cause = error.__cause__
        first = repr(error), repr(cause), cause is error.__context__, cause.__traceback__.tb_lineno
    g = returns(n)
    for _ in range(n):
        next(g)
    try:
        next(g)
    except StopIteration as stop:
        return first, stop.value, attempt(next, g)
    return first


def again(holder):
    for _ in range(4):
        try:
            next(holder[0])
        except ValueError as error:
            yield str(error)


def re_entered(n):
    holder = []
    g = again(holder)
    holder.append(g)
    return list(g)


def cyclic(n):
    log = []

    def member():
        me = Noisy("cycle", log)
        other = [me, g]
        for i in range(n):
            yield i, len(other)

    g = member()
    out = [next(g) for _ in range(n - 1)]
    watcher = weakref.ref(g)
    del g
    gc.collect()
    return out, watcher() is None, log


def nested(depth):
    if depth:
        for value in nested(depth - 1):
            yield value + 1
    else:
        for i in range(3):
            yield i


def deep(n):
    limit = sys.getrecursionlimit()
    out = [list(nested(depth)) for depth in (1, 5, 40)]
    try:
        for _ in nested(limit):
            pass
    except RecursionError as error:
        out.append(str(error))
    return out


def walker(n):
    for i in range(n):
        yield i, sys._getframe().f_lineno, sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno


def who_called(n):
    return [row[2:] for row in walker(n)], list(walker(2))


def in_thread(n):
    g = squares(n, 2)
    out = [next(g), next(g)]
    thread = threading.Thread(target=lambda: out.extend(next(g) for _ in range(2)))
    thread.start()
    thread.join()
    out.append(next(g))
    return out


def traced(n):
    """A trace function arrives while the generator is suspended, and leaves again."""
    g = squares(n, 0)
    events = []

    def tracer(frame, event, argument):
        if frame.f_code is squares.__code__:
            events.append((event, frame.f_lineno, argument))
        return tracer

    out = [next(g), next(g)]
    sys.settrace(tracer)
    try:
        out.append(next(g))
    finally:
        sys.settrace(None)
    out += list(g)
    return out, events


def tracing_from_inside(n):
    events = []

    def tracer(frame, event, argument):
        if frame.f_code.co_name == "member":
            events.append((event, frame.f_lineno))
        return tracer

    def member():
        for i in range(n):
            if i == 2:
                sys.settrace(tracer)
            yield i
        sys.settrace(None)

    for _ in member():
        pass
    sys.settrace(None)
    return len(events) > 2


def handled(n):
    """exc_info inside belongs to the generator, outside to the caller."""
    try:
        raise KeyError("outer")
    except KeyError:
        out = []
        for value in exc_infos(n):
            out.append((value, sys.exc_info()[0]))
        return out


def exc_infos(n):
    for i in range(n):
        before = sys.exc_info()[0]
        try:
            if i % 2:
                raise ValueError(i)
            yield before, sys.exc_info()[0]
        except ValueError:
            yield before, sys.exc_info()[0]


@types.coroutine
def switch(n):
    got = yield n
    return got


def closures(n):
    scale = n
    bumped = []

    def member(k):
        nonlocal scale
        for i in range(k):
            scale += 1
            yield scale * i
        bumped.append(scale)

    return [list(member(3)) for _ in range(3)], bumped, [sum(x * scale for x in range(5) if x != n) for _ in range(3)]


def late_types(n):
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5, "s", 13, 2**70, True, None]
    out = []
    for doubled in (value * 2 for value in values if value is not None):
        out.append(doubled)
    return out


def huge(n):
    x = 2**60 - n
    while x < 2**64:
        yield x
        x *= 2


for program in (looked_at, kept_frame, references, abandoned, closed, exhausted_by_error, stop_iteration, re_entered, cyclic, who_called, in_thread):
    print(program.__name__)
    repeat(program, (6,), 12)
for program in (traced, tracing_from_inside, handled, closures, late_types):
    print(program.__name__)
    repeat(program, (5,), 12)
for how in ("throw", "close", "drop"):
    print("stacked", how)
    repeat(stacked, (4, how), 8)
print("deep")
repeat(deep, (0,), 3)
print(list(huge(5)), list(huge(1)))
print(attempt(lambda: squares(3, 0).send(1)), attempt(lambda: list(counted(None))))
