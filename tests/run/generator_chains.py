"""Long chains of generators and coroutines that wait for each other: what goes in, what comes out, and what is seen from the innermost."""

import gc
import sys
import traceback
import types


def numbers(n):
    for i in range(n):
        got = yield i
        if got is not None:
            yield ("got", got)
    return "end"


def chained(depth, n):
    if depth == 0:
        result = yield from numbers(n)
    else:
        result = yield from chained(depth - 1, n)
    return f"{result}." if depth < 3 else result


def pulled(depth, n):
    total = 0
    for value in chained(depth, n):
        total += value
    return total


for _ in range(30):
    for depth in (0, 1, 5, 31, 32, 33, 70):
        pulled(depth, 20)
print([pulled(depth, 20) for depth in (0, 1, 5, 31, 32, 33, 70)])


def with_send(depth):
    g = chained(depth, 4)
    out = [next(g)]
    try:
        while True:
            out.append(g.send("x" if len(out) % 3 == 0 else None))
    except StopIteration as stop:
        out.append(stop.value)
    return out


for _ in range(20):
    with_send(40)
print(with_send(1), with_send(40) == with_send(1))


# what the innermost sees
def looking(n):
    for i in range(n):
        frame, names = sys._getframe(), []
        while frame is not None:
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        yield names.count("through"), names[-1] == "<module>"


def through(depth, n, made):
    own = looking(n) if depth == 0 else through(depth - 1, n, made)
    made.append(own)
    yield from own


for _ in range(10):
    for depth in (3, 45):
        made = []
        out = set(through(depth, 12, made))
print(out, len(made), all(g.gi_frame is None for g in made))


def states(n, made):
    for _ in range(n):
        yield tuple(g.gi_running for g in made[:3]), tuple(g.gi_yieldfrom is None for g in made[:3])


def stated(depth, n, made):
    own = states(n, made) if depth == 0 else stated(depth - 1, n, made)
    made.append(own)
    yield from own


for _ in range(10):
    made = []
    first = stated(40, 12, made)
    seen = set(first)
print(seen)


# what is raised in the middle of it
def failing(n):
    for i in range(n):
        yield i
    raise KeyError("inner")


def passing(depth, n):
    if depth == 0:
        yield from failing(n)
    elif depth == 20:
        try:
            yield from passing(depth - 1, n)
        except KeyError as error:
            yield len(traceback.extract_tb(error.__traceback__))
            raise ValueError("outer") from error
    else:
        yield from passing(depth - 1, n)


def collect(depth, n):
    out = []
    try:
        for value in passing(depth, n):
            out.append(value)
    except (KeyError, ValueError) as error:
        out += [repr(error), repr(error.__cause__), len(traceback.extract_tb(error.__traceback__))]
    return out


for _ in range(20):
    collect(19, 10), collect(60, 10)
print(collect(19, 3))
print(collect(60, 3))


def thrown(depth):
    g = chained(depth, 5)
    out = [next(g), next(g)]
    try:
        g.throw(LookupError("from outside"))
    except LookupError as error:
        out += [repr(error), len(traceback.extract_tb(error.__traceback__))]
    out.append(next(g, "over"))
    return out


for _ in range(20):
    thrown(40)
print(thrown(40))


# a chain that comes to the recursion limit while it is resumed, and goes on behind it
def limited(depth):
    g = chained(depth, 5)
    out = [next(g)]
    limit = sys.getrecursionlimit()
    here, frame = 0, sys._getframe()
    while frame is not None:
        here, frame = here + 1, frame.f_back
    try:
        sys.setrecursionlimit(here + depth // 2)
        try:
            out.append(next(g))
        except RecursionError:
            out.append("too deep")
    finally:
        sys.setrecursionlimit(limit)
    out.append(next(g, "over"))
    return out


for _ in range(10):
    limited(60)
print(limited(60))


# one in the chain that is running already
def circular(holder, n):
    for i in range(n):
        yield i
    yield from holder[0]


def around(depth, holder, n):
    yield from (circular(holder, n) if depth == 0 else around(depth - 1, holder, n))


for _ in range(10):
    holder = []
    holder.append(around(40, holder, 10))
    out = []
    try:
        for value in holder[0]:
            out.append(value)
    except ValueError as error:
        out.append(str(error))
print(out)


# coroutines, with awaitables of other kinds at the end
@types.coroutine
def pause(value):
    return (yield value)


class Later:
    def __await__(self):
        got = yield "later"
        return got


async def waits(depth, n):
    if depth:
        return await waits(depth - 1, n)
    total = 0
    for i in range(n):
        total += await pause(i)
        total += await Later()
    return total


def drive(depth, n):
    c, out, sent = waits(depth, n), [], None
    try:
        while True:
            out.append(c.send(sent))
            sent = len(out)
    except StopIteration as stop:
        return out, stop.value


for _ in range(20):
    drive(0, 6), drive(3, 6), drive(50, 6)
print(drive(50, 3), drive(0, 3) == drive(50, 3))


# tools that come and go inside
def tooled(n, events):
    def tracer(frame, event, argument):
        if frame.f_code.co_name in ("tooled", "tool_chain"):
            events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer

    for i in range(n):
        if i == n - 3:
            sys.setprofile(tracer)
        if i == n - 2:
            sys.setprofile(None)
        yield i


def tool_chain(depth, n, events):
    yield from (tooled(n, events) if depth == 0 else tool_chain(depth - 1, n, events))


for _ in range(6):
    events = []
    out = sum(tool_chain(35, 12, events))
print(out, len(events), events[:4], events[-4:])


# what dies when
class Noisy:
    def __init__(self, log, name):
        self.log, self.name = log, name

    def __del__(self):
        self.log.append(self.name)


def holding(depth, log):
    noisy = Noisy(log, depth)
    yield from (numbers(3) if depth == 0 else holding(depth - 1, log))
    log.append(-depth)
    del noisy


for _ in range(10):
    log = []
    g = holding(36, log)
    out = [next(g) for _ in range(3)]
    before = len(log)
    rest = list(g)
print(out, before, rest, log[:6], log[-4:])
log = []
g = holding(36, log)
next(g)
next(g)
del g
gc.collect()
print(log[:5], len(log))


# references of what is sent
class Sent:
    pass


def counting(n):
    got = None
    for _ in range(n):
        got = yield (0 if got is None else sys.getrefcount(got))


def counted(depth, n):
    yield from (counting(n) if depth == 0 else counted(depth - 1, n))


def count(depth):
    g, value = counted(depth, 10), Sent()
    next(g)
    return [g.send(value) for _ in range(5)], sys.getrefcount(value)


for _ in range(10):
    count(2), count(40)
print(count(2), count(40))
