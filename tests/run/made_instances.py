"""Instances made in hot loops: __init__ in line, members of __slots__, exits and errors out of __init__, classes that change."""

import sys
import traceback


class Point:
    __slots__ = ("x", "y", "kept")

    def __init__(self, x, y=2.0):
        self.x = x + 0.5
        self.y = y * x

    def halve(self):
        self.x /= 2
        self.y /= 2
        return self


class Plain:
    count = 0

    def __init__(self, a, b):
        self.a = a
        self.b = b
        if a > 5000:
            self.c = a


def points(n):
    total = 0.0
    for i in range(n):
        p = Point(i)
        q = Point(i, 0.25).halve()
        total += p.x + p.y + q.x - q.y
    return total


def plains(n):
    last = None
    for i in range(n):
        last = Plain(i, last and last.a)
    return last.__dict__, last.a


class Strict:
    def __init__(self, n):
        self.n = n
        if n == 77:
            raise ValueError(n)
        if n == 99:
            self.frame = sys._getframe()
        self.m = n + 1


def strict(n, first=0):
    made = None
    for i in range(first, n):
        made = Strict(i)
    return made.m


class Returns:
    def __init__(self, n):
        self.n = n
        return answer(n)


def answer(n):
    return None if n != 55 else "an answer"


def returns(n):
    for i in range(n):
        Returns(i)


class Noisy:
    def __init__(self, name, other):
        self.name = name
        if name == 30:
            raise KeyError(other)

    def __del__(self):
        print("gone", getattr(self, "name", "nameless"), end=" ")


def noisy(n, first=0):
    for i in range(first, n):
        Noisy(i, [i])


class Base:
    def __init__(self, n):
        self.n = n


class Changing(Base):
    pass


def changing(n):
    total = 0
    for i in range(n):
        thing = Changing(i)
        total += thing.n
        if i == n // 2:
            step()
    return total, type(thing).__name__


STEPS = []


def step():
    if STEPS:
        STEPS.pop()()


def other_init(self, n):
    self.n = -n


def new(cls, n):
    made = object.__new__(Base if n % 2 else cls)
    made.n = 1000
    return made


class Meta(type):
    def __call__(cls, n):
        made = type.__call__(cls, n)
        made.n += 1
        return made


def changes():
    for _ in range(40):
        changing(20)
    for how in (
        lambda: setattr(Changing, "__init__", other_init),
        lambda: setattr(Changing, "__new__", new),
        lambda: delattr(Changing, "__init__"),
    ):
        STEPS.append(how)
        print(changing(20), changing(20))
    del Changing.__new__
    try:
        print(changing(20))
    except TypeError as error:
        print(error)


class WithMeta(metaclass=Meta):
    def __init__(self, n):
        self.n = n


def with_meta(n):
    return [WithMeta(i).n for i in range(n)][-2:]


class Slotted:
    __slots__ = ("v",)

    def __init__(self, v):
        self.v = v


def slots(n):
    """Members of any type, set again and again, and what was there before goes."""
    thing = Slotted(0.5)
    for i in range(n):
        old = thing.v
        thing.v = i * 0.5
        if old == 3.0:
            thing.v = [old, thing.v]
        elif i % 7 == 0:
            thing.v = old
    del thing.v
    thing.v = 1.5
    return thing.v, old


def shared(n):
    """A float that others hold must not change when the member is set."""
    thing, seen = Slotted(0.0), []
    for i in range(n):
        seen.append(thing.v)
        thing.v = thing.v + 1.0
    return seen[-3:], thing.v


for _ in range(30):
    points(30), plains(30), strict(30), returns(30)
print(points(30), plains(30), strict(30))
print(plains(5003))
for call in (lambda: strict(100, 50), lambda: returns(60), lambda: Point("x"), lambda: Point(), lambda: Point(1, 2, 3), lambda: Strict(n=1) and 1):
    try:
        print(call())
    except Exception as error:
        traceback.print_exc(file=sys.stdout)
        print(type(error).__name__, error)
print(strict(120, 90))
for _ in range(15):
    noisy(2)
print()
try:
    noisy(40, 28)
except KeyError as error:
    print(error)
changes()
for _ in range(30):
    with_meta(5)
print(with_meta(5))
print([slots(60) for _ in range(30)][-1], [shared(50) for _ in range(30)][-1])


def deep(n):
    return Nested(n).depth


class Nested:
    def __init__(self, n):
        self.depth = deep(n - 1) + 1 if n else 0


for _ in range(60):
    deep(6)
print(deep(50))
try:
    deep(10**6)
except RecursionError as error:
    print(error)
