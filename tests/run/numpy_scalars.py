"""Arithmetic of NumPy's scalars where special numbers come up: types of results, warnings with their lines, what np.errstate makes of them."""

import math
import sys
import warnings

import numpy as np
from _show import drive

warnings.simplefilter("always")


def show(message, category, filename, lineno, file=None, line=None):
    print("    warning:", category.__name__, message, lineno, sys._getframe(1).f_lineno == lineno)


warnings.showwarning = show


def arithmetic(x, y):
    a = x + y
    b = x - y
    c = x * y
    return a, b, c, -x, type(a), type(b), type(c)


def quotient(x, y):
    q = x / y
    return q, type(q)


def whole(x, y):
    q = x // y
    r = x % y
    return q, r, type(q), type(r)


def power(x, y):
    return x**y


def bits(x, y):
    return x & y, x | y, x ^ y, ~x


def shifts(x, y):
    return x << y, x >> y


def compared(x, y):
    return x < y, x <= y, x == y, x != y, x > y, x >= y, not x < y, type(x == y)


def branches(x, y):
    n = 0
    if x < y:
        n += 1
    if x == y:
        n += 10
    if x:
        n += 100
    if not y:
        n += 1000
    while x > y and n < 5000:
        n += 5000
    return n


def chosen(x, y):
    return min(x, y), max(x, y), min(x, y, x), type(min(x, y)), x or y, x and y


def functions(x):
    return abs(x), type(abs(x)), float(x), type(float(x)), bool(x), round(float(x), 3)


def to_int(x):
    return int(x), type(int(x))


def rooted(x):
    return math.sqrt(x), math.sin(x), type(math.sqrt(x))


def summed(a):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * a[i] - a[i] / 3
    return s


def product(a):
    p = 1
    for i in range(len(a)):
        p = p * a[i]
    return p, type(p)


def loop_of_types(values):
    x = 1.0
    seen = []
    for value in values:
        x = x * 2 + value
        seen.append((x, type(x).__name__))
    return seen


FLOATS = [0.0, -0.0, 1.0, -2.5, 1e308, -1e308, 1e-308, 5e-324, 1e200, 1e-200, math.inf, -math.inf, math.nan]
loud = np.array([0x7FF0000000000001], dtype=np.uint64).view(np.float64)[0]
INTS = [0, 1, -1, 7, -7, 2**31, 2**53 + 1, 2**62, -(2**62), 2**63 - 1, -(2**63)]
numbers = [*map(np.float64, FLOATS), loud, *map(np.int64, INTS)]
others = [0, 1, -3, 2**53 + 1, 2**63, 10**30, 0.0, 2.5, -0.0, 1e308, math.inf, math.nan, True, np.float32(1.5), np.True_, np.int32(3), np.uint64(5), 1j, "a", None]
FUNCTIONS = (arithmetic, quotient, whole, compared, branches, chosen)
BASES = [(np.float64(1.5), np.float64(2.5)), (np.int64(5), np.int64(3)), (np.float64(1.5), 2), (3, np.int64(5)), (np.int64(7), 0.5)]

for function in FUNCTIONS:
    for x, y in BASES:
        drive(function, (x, y), *((p, q) for p in numbers[::3] for q in numbers[1::4]), times=12, late=2)
    drive(function, BASES[0], *((p, q) for p in numbers for q in numbers), times=12, late=1)
    drive(function, BASES[2], *((p, q) for p in numbers[::2] for q in others), times=12, late=1)
    drive(function, BASES[3], *((q, p) for p in numbers[1::2] for q in others), times=12, late=1)
for function in (bits, shifts, power):
    drive(function, (np.int64(5), np.int64(3)), *((np.int64(p), np.int64(q)) for p in INTS for q in (0, 1, -1, 63, 64, 70)), times=12, late=2)
    drive(function, (np.int64(5), 3), *((np.int64(p), q) for p in INTS for q in (0, 1, -1, 63, 64, 70)), times=12, late=2)
for function in (functions, to_int, rooted):
    for first in (np.float64(1.5), np.int64(4), np.float32(2.0)):
        drive(function, (first,), *((x,) for x in numbers), times=12, late=2)

ARRAYS = [np.array([1.0, 2.0]), np.array([1e200, 1e200]), np.array([math.inf, 1.0]), np.array([math.nan]), np.array([1e-200, 1e-320]), np.array([0.0, -0.0]),
          np.array([2**40, 2**40]), np.array([3, 4])]  # fmt: skip
for settings in ({}, {"all": "ignore"}, {"all": "raise"}, {"over": "raise", "under": "warn"}, {"under": "raise"}, {"all": "call", "call": lambda kind, flag: print("    call", kind, flag)}):
    print("errstate", sorted(settings))
    with np.errstate(**settings):
        for function in (summed, product):
            drive(function, *((a,) for a in ARRAYS), orders=2, times=15, late=2)
        for function in (arithmetic, quotient):
            drive(function, BASES[0], *((p, q) for p in numbers[:14] for q in (numbers[4], numbers[6], numbers[10])), times=12, late=1)

drive(loop_of_types, ([1.0, np.float64(2.0), 3, np.int64(4), np.float32(5.0), True],), ([np.float64(1.0)] * 30,), ([1.0] * 30,), ([np.int64(1)] * 9 + [1] * 9,), orders=4)


def identities(a, n):
    same = []
    for i in range(n):
        x = a[i]
        y = x
        lowest = x
        while lowest > 0:
            lowest = lowest - 1
        same.append((x is y, lowest is x, lowest, y))
    return same


drive(identities, (np.array([1.0, 2.0, -1.0]), 3), (np.array([1, 2, -1]), 3), orders=2)


def never_bound(a, n):
    for i in range(n):
        x = a[i]
        if x > 100:
            y = x
    print(y)
    return x


drive(never_bound, (np.arange(120.0), 120), (np.arange(3.0), 3), (np.arange(200), 200), orders=2)


def yielded(a):
    best = a[0]
    for i in range(len(a)):
        if a[i] > best:
            best = a[i]
        yield best, a[i] * 2


def gathered(a):
    return list(yielded(a)), sum(a[i] for i in range(len(a))), [x * x for x in a], any(a[i] > 2 for i in range(len(a)))


drive(gathered, (np.array([1.0, 3.0, 2.0]),), (np.array([1, 3, 2]),), (np.array([1.0, math.inf, math.nan]),), orders=3)


def norm(x, y):
    return x * x + y * y


def inlined(a, n):
    s = 0.0
    for i in range(n - 1):
        s = s + norm(a[i], a[i + 1])
    return s


drive(inlined, (np.arange(5.0), 5), (np.array([1e200, 1e200, 0.0]), 3), (np.arange(5), 5), (np.arange(3.0), 9), orders=2)


def in_handlers(a, n):
    s = 0.0
    for i in range(n):
        try:
            s = s + 1 / a[i]
        except (IndexError, FloatingPointError) as error:
            s = s - 1
            print("    handled", error)
    return s, type(s)


with np.errstate(divide="raise"):
    drive(in_handlers, (np.arange(1.0, 5.0), 4), (np.array([1.0, 0.0, 2.0]), 4), orders=2)
