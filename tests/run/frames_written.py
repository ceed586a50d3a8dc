"""Locals of running functions written from outside: PyFrame_LocalsToFast as debuggers use it, trace functions that assign, cells, deleted locals."""

import ctypes
import sys

to_fast = ctypes.pythonapi.PyFrame_LocalsToFast
to_fast.argtypes = [ctypes.py_object, ctypes.c_int]
to_fast.restype = None


def write(frame, **values):
    frame.f_locals.update(values)
    to_fast(frame, 0)


def remove(frame, name):
    frame.f_locals.pop(name, None)
    to_fast(frame, 1)


def callee(k, at, values):
    if k == at:
        write(sys._getframe(1), **values)
    return 1


def ints(n, at, values):
    total = 0
    step = 1
    for i in range(n):
        total += step
        total += callee(i, at, values)
        total += step
    return total, step


def floats(n, at, values):
    total, step = 0.0, 0.5
    for i in range(n):
        total += step
        total += callee(i, at, values)
        total *= step
    return total, step


def lists(n, at, values):
    items = [1, 2, 3]
    total = 0
    for i in range(n):
        total += items[i % 3]
        callee(i, at, values)
        total += items[(i + 1) % 3]
        total += len(items)
    return total, items


class Thing:
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


class Other:
    def __init__(self, x):
        self.y = self.x = x

    def get(self):
        return -self.x


def objects(n, at, values):
    thing = Thing(2)
    total = 0
    for i in range(n):
        total += thing.x + thing.get()
        callee(i, at, values)
        total += thing.x + thing.get()
    return total


def cells(n, at, values):
    total = 0
    step = 1

    def inner():
        return step

    for i in range(n):
        total += step
        callee(i, at, values)
        total += inner()
    return total, step


def removing(k, at, name):
    if k == at:
        remove(sys._getframe(1), name)
    return 1


def unbound(n, at, name):
    total, step = 0, 1
    try:
        for i in range(n):
            total += step
            total += removing(i, at, name)
            total += step
    except UnboundLocalError as e:
        return str(e)
    return total, step


def generator(n, at, values):
    total, step = 0, 1
    for i in range(n):
        total += step
        callee(i, at, values)
        yield total + step


def suspended(n, values):
    made = generator(n, -1, {})
    out = [next(made)]
    write(made.gi_frame, **values)
    try:
        out.extend(made)
    except TypeError as e:
        out.append(str(e))
    return out


def drained(n, at, values):
    return list(generator(n, at, values))


kept = []


def writes_and_allocates(k, at, values):
    """What was in the local is freed, and its memory used again, while the caller has the old value on its stack."""
    if k == at:
        write(sys._getframe(1), **values)
        kept.extend(i + 0.25 for i in range(200))
        kept.extend(2**70 + i for i in range(200))
    return 1


def reused(n, at, values):
    total, step = 0.0, 0.5
    for i in range(n):
        total += step
        total = total + writes_and_allocates(i, at, values) + total
        total *= step
    return total, step


class Writer:
    """Writes from a finaliser."""

    def __init__(self, values):
        self.values = values

    def __del__(self):
        write(sys._getframe(1), **self.values)


def dying(values):
    total, step = 0, 1
    total += step
    x = None
    total += step
    x = Writer(values)
    total += step
    x = 5
    total += step
    total += step
    return total, step, x


def outcome(function, *args):
    try:
        return function(*args)
    except Exception as e:
        entry = e.__traceback__.tb_next
        return repr(e), entry.tb_lineno - entry.tb_frame.f_code.co_firstlineno


CHANGES = [{}, {"total": 100}, {"total": 2.5}, {"step": 7}, {"step": 2**70}, {"step": "x"}, {"total": None}, {"i": 50}, {"n": 0, "at": 0}, {"total": 3, "step": 4.5}]
for function in (ints, floats, reused, cells, drained):
    for _ in range(30):
        outcome(function, 6, -1, {})
    for change in CHANGES:
        print(function.__name__, change, outcome(function, 6, 3, change))
for change in CHANGES:  # each time in new code, while it is recorded: in compiled code what finalisers write comes too late (docs/design.md)
    function = type(dying)(dying.__code__.replace(), globals())
    print(function.__name__, change, outcome(function, change))
for _ in range(30):
    lists(6, -1, {}), objects(6, -1, {}), unbound(6, -1, ""), suspended(6, {})
for change in ({"items": (4, 5, 6)}, {"items": [7, 8, 9]}, {"items": "abc"}, {"items": {0: 1, 1: 2, 2: 3}}, {"total": [1]}):
    print("lists", change, outcome(lists, 6, 2, change))
for change in ({"thing": Thing(10)}, {"thing": Other(10)}, {"thing": 5}, {"thing": Thing("x")}):
    print("objects", list(change), outcome(objects, 6, 2, change))
for name in ("total", "step", "i", "n", "at"):
    print("unbound", name, outcome(unbound, 6, 2, name))
for change in CHANGES:
    print("suspended", change, suspended(6, change))


def assigning(values):
    def tracer(frame, event, arg):
        if event == "line" and frame.f_code.co_name in ("ints", "floats", "lists") and frame.f_locals.get("i") == 3:
            frame.f_locals.update(values)
        return tracer

    return tracer


for function in (ints, floats):
    for change in CHANGES:
        sys.settrace(assigning(change))
        result = outcome(function, 6, -1, {})
        sys.settrace(None)
        print("traced", function.__name__, change, result, outcome(function, 6, -1, {}))


def switching(n, at, values):
    total, step = 0, 1
    for i in range(n):
        total += step
        if i == at:
            arm(values)
        total += step
    sys.settrace(None)
    return total, step


def arm(values):
    sys.settrace(lambda *_: None)

    def tracer(frame, event, arg):
        frame.f_locals.update(values)
        return tracer

    sys._getframe(1).f_trace = tracer


for _ in range(30):
    switching(6, -1, {})
for change in CHANGES:
    print("switching", change, outcome(switching, 6, 3, change))
    sys.settrace(None)
