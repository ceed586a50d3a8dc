"""Long loops that are left now and then and gone on with: frames looked at, exceptions, finalisers, tools that come and go, nested loops, break, return, generators."""

import gc
import sys
import traceback
import weakref

LONG = 20_000


class Dies:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("dies", self.name)


def look():
    frame = sys._getframe(1)
    return frame.f_lineno - frame.f_code.co_firstlineno, sorted(frame.f_locals)[:3]


def framed(n):
    total, seen = 0, []
    for i in range(n):
        total = (total * 3 + i) & 0xFFFF
        if i % 9000 == 17:
            seen.append(look())
    return total, seen


def raising(n):
    total = 0
    for i in range(n):
        try:
            total = (total * 5 + i) & 0xFFFF
            if i % 7000 == 13:
                raise ValueError(i)
        except ValueError as error:
            total += error.args[0] + error.__traceback__.tb_lineno % 2
    return total


def fails(n):
    total = 0
    for i in range(n):
        total = (total + i) & 0xFFFF
        if i == n // 2:
            look()
        if i == n // 2 + 3:
            total = total + "text"
    return total


def finalised(n):
    kept, total = None, 0
    for i in range(n):
        total ^= i
        if i % 8000 == 5:
            kept = Dies((n, i))
            look()
        if i % 8000 == 8:
            kept = None
    return total


def traced(n):
    total, events = 0, []

    def tracer(frame, event, arg):
        events.append((event, frame.f_code.co_name))
        return tracer if len(events) < 10 else None

    def step(value):
        return value & 255

    for i in range(n):
        total += step(i)
        if i == 11:
            look()
        if i == 12:
            sys.settrace(tracer)
        if i == 15:
            sys.settrace(None)
    return total, events


def nested(n):
    total = 0
    for i in range(4):
        for j in range(n // 4):
            total = (total * 7 + i * j) & 0xFFFFF
            if j == 33:
                look()
            if j == n // 4 - 5 and i == 2:
                break
        else:
            total += 1
    return total


def returning(n):
    total = 0
    while True:
        total += 3
        if total == 300:
            look()
        if total > n:
            return total, look()


def mixed(values):
    total = 0
    for value in values:
        total = total + value
        if total == 10:
            look()
    return total


def generating(n):
    total = 0
    for i in range(n):
        total = (total + i) & 0xFFFF
        if i % 6000 == 21:
            yield total, look()


def changed(n):
    total = 0
    for i in range(n):
        total += 1
        if i == 40:
            sys._getframe().f_locals["total"] = -1
            look()
        if i == 50:
            extra = weakref.ref(look)
            del extra
    return total


def attempt(function, *args):
    try:
        return function(*args)
    except Exception:
        return traceback.format_exc()


for turn in range(5):
    for function in (framed, raising, fails, finalised, traced, nested, returning, changed):
        print(function.__name__, attempt(function, LONG + turn))
    print(list(generating(LONG)))
    print(mixed([1] * LONG), mixed([1, 2, 3, 4, 0.5] * (LONG // 5)), attempt(mixed, [1] * 50 + ["x"]))
print(gc.isenabled(), sys.gettrace())
