"""Classes with a __new__ in Python: named tuples, singletons, caches, what is no instance, __init__ behind it, keywords, errors, references, changes."""

import sys
import time
from collections import namedtuple

from _show import attempt, drive

Point = namedtuple("Point", "x y")
Defaults = namedtuple("Defaults", "a b c", defaults=(2, 3))


class Derived(Point):
    def __new__(cls, x, y=7):
        return super().__new__(cls, x, y)


class WithInit(Point):
    def __init__(self, x, y):
        self.sum = x + y


class Bare(tuple):
    def __new__(cls, *items):
        return tuple.__new__(cls, items)


class Below(Bare):
    __slots__ = ()


class Cached:
    made = {}

    def __new__(cls, key, *, fresh=False):
        if fresh or key not in cls.made:
            cls.made[key] = object.__new__(cls)
        return cls.made[key]

    def __init__(self, key, fresh=False):
        self.times = getattr(self, "times", 0) + 1

    def __repr__(self):
        return f"Cached({self.times})"


class NoInstance:
    def __new__(cls, x):
        return [x]

    def __init__(self, x):
        raise AssertionError


class Parent:
    def __new__(cls, x):
        return object.__new__(Child if x else cls)

    def __repr__(self):
        return type(self).__name__


class Child(Parent):
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"Child({self.x})"


class Plain(Parent):
    __new__ = object.__new__


class ToPlain:
    def __new__(cls, *args):
        return object.__new__(PlainBelow)


class PlainBelow(ToPlain):
    __new__ = object.__new__


class Raises:
    def __new__(cls, x):
        if x:
            raise ValueError(x)
        return None


class BadInit:
    def __new__(cls):
        return object.__new__(cls)

    def __init__(self):
        return 5


class Number(int):
    def __new__(cls, x):
        return int.__new__(cls, x + 1)


class Meta(type):
    def __call__(cls, *args):
        return "meta", super().__call__(*args)


class OfMeta(metaclass=Meta):
    def __new__(cls, x):
        return object.__new__(cls)

    def __repr__(self):
        return "OfMeta"


def named(x, y):
    return Point(x, y), Point(x=x, y=y), Point(*[x, y]), Defaults(x), Defaults(x, c=y), Derived(x), Derived(x, y=y), Bare(x, y), Below(x), Bare(), type(Below()).__name__


def with_init(x):
    p = WithInit(x, x)
    return p, p.sum, p.__dict__


def others(x):
    return Cached(x), Cached(x, fresh=True), NoInstance(x), Parent(x), Child(x), Number(5), OfMeta(x)


def wrong(which):
    if which == 0:
        return Point(1)
    if which == 1:
        return Point(1, 2, 3)
    if which == 2:
        return Point(1, z=2)
    if which == 3:
        return Raises(1)
    if which == 4:
        return BadInit()
    if which == 5:
        return tuple.__new__(time.struct_time, range(9))
    if which == 6:
        return tuple.__new__(time.struct_time, tuple(range(9)))
    if which == 7:
        return tuple.__new__(int, (1,))
    if which == 8:
        return tuple.__new__(5, (1,))
    if which == 9:
        return Plain(1)
    if which == 10:
        return type(ToPlain(1, 2))
    if which == 11:
        return Raises(0)
    return Point(1, 2)


drive(named, (1, 2), ("a", None), ([], 1.5), orders=2)
drive(with_init, (1,), ("a",), (None,))
drive(others, (0,), (1,), ("key",))
for i in range(13):
    drive(wrong, (12,), (i,), times=12)


class Counts:
    def __new__(cls, a, b=None, **more):
        self = object.__new__(cls)
        self.counts = sys.getrefcount(a), sys.getrefcount(cls) > 5, len(more)
        return self

    def __init__(self, a, b=None, **more):
        self.counts += (sys.getrefcount(a), sys.getrefcount(self))


def references():
    x = object()
    return Counts(x).counts, Counts(x, 2).counts, Counts(x, z=1).counts, Counts(*[x]).counts, Counts(**{"a": x}).counts, sys.getrefcount(x)


drive(references, ())


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("dies", self.name)


def lifetimes(i):
    Point(Loud("a"), Loud("b"))
    print("made", i)
    return Point(Loud("c"), i).y


drive(lifetimes, (1,), (2.5,), times=12)


def made(x):
    return Derived(x)


for _ in range(40):
    made(1)
Derived.__new__ = lambda cls, x: ("other", x)
print(attempt(made, 1))
Derived.__new__ = staticmethod(lambda cls, x: ("static", x))
print(attempt(made, 1))
del Derived.__new__
print(attempt(made, 1))
Derived.__init__ = lambda self, x: print("init", x)
Derived.__new__ = lambda cls, x: tuple.__new__(cls, (x, x))
print(attempt(made, 1))
Derived.__new__ = classmethod(lambda *args: args)
print(attempt(made, 1))


class Deep:
    def __new__(cls, n):
        return n and Deep(n - 1)


def deep(n):
    try:
        return Deep(n)
    except RecursionError as error:
        return str(error)[:32]


drive(deep, (5,), (100000,), times=12)
