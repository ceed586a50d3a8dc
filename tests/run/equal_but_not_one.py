"""Numbers that are computed twice are two objects, and what a loop passes around is one; tests made before hold no longer where something has changed."""

import math
import sys

from _show import drive


def twice(x, n):
    out = []
    for i in range(n):
        a = x * 2.5 + i
        b = x * 2.5 + i
        c = i + 1000
        d = i + 1000
        e = c
        if i == n - 1:
            out.append((a is b, c is d, e is c, a == b, c == d))
            out.append(len({id(v) for v in (a, b, c, d, e)}))
    return out


def lengths(items, n):
    a = b = c = None
    for i in range(n):
        a = len(items)
        b = len(items)
        c = a
        if i == 2:
            items.append(i)
    return a is c, a == b, (a is b) == (a <= 256), a


def swapped(x, n):
    a, b = x + 0.5, x + 0.5
    turns = []
    for i in range(n):
        turns.append(a is b)
        a, b = b, a
        if i == 3:
            b = a
    return turns, a, b


def resized(n, when, what):
    items = list(range(n))
    total = 0
    for i in range(n):
        total += items[i] + items[-1 - i]
        if i == when:
            if what == "clear":
                items.clear()
            elif what == "pop":
                items.pop()
            elif what == "grow":
                items.extend(items)
            elif what == "slice":
                items[2:5] = []
            elif what == "others":
                items[i] = 2.5
            elif what == "replace":
                items = tuple(items)
    return total


class Point:
    def __init__(self, n):
        self.n = n
        self.items = [n] * 5

    def get(self, i):
        return self.items[i] + self.n

    def other(self, i):
        return -self.items[i] - self.n


class Changing:
    def __init__(self, change):
        self.change = change

    def __del__(self):
        self.change()


def changed(n, when, what):
    point = Point(3)
    total = 0

    def change():
        if what == "attribute":
            point.n = 50
        elif what == "items":
            point.items = [7.5] * 9
        elif what == "fewer":
            del point.items[2:]
        elif what == "method":
            point.get = lambda i: 1000
        elif what == "class":
            Point.get, Point.other = Point.other, Point.get
        elif what == "dict":
            point.__dict__["n"] = 70
        elif what == "new class":
            point.__class__ = type("New", (Point,), {"get": lambda self, i: 5})
        elif what == "deleted":
            del point.n

    slots = [Changing(change) if i == when else i for i in range(n)]
    try:
        for i in range(n):
            before = point.get(i % 5)
            total += before
            total += point.n + len(point.items)
            slots[i] = i
            total += point.get(i % 5) + point.n + len(point.items)
    except (IndexError, AttributeError) as e:
        return total, type(e).__name__, e.__traceback__.tb_lineno - changed.__code__.co_firstlineno
    finally:
        if what == "class":
            Point.get, Point.other = sorted((Point.get, Point.other), key=lambda f: f.__name__)
    return total


def grown(x, n):
    out = []
    for i in range(n):
        y = x
        x = x * 3 + i
        if x > 2**62:
            out.append(x is y)
        if x - 1 > 2**66:
            x = i
    return out, x, sys.getrefcount(x) - sys.getrefcount(object())


def nans(x, n):
    """Two constants that are not a number, and have different signs."""
    out = []
    for _ in range(n):
        a = 1e400 - 1e400
        b = -(1e400 - 1e400)
        out.append(-a - x)
        out.append(-b - x)
    return [math.copysign(1.0, value) for value in out]


drive(twice, (1.5, 9), (2, 9), (2**40, 3), (-0.0, 1), orders=2)
drive(lengths, ([0] * 300, 9), ([], 5), ([1] * 255, 4), orders=2)
drive(swapped, (1.25, 9), (1000, 6), orders=2)
drive(resized, *[(12, when, what) for when in (2, 11, 40) for what in ("clear", "pop", "grow", "slice", "others", "replace", "")], orders=7)
drive(changed, *[(9, when, what) for when in (20, 4) for what in ("attribute", "items", "fewer", "method", "class", "dict", "new class", "deleted")], orders=9)
drive(grown, (3, 50), (2**30 - 2, 40), (2**61, 20), (-5, 60), orders=3)
drive(nans, (0.5, 3), (1.5, 4), orders=2)
