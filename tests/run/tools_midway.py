"""Tools switched on and off far down in hot functions, generators and coroutines: each event of the frames that were running comes once."""

import cProfile
import sys

events = []


def profiler(frame, event, value):
    if event[0] != "c" or event == "call":
        events.append((frame.f_code.co_name, event, frame.f_lineno, value if event == "return" else None))


def tracer(frame, event, value):
    shown = value[0].__name__ if event == "exception" else value if event == "return" else None
    events.append((frame.f_code.co_name, event, frame.f_lineno, shown))
    return tracer


def on(how):
    if "p" in how:
        sys.setprofile(profiler)
    if "t" in how:
        sys.settrace(tracer)
    frame = sys._getframe(1)
    while "F" in how and frame is not None:
        frame.f_trace = tracer
        frame = frame.f_back


def off():
    sys.setprofile(None)
    sys.settrace(None)


def factorial(n, how):
    if n == 3 and how:
        on(how)
    if n == 0:
        return 1 // (0 if how and "e" in how else 1)
    return n * factorial(n - 1, how)


def one_line(n, how): return (on(how) if n == 3 and how else 0, one_line(n - 1, how) if n else 1 // (0 if how and "e" in how else 1))  # fmt: skip


def handling(n, how):
    if n == 3 and how:
        on(how)
    try:
        if n == 0:
            if how and "e" in how:
                raise KeyError(n)
            return [n]
        return handling(n - 1, how) + [n]
    except KeyError:
        if n % 2:
            raise
        return ["handled"]
    finally:
        n = 0


def leaf(i, how):
    if i == 3 and how:
        on(how)
    if i == 5 and how and "e" in how:
        raise KeyError(i)
    return i


def loop(n, how):
    for i in range(n):
        leaf(i, how)
    return n


def switched_off_inside(n, how):
    if n == 4 and how:
        on(how)
    if n == 1:
        off()
    return switched_off_inside(n - 1, how) if n else 0


def boom(i, how):
    if i == 5 and how:
        on(how)
        raise KeyError(i)
    return i


def inner(n, how):
    for i in range(n):
        yield boom(i, how)


def middle(n, how):
    return (yield from inner(n, how))


def caught(n, how):
    try:
        yield from middle(n, how)
    except KeyError:
        yield "caught"
    yield "end"


def delegated(n, how):
    return [x for x in caught(n, how)]


def uncaught(n, how):
    total = 0
    for x in middle(n, how):
        total += x
    return total


def handler(i, how):
    try:
        return boom(i, how)
    except KeyError:
        return "handled"


def handlers(n, how):
    return [handler(i, how) for i in range(n)]


async def raising(n, how):
    for i in range(n):
        boom(i, how)


async def awaiting(n, how):
    try:
        await raising(n, how)
    except KeyError:
        return 4


def awaited(n, how):
    try:
        awaiting(n, how).send(None)
    except StopIteration as stop:
        return stop.value


def outcome(function, how):
    try:
        return function(8, how)
    except Exception as error:
        off()
        lines, entry = [], error.__traceback__
        while entry is not None:
            lines.append((entry.tb_frame.f_code.co_name, entry.tb_lineno))
            entry = entry.tb_next
        return repr(error), lines


FUNCTIONS = (factorial, one_line, handling, loop, switched_off_inside, delegated, uncaught, handlers, awaited)
for _ in range(6):
    for function in FUNCTIONS:
        outcome(function, None)
for _ in range(2):
    for function in FUNCTIONS:
        for how in ("p", "t", "pt", "tF", "ptF", "pe", "te", "pte", "tFe", "ptFe"):
            events.clear()
            result = outcome(function, how)
            off()
            print(function.__name__, how, result)
            for event in events:
                print("  ", *event)


# A profiler in C knows codes by their address.


def profiled(n):
    if n == 5:
        profiles.append(cProfile.Profile())
        profiles[-1].enable()
    if n:
        return profiled(n - 1) + len([])
    return 0


profiles = []
for _ in range(4):
    profiled(4)
for _ in range(3):
    profiled(8)
    profiles[-1].disable()
    print(sorted((getattr(entry.code, "co_name", entry.code), entry.callcount, entry.reccallcount) for entry in profiles[-1].getstats()))
