"""NumPy arrays that change while a loop goes over them: by calls, finalisers, signals, other threads; arrays that die in the loop."""

import contextlib
import gc
import sys
import weakref

import numpy as np
from _show import drive, while_interrupted


def nothing(a, i):
    return None


def shrink(a, i):
    if i == 3:
        a.resize((2,), refcheck=False)


def grow(a, i):
    if i == 3:
        a.resize((5000,), refcheck=False)


def other_type(a, i):
    if i == 3:
        a.dtype = np.int64


def reshaped(a, i):
    if i == 3:
        a.shape = (2, a.size // 2)


def restrided(a, i):
    if i == 3:
        a.strides = (0,)


def locked(a, i):
    if i == 3:
        a.flags.writeable = False


def visit(a, change, n):
    s = 0.0
    for i in range(n):
        s += a[i]
        change(a, i)
        a[i] = s
    return s, a.shape, a.dtype.str, a.flags.writeable


for change in (nothing, shrink, grow, other_type, reshaped, restrided, locked):
    print(change.__name__)
    for _ in range(3):
        drive(visit, (np.arange(8.0), nothing, 8), times=12, late=2)
        for _ in range(4):
            drive(visit, (np.arange(8.0), change, 8), times=1, late=1)


def quiet_visit(a, change, n):
    """The same with nothing between the calls but elements."""
    for _ in range(3):
        for i in range(n):
            a[i] = a[i] * 0.5 + 1.0
        change(a, 3)
    return a.tolist()[:6]


for change in (nothing, shrink, grow, other_type, reshaped, restrided, locked):
    for _ in range(6):
        drive(quiet_visit, (np.arange(6.0), nothing, 6), (np.arange(6.0), change, 6), times=10, late=1)


class Watcher:
    def __init__(self, act):
        self.act = act

    def __del__(self):
        self.act()


def with_finaliser(a, watchers, n):
    """What an assignment releases may run anything."""
    s = 0.0
    for i in range(n):
        s += a[i]
        watchers[i] = None
        s += a[i]
    return s


for how in ("shrink", "none", "type"):
    for _ in range(8):
        a = np.arange(6.0)
        acts = {"shrink": lambda a=a: a.resize((3,), refcheck=False), "none": lambda: None, "type": lambda a=a: setattr(a, "dtype", np.int64)}
        drive(with_finaliser, (np.arange(6.0), [Watcher(lambda: None) for _ in range(6)], 6), (a, [None, Watcher(acts[how]), None, None, None, None], 6), times=3, late=1)
        acts.clear()


def with_collection(a, n, made):
    """A collection that an allocation sets off finds a cycle with a finaliser."""
    s = 0.0
    for i in range(n):
        s += a[i]
        made.append([i])
        s += a[i]
    return s


old = gc.get_threshold()
for _ in range(10):
    a = np.arange(400.0)
    ring = [Watcher(lambda a=a: a.resize((4,), refcheck=False))]
    ring.append(ring)
    del ring
    gc.set_threshold(50, 2, 2)
    with contextlib.suppress(IndexError):  # it comes earlier or later, as fewer objects are made
        with_collection(a, 400, [])
    gc.set_threshold(*old)
    gc.collect()


def replaced(arrays, n):
    """The array dies as soon as the local gets another one."""
    alive = []
    for k in range(n):
        a = arrays(k)
        alive.append(weakref.ref(a))
        s = 0.0
        for i in range(len(a)):
            s += a[i]
    return s, [reference() is None for reference in alive]


drive(replaced, (lambda k: np.full(3, float(k)), 4), (lambda k: np.arange(6)[::2], 4), (lambda k: np.arange(6.0)[k:], 4), orders=3)


def base_dies(n):
    found = []
    for k in range(n):
        base = np.arange(8.0)
        reference = weakref.ref(base)
        view = base[1::2]
        del base
        found.append((view[0] + view[-1], reference() is None))
        view = view[1] * 2
        found.append((view, reference() is None))
    return found


drive(base_dies, (5,))


def deleted(a, n):
    s = 0.0
    for i in range(n):
        s += a[i]
        if i == n - 2:
            del a
    return s


drive(deleted, (np.arange(5.0), 5), (np.arange(5.0), 1))


def counted(a, n):
    s = 0
    for i in range(n):
        x = a[i]
        s += x
        seen = sys.getrefcount(x), sys.getrefcount(a)
    return s, seen


drive(counted, (np.arange(5.0), 5), (np.arange(5), 5), orders=2)


def looked_at(a, n):
    for i in range(n):
        x = a[i]
        y = x * 2
        b = x < y
        if i == n - 1:
            return sorted((name, repr(value)) for name, value in sys._getframe().f_locals.items() if name != "a")


drive(looked_at, (np.arange(5.0), 5), (np.arange(5), 5), orders=2)


def long_loop(a, rounds):
    s = 0.0
    for k in range(400):
        for i in range(64):
            a[i] = a[i] + 1.0
            s += a[i]
    return s


expected = [0.0]
values = np.zeros(64)


def round_of(number):
    got = long_loop(values, number)
    if got != (values[0] - 400) * 64 * 400 + 64 * 400 * 401 / 2:
        print("wrong", number, got)


while_interrupted(round_of)


class Stop(Exception):
    pass


def traced(frame, event, argument):
    if event == "line":
        lines.append(frame.f_lineno)
    return traced


def with_tracer(a, n, on):
    s = 0.0
    for i in range(n):
        s += a[i]
        if on and i == 2:
            sys.settrace(traced)
            sys._getframe().f_trace = traced
    sys.settrace(None)
    return s


lines = []
drive(with_tracer, (np.arange(5.0), 5, False), (np.arange(5.0), 5, True), orders=2)
print(len(lines), len(set(lines)))
