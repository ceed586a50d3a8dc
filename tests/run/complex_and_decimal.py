"""Numbers that are neither int nor float: complex, Fraction, Decimal, bool arithmetic; in functions warmed with ints or floats."""

from decimal import Decimal
from fractions import Fraction

from _show import drive


def polynomial(x):
    return x * x + x - 1


def average(items):
    total = 0
    for x in items:
        total += x
    return total / len(items)


def julia(z, c):
    n = 0
    while abs(z) < 2 and n < 30:
        z = z * z + c
        n += 1
    return n, z


def booleans(a, b):
    return a + b, a * b, a - b, a & b, a | b, a ^ b, -a, ~a, a << b, a / (b + 1), a < b, int(a), a is True, type(a & b)


def compare(a, b):
    return a == b, a != b, hash(a) == hash(b), a in (b,), {a: 1}.get(b)


NUMBERS = [3, 2.5, 1 + 2j, Fraction(1, 3), Decimal("1.10"), True, 2**64, "s"]
drive(polynomial, *[(n,) for n in NUMBERS], orders=6)
drive(average, ([1, 2],), ([1.5, 2],), ([Fraction(1, 3), 1],), ([Decimal(1), 2],), ([1j, 2.0],), ([True, False],), ([Decimal(1), 1.5],), ([],), orders=4)
drive(julia, (0.1 + 0.1j, -0.4 + 0.6j), (0.0, 0.25), (0, 1), (1j, 0), orders=3)
drive(booleans, (True, False), (True, True), (1, 0), (False, 2), (2, True), orders=3)
drive(compare, (1, 1.0), (1, True), (1.5, Fraction(3, 2)), (Decimal("0.5"), 0.5), (0.1, Fraction(1, 10)), (2**53 + 1, float(2**53)), (1, 1 + 0j), orders=3)
