"""Unpacking: tuples, lists, iterators, nested, starred, wrong lengths, swapping, in for and in calls."""

from _show import drive_each


def two(x):
    a, b = x
    return (b, a)


def three(x):
    a, b, c = x
    a, b, c = c, a, b
    return [a, b, c]


def starred(x):
    first, *rest = x
    *init, last = x
    return (first, rest, init, last)


def middle(x):
    a, *b, c, d = x
    return (a, b, c, d)


def nested(x):
    (a, (b, c)), d = [[x, [x, x]], x]
    return (a, b, c, d)


def into_targets(x):
    items = [0, 0]
    box = {}
    items[0], box["k"], (items[1], *box["r"]) = x[0], x[1], x
    return (items, box)


def in_for(x):
    return [b for a, b in [x, x]]


def build(x):
    return ([*x, 1, *x], (*x,), {*map(repr, x)} == set(map(repr, x)), {**dict.fromkeys(map(repr, x), 1), "z": 2})


def swap_locals(x):
    a = b = c = x
    for i in range(4):
        a, b, c = b, c, i
    return (a, b, c)


class Iterable:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))

    def __repr__(self):
        return f"Iterable({self.n})"


BATCHES = [
    ((1, 2),), ([1, 2],), ((1, 2, 3),), ([1.5, 2.5, 3],), ("ab",), ("abcd",), ((),), ([1],), (Iterable(2),), (Iterable(3),), (Iterable(9),), (5,),
    (None,), ({1: 2, 3: 4},), (b"xyz",), (range(3),),
]  # fmt: skip
drive_each([two, three, starred, middle, nested, into_targets, in_for, build, swap_locals], *BATCHES, orders=2)
