"""Named tuples: items by name, unpacking, classes that inherit from them, attributes that are changed in the middle of a loop."""

import sys
from collections import namedtuple
from typing import NamedTuple

from _show import attempt, drive

Point = namedtuple("Point", "x y")
Wide = namedtuple("Wide", "a b c d e", defaults=(4, 5))


class Typed(NamedTuple):
    name: str
    size: int = 3

    @property
    def double(self):
        return self.size * 2


class Derived(Point):
    def __new__(cls, x, y=7):
        return super().__new__(cls, x, y)

    @property
    def x(self):
        return ("own", self[0])


class WithDict(Point):
    """Instances have a dictionary, which hides nothing."""


class Iterates(Point):
    def __iter__(self):
        return iter((8, 9))


class Longer(tuple):
    x = Point.x


class NoTuple:
    x = Point.x

    def __repr__(self):
        return "NoTuple"


def attributes(p):
    return p.x, p.y, p.x is p[0], p.y is p[1]


def unpacked(p):
    a, b = p
    return a, b, len(p)


def unpacked_many(p):
    a, b, c, d, e = p
    return e, d, c, b, a


def in_loop(points):
    total = 0
    for p in points:
        total += p.x
        x, y = p
        total += y
    return total


def alive_behind(p):
    return Point([p], {p: 1}).x, Point(*[str(p) * 3] * 2).y


def stored(p):
    p.x = 1
    return p.x


hidden = WithDict(3, 4)
hidden.__dict__["x"] = 100
drive(attributes, (Point(1, 2),), (Derived(3),), (WithDict("a", None),), (hidden,), (Iterates(1, 2),), (NoTuple(),), (Longer(),), (Longer((1, 2)),), orders=3)
drive(unpacked, (Point(1, 2),), (Derived(3),), (Iterates(1, 2),), ((1, 2),), ([3, 4],), (Wide(1, 2, 3),), (Longer((1,)),), (5,), orders=3)
drive(unpacked_many, (Wide(1, 2, 3),), ((1, 2, 3, 4, 5),), (Point(1, 2),))
drive(in_loop, ([Point(i, i + 1) for i in range(9)],), ([Point(0.5, 2)] * 3,), ([Typed("a"), 5],), ([Iterates(1, 2)],), orders=2)
drive(alive_behind, (1,), ("q",))
drive(stored, (Point(1, 2),), (hidden,))


def typed(t):
    return t.name, t.size, t.double, t._replace(size=9), t._asdict(), Typed("b").size


drive(typed, (Typed("x"),), (Typed("y", 2.5),), (Point(1, 2),))


def lookup(p):
    return p.x


for _ in range(40):
    lookup(Point(1, 2))
old = Point.x
Point.x = property(lambda self: "changed")
print(attempt(lookup, Point(1, 2)))
Point.x = Point.y
print(attempt(lookup, Point(1, 2)))
Point.x = old
print(attempt(lookup, Point(1, 2)))
for _ in range(40):
    unpacked(Point(1, 2))
Point.__iter__ = lambda self: iter("xy")
print(attempt(unpacked, Point(1, 2)))
del Point.__iter__
print(attempt(unpacked, Point(1, 2)))


class Loud:
    def __del__(self):
        print("dies")


def last_reference(i):
    kept = Point(Loud(), i).x
    a, b = Point(i, Loud())
    counts = sys.getrefcount(kept), sys.getrefcount(b)
    del kept
    print("between")
    return counts, a


drive(last_reference, (1,), (2.5,), times=12)
