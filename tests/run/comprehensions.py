"""List, set, dict comprehensions: nested, filtered, with calls, scoping, exceptions inside."""

from _show import drive_each


def squares(items):
    return [x * x for x in items]


def filtered(items):
    return [x for x in items if x and x == x]


def pairs(items):
    return [(x, y) for x in items for y in items if x is not y]


def nested(items):
    return [[y * 2 for y in range(i)] for i, _ in enumerate(items)]


def as_set(items):
    return sorted({x + x for x in items})


def as_dict(items):
    return {i: x + x for i, x in enumerate(items)}


def conditional(items):
    return ["big" if x > 2 else "small" for x in items]


def closing(items):
    k = len(items)
    return [x * k for x in items]


def walrus(items):
    return [y for x in items if (y := x * 2)], y


def unpacking(items):
    return [a + b for a, b in zip(items, items)]


BATCHES = [
    ([1, 2, 3],),
    ([1.5, 2.5],),
    ((1, 2.5, 3),),
    ([2**62, 2**63 - 1],),
    ("abc",),
    ([],),
    ([1, "a"],),
    ([None],),
    (7,),
    ({1: 2, 3: 4},),
    (range(5),),
    (b"ab",),
]
FUNCTIONS = [squares, filtered, pairs, nested, as_set, as_dict, conditional, closing, walrus, unpacking]
drive_each(FUNCTIONS, *BATCHES)
