"""All comparisons over ints, floats, strings, None, mixes; chains; identity; membership; nan in containers."""

from _show import drive, drive_each

NAN = float("nan")


class Odd:
    """Comparisons that return things that are not bools."""

    def __lt__(self, other):
        return [other]

    def __eq__(self, other):
        return 0

    def __bool__(self):
        raise ValueError("no truth here")

    __hash__ = None

    def __repr__(self):
        return "Odd()"


def relations(a, b):
    return (a < b, a <= b, a > b, a >= b)


def equalities(a, b):
    return (a == b, a != b, a is b, a is not b)


def branches(a, b):
    if a < b:
        return "less"
    if a == b:
        return "equal"
    if a > b:
        return "greater"
    return "unordered"


def chained(a, b):
    return (0 < a < b, a < b <= 10 != a, a == a == b)


def boolean(a, b):
    return (a and b, a or b, not a, a and not b or a, bool(a) is True)


def loop(a, b):
    n = 0
    while a < b and n < 50:
        a += 1
        n += 1
    return (a, n)


def contains(a, b):
    return (a in [1, 2, b], a not in (b, 3), a in {1: 2, "x": 3}, a in {1, 2.5})


def contains_nan(x):
    items = [x, 1.0, NAN]
    return (x in items, x == x, items.index(x), items.count(x), items[2] is NAN)


BATCHES = [
    (1, 2),
    (2, 1),
    (3, 3),
    (1.5, 2.5),
    (1, 1.0),
    (2**53, 2.0**53 + 2),
    (2**70, 2**71),
    (2**64, 5.0),
    (NAN, 1.0),
    (NAN, NAN),
    (0.0, -0.0),
    (True, 1),
    ("a", "b"),
    ("b", "b"),
    (None, None),
    ((1, 2), (1, 3)),
    ([1], [1]),
    (1, "a"),
    (Odd(), 1),
]

drive_each([relations, equalities, branches, chained, boolean, loop], *BATCHES)
drive(contains, (1, 2), (3, 3), (2.5, 2.5), ("x", "y"), (None, None), (2**80, 1), ([1], [1]))
drive(contains_nan, (NAN,), (1.0,), (1,))
