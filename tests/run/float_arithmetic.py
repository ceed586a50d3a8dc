"""Every operator on floats: infinities, nan, signed zeros, huge and tiny values, mixed with ints; division by zero."""

from _show import drive_each


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def mul(a, b):
    return a * b


def div(a, b):
    return a / b


def floordiv(a, b):
    return a // b


def mod(a, b):
    return a % b


def power(a, b):
    return a**b


def unary(a, b):
    return (-a, +b, abs(a), not a, not b)


def divmods(a, b):
    return divmod(a, b)


def poly(a, b):
    return a * a * a - 2.0 * a * b + b / (a * a + 1.0) - (a - b) ** 2


INF = float("inf")
BATCHES = [
    (1.5, 2.25),
    (-1.5, 2.25),
    (1.5, -2.25),
    (-7.0, 2.0),
    (7.0, -2.0),
    (0.0, -0.0),
    (-0.0, 0.0),
    (1.0, 0.0),
    (1.0, -0.0),
    (INF, 1.0),
    (1.0, INF),
    (-1.0, INF),
    (INF, INF),
    (-INF, INF),
    (float("nan"), 1.0),
    (1e308, 10.0),
    (1e-308, 1e10),
    (5e-324, 2.0),
    (-8.0, 1 / 3),
    (2.0, 3),
    (3, 2.0),
    (2**53 + 1, 1.0),
    (10**400, 1.0),
    (1.0, 10**400),
    (True, 2.5),
    (1.5, None),
    (1.5, 2j),
]

drive_each([add, sub, mul, div, floordiv, mod, power, unary, divmods, poly], *BATCHES)
