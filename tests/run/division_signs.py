"""// and % and divmod for every combination of signs and types; constants as divisors, powers of two, minus one, zero."""

from _show import attempt, drive_each, fresh


def both(a, b):
    return a // b, a % b, divmod(a, b) == (a // b, a % b)


def by_constants(a):
    return a // 2, a % 2, a // 10, a % 10, a // -3, a % -3, a // 1, a % 1, a // -1, a % -1, a // 256, a % 1024


def by_float_constants(a):
    return a // 2.0, a % 2.0, a // -0.5, a % -0.5, a / 3, a / -4.0


def zero_floor(a):
    return a // 0


def zero_mod(a):
    return a % 0


def zero_true(a):
    return a / 0


def zero_float(a):
    return a % 0.0


EDGE = 2**63
for a in (7, -7, 0, EDGE - 1, -EDGE, EDGE, 7.5, -7.5, -0.0, 1e300, float("inf"), True):
    subject = fresh(both)
    for b in (3, -3, 1, -1, 2.5, -2.5, EDGE - 1, -EDGE, 2**70, float("inf"), -float("inf"), True, 0, 0.0):
        print(a, b, attempt(subject, a, b).splitlines()[-1])
BATCHES = [(7,), (-7,), (0,), (EDGE - 1,), (-EDGE,), (-EDGE - 1,), (7.25,), (-0.0,), (True,), ("%s",), (None,)]
drive_each([by_constants, by_float_constants, zero_floor, zero_mod, zero_true, zero_float], *BATCHES, orders=2)
