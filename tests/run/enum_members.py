"""Members of enums, and of other classes that hold instances of themselves: loads, comparisons, keys; metaclasses and members that change."""

import enum

from _show import attempt, drive


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()

    def is_red(self):
        return self is Color.RED


class Bits(enum.IntFlag):
    A = 1
    B = 2


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 5


class Text(str, enum.Enum):
    A = "a"
    B = "b"


class Meta(type):
    def __getattr__(cls, name):
        return "no " + name


class Single(metaclass=Meta):
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Single({self.name})"

    def __call__(self, x):
        return self.name, x


Single.ONE = Single("one")
Single.TWO = Single("two")
Single.other = 5


class Shadowing(type):
    @property
    def ONE(cls):
        return "of the metaclass"


def members(c):
    return c is Color.RED, c == Color.GREEN, c != Color.CRIMSON, c in (Color.RED, Color.GREEN), c in {Color.RED}, {Color.RED: 1, Color.GREEN: 2}.get(c)


def used():
    return Color.RED.value, Color.GREEN.name, Color.RED.pretty, Color.RED.is_red(), Color.CRIMSON is Color.RED, Level.HIGH > Level.LOW, Level.HIGH + 1, Text.A + "x"


def flags(f):
    return bool(f & Bits.A), f | Bits.B, f ^ Bits.A, Bits.A in Bits(3)


def single():
    return Single.ONE, Single.TWO, Single.other, Single.nothing, Single.ONE("called"), Single.ONE.name


def wrong():
    return Color.BLUE


drive(members, (Color.RED,), (Color.GREEN,), (1,), (None,), (Text.A,), orders=2)
drive(used, ())
drive(flags, (Bits.A,), (Bits.B,), (1,), (Bits(0),))
drive(single, ())
drive(wrong, ())


def one():
    return Single.ONE


for _ in range(40):
    one()
Single.ONE = Single("another")
print(attempt(one))
Meta.ONE = 7
print(attempt(one))
Meta.ONE = property(lambda cls: "property")
print(attempt(one))
del Meta.ONE
print(attempt(one))
for _ in range(40):
    one()
Meta.__getattribute__ = lambda cls, name: "get " + name
print(attempt(one))
del Meta.__getattribute__
print(attempt(one))
for _ in range(40):
    one()
Single.__get__ = lambda self, owner, cls: "described"
print(attempt(one))
del Single.__get__
print(attempt(one))


class Described:
    def __init__(self, name):
        self.name = name

    def __get__(self, owner, cls):
        return "by its class"


for _ in range(40):
    one()
Single.ONE.__class__ = Described
print(attempt(one))
del Single.ONE
print(attempt(one))
Single.ONE = Single("last")
for _ in range(40):
    one()
Single.__class__ = Shadowing
print(attempt(one))
