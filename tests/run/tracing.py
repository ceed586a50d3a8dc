"""settrace, setprofile and cProfile switched on and off in the middle of hot loops: every event counts."""

import cProfile
import pstats
import sys

events = []


def tracer(frame, event, arg):
    name = frame.f_code.co_name
    if name in ("work", "helper", "failing", "switches_on", "opcodes"):
        shown = arg if isinstance(arg, (int, float, str, type(None))) else type(arg).__name__
        events.append((event, name, frame.f_lineno - frame.f_code.co_firstlineno, shown, frame.f_locals.get("i")))
    return tracer


def profiler(frame, event, arg):
    shown = getattr(arg, "__name__", None) if event.startswith("c_") else None
    events.append((event, frame.f_code.co_name, shown))


def helper(x):
    y = x * 2
    return y + 1


def work(n):
    total = 0
    for i in range(n):
        total += helper(i)
        if total % 2:
            total += len("ab")
    return total


def failing(n):
    for i in range(n):
        try:
            1 // (n - i - 1)
        except ZeroDivisionError:
            return i


def switches_on(n, start, stop, how, function):
    total = 0
    for i in range(n):
        if i == start:
            how(function)
            if how is sys.settrace:
                sys._getframe().f_trace = function
        total += helper(i)
        if i == stop:
            how(None)
    return total


def report(label):
    print(label, len(events))
    for event in events[:60]:
        print("  ", event)
    events.clear()


def opcodes(n):
    total = 0
    for i in range(n):
        total += i
    return total


def opcode_tracer(frame, event, arg):
    if frame.f_code.co_name != "opcodes":
        return None
    frame.f_trace_opcodes = True
    events.append((event, frame.f_lasti, frame.f_lineno - frame.f_code.co_firstlineno))
    return opcode_tracer


def line_jump(frame, event, arg):
    if frame.f_code.co_name == "jumping" and event == "line" and frame.f_locals.get("i") == 2 and not jumped:
        jumped.append(1)
        frame.f_lineno = frame.f_code.co_firstlineno + 4
    return line_jump


jumped = []


def jumping(n):
    total = 0
    for i in range(n):
        total += 10
    total += 1
    return total


for _ in range(300):
    work(10), failing(4), switches_on(10, -1, -1, None, None), opcodes(5), jumping(6)
print(work(10))
sys.settrace(tracer)
work(4), failing(3)
sys.settrace(None)
report("settrace")
print(work(10))
sys.setprofile(profiler)
work(4), failing(3)
sys.setprofile(None)
report("setprofile")
for _ in range(20):
    print(switches_on(12, 5, 8, sys.settrace, tracer), end=" ")
report("on in the middle")
for _ in range(3):
    print(switches_on(12, 5, 8, sys.setprofile, profiler), end=" ")
report("profile in the middle")
sys.settrace(opcode_tracer)
opcodes(3)
sys.settrace(None)
report("opcodes")
sys.settrace(line_jump)
print(jumping(6))
sys.settrace(None)
print(jumping(6))
profile = cProfile.Profile()
profile.enable()
for _ in range(50):
    work(10)
profile.disable()
rows = pstats.Stats(profile).stats
print(sorted((key[2], row[0], row[1]) for key, row in rows.items()))
print(work(10))
