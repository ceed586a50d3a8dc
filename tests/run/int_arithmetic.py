"""Every operator on ints: small, negative, zero, at the edges of 64 bits, far beyond; bools; a subclass."""

from _show import drive_each


class MyInt(int):
    def __add__(self, other):
        return f"MyInt+{other}"


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def mul(a, b):
    return a * b


def floordiv(a, b):
    return a // b


def truediv(a, b):
    return a / b


def mod(a, b):
    return a % b


def power(a, b):
    return a**b


def lshift(a, b):
    return a << b


def rshift(a, b):
    return a >> b


def bit_and(a, b):
    return a & b


def bit_or(a, b):
    return a | b


def bit_xor(a, b):
    return a ^ b


def unary(a, b):
    return (-a, +b, ~a, -b, abs(a), not a, not b)


def chain(a, b):
    return a + b * 3 - (a - b) * (a + b) + (a & 0xFF) - (b ^ 0x55)


EDGE = 2**63
BATCHES = [
    (7, 3),
    (-7, 3),
    (7, -3),
    (0, 5),
    (5, 0),
    (EDGE - 1, 1),
    (-EDGE, 1),
    (-EDGE, -1),
    (EDGE - 1, 2),
    (2**62, 2),
    (-(2**62), 3),
    (2**30, 2**3),
    (2**30 - 1, 30),
    (-(2**30), 31),
    (1, 62),
    (1, 63),
    (-1, 63),
    (-1, 64),
    (3, 64),
    (10**30, 17),
    (-(10**30), 17),
    (5, -1),
    (True, 3),
    (False, True),
    (MyInt(4), 2),
    (4, MyInt(2)),
    (2, 1.5),
    ("ab", 3),
    (None, 3),
]

FUNCTIONS = [add, sub, mul, floordiv, truediv, mod, power, lshift, rshift, bit_and, bit_or, bit_xor, unary, chain]
drive_each(FUNCTIONS, *BATCHES)
