"""Classes, functions and lambdas made inside hot loops; isinstance and type tests; dataclasses, enums, named tuples; match statements."""

from collections import namedtuple
from dataclasses import dataclass, field
from enum import Enum, IntFlag

from _show import drive

Pair = namedtuple("Pair", "left right")


class Colour(Enum):
    RED = 1
    BLUE = 2


class Flags(IntFlag):
    A = 1
    B = 2


@dataclass(order=True)
class Item:
    weight: float
    name: str = "item"
    tags: list = field(default_factory=list)

    def __post_init__(self):
        self.weight = self.weight * 2


def make_classes(n):
    out = []
    for i in range(n):

        class Local:
            number = i

            def get(self):
                return self.number + n

        out.append(Local().get())
        out.append(isinstance(Local(), Local))
    return out


def kinds(x):
    return [isinstance(x, t) for t in (int, float, str, (list, tuple), bool, object)], type(x) is int, type(x).__name__


def pairs(x):
    p = Pair(x, 2)
    left, right = p
    q = p._replace(right=x)
    return p.left, p[1], left, right, q, p == (x, 2), q < p if isinstance(x, int) else None


def colours(x):
    return Colour(x), Colour.RED is Colour(1), Colour.RED.name, Flags.A | Flags.B, bool(Flags.A & x)


def items(x):
    a, b = Item(x), Item(1.5, "b", ["t"])
    a.tags.append(x)
    return a, a < b, a == Item(x), sorted([b, a])


def match(x):
    match x:
        case 0:
            return "zero"
        case int() | float() if x > 100:
            return "large"
        case [a, b]:
            return ("two", a, b)
        case [a, *rest]:
            return ("list", a, rest)
        case {"k": value, **others}:
            return ("mapping", value, others)
        case Pair(left=0, right=r):
            return ("pair", r)
        case Item(name="item", weight=w):
            return ("item", w)
        case str() as s:
            return ("string", s)
        case None | True:
            return "constant"
        case _:
            return "other"


def subclass_checks(x):
    try:
        return issubclass(x, int)
    except TypeError as e:
        return str(e)


drive(make_classes, (3,), (0,))
drive(kinds, (1,), (1.5,), (True,), ("s",), ([],), (None,), (Pair(1, 2),), orders=2)
drive(pairs, (1,), (2.5,), ("s",), (2**70,))
drive(colours, (1,), (2,), (3,), ("s",))
drive(items, (1,), (2.5,), (0,))
MATCHED = [(0,), (500,), (5,), ([1, 2],), ((1, 2, 3),), ([],), ({"k": 1, "z": 2},), ({},), (Item(3),), ("s",), (None,), (True,), (1000.5,), (2**70,)]
drive(match, *MATCHED, orders=3)
drive(subclass_checks, (bool,), (str,), (5,))
