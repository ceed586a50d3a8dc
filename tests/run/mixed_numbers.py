"""Ints and floats that come to the same place: compared, added up in locals that others hold as well, and as constants that are unpacked together."""

import sys

from _show import drive

NAN, INF = float("nan"), float("inf")
LARGE = 1 << 53


def relations(a, b):
    return (a < b, a <= b, a == b, a != b, a > b, a >= b)


def with_constant(a, b):
    if a == 0:
        return "zero"
    if 1 < b:
        return "more"
    return "less" if b < 0.5 else "between"


def count_up(values, start):
    n = 0
    for value in values:
        if value >= start:
            n += 1
        elif value == 0:
            n -= 1
    return n


def add_up(values, start):
    total = start
    for value in values:
        total += value
    return total


def take_away(values, start):
    low, high = 0, 0
    for value in values:
        low -= value
        high = high * start
        high += value
        high = high + high
    return low, high


def held(values, start):
    """What was there before is held by other locals, by a list, by the stack."""
    total, seen = start, []
    for value in values:
        before = total
        total += value
        seen.append(total)
        total = total - before
        both = (total, total := total + value, total)
        seen.append((before, both, total is both[2]))
    return seen


def refcounts(values, start):
    total = start + 0.25
    for value in values:
        total += value
        total += value
    return total, sys.getrefcount(total)


def called(values, start):
    """Something may look at the locals between."""
    x, y = 0, 0.5
    for value in values:
        dx, dy = passed(value, start)
        x += dx
        y += dy
        x -= y
    return x, y


def passed(value, start):
    if value == start:
        return 0, 0
    return value, start


def fails(values, start):
    total = start
    try:
        for value in values:
            total += value
            total *= value
    except TypeError as error:
        return total, str(error)
    return total


def constants():
    a, b, c = 0, 1.5, True
    d, e = "text", None
    f, (g, h) = 1, (2, 3.0)
    for _ in range(3):
        a += b
        b, a = a, b
        f += g + h
    return a, b, c, d, e, f, g, h


NUMBERS = [1, 2.5, 0, 0.0, -0.0, -3, LARGE, LARGE + 1, float(LARGE), 1 << 70, -(1 << 70), 1e30, INF, -INF, NAN, True]
PAIRS = [(a, b) for a in NUMBERS for b in NUMBERS]

drive(relations, *PAIRS, times=3, late=2)
for pair in ((1.0, 2), (1, 2.0), (1.5, 0.5), (0.5, 0)):
    drive(relations, pair, *PAIRS, times=8, late=2)
drive(relations, (1, 2.5), (2.5, 1), (1.0, 2.0), (LARGE + 1, float(LARGE)), (1 << 70, 1.0), ("a", "b"), (1, None), orders=3)
drive(with_constant, (0, 0), (0.0, 1), (1, 0.25), (2.5, 2), (NAN, NAN), (LARGE + 1, LARGE + 1), (1 << 80, -(1 << 80)), ("", 1), orders=3)
LISTS = [[1, 2.5, 3, 0.5, -0.0], [1, 2, 3], [0.5, 1.5], [0, 0.25, 1 << 61, 1 << 70, 1.0], [NAN, 1, INF, -INF], [True, 1, 1.0], [LARGE + 1, 1.0]]
for function in (count_up, add_up, take_away, held, refcounts, called):
    drive(function, *((values, start) for values in LISTS for start in (0, 0.5, 3)), orders=3, times=8, late=3)
drive(fails, ([1, 2.5], 0), ([1, 2.5, "x"], 0), ([1, None], 0.5), ([[], 1], 1), orders=3)
drive(constants, ())
