"""Functions that see one type for long and then others: int, float, big int, bool, str, None, subclasses, list."""

from _show import drive


class Int(int):
    pass


class Float(float):
    def __mul__(self, other):
        return ("Float*", float(self), other)


class Str(str):
    def __len__(self):
        return 99


def accumulate(x, n):
    total = x
    for _ in range(n):
        total = total + x
    return total


def scale(x, n):
    return x * n


def step(items, x):
    out = []
    for item in items:
        out.append(item + x)
    return out


def length(x, n):
    i = 0
    while i < n:
        i += len(x)
    return i


def first_then(x, n):
    last = x
    for i in range(n):
        if i == 3:
            last = x
        else:
            last = i
    return last


VALUES = [
    (1, 5),
    (1.5, 5),
    (2**64, 5),
    (True, 5),
    (Int(3), 5),
    (Float(2.5), 5),
    ("ab", 5),
    (Str("ab"), 5),
    ((1,), 5),
    ([2], 5),
    (None, 5),
    (1, 5.0),
    (1, 0),
    (1j, 2),
]
drive(accumulate, *VALUES, orders=3)
drive(scale, *VALUES, orders=3)
drive(length, *VALUES)
drive(first_then, *VALUES)
MIXED = [1, 2, 3.5, 4]
drive(step, ([1, 2, 3], 1), ([1.0, 2.0], 1.0), (MIXED, 1), ([1, 2, 2**63 - 1], 1), ((1, "a"), 1), (["a"], "b"), ([True], True), ("xyz", "!"), orders=3)
