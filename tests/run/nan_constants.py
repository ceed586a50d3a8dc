"""A nan that is a global, an attribute of a module or a constant: comparisons, and the sign and payload of what comes of it."""

import math
import struct

NAN = float("nan")
NEGATIVE = -NAN
ODD = struct.unpack("<d", struct.pack("<Q", 0xFFF8000000000123))[0]


def shown(value):
    return struct.pack("<d", value).hex() if isinstance(value, float) else value


OPERANDS = (*[NAN] * 4, *[NEGATIVE] * 3, *[None] * 3, *[NAN] * 3)
"""The other operand of each operation in `arithmetic`; None: there is no second nan."""


def of_two(x, value, other):
    """Of two nans CPython itself gives now one, now the other: its warm code and its cold code have the operands in different order in some builds."""
    return shown(value) in (shown(x), shown(other)) if x != x and other is not None else shown(value)


def arithmetic(x):
    total = x
    total += NAN
    return x + NAN, NAN + x, NAN * x, x * NAN, x - NEGATIVE, NEGATIVE - x, NEGATIVE / (x or 1.0), NAN // 2, NAN % 3.0, NAN**2, math.nan + x, x + math.nan, total


def others(x):
    return -NAN, abs(NEGATIVE), max(x, NAN), min(NAN, x), 1e999 - 1e999, math.isnan(NAN), math.copysign(1.0, NEGATIVE), NAN if x else x


def compared(x):
    return x == NAN, NAN == NAN, NAN != NAN, x < NAN, NAN >= x, NAN is NAN, [NAN] == [NAN], NAN in (NAN,), NAN in [x], bool(NAN)


def summed(numbers):
    total = NEGATIVE
    for x in numbers:
        total = x * total + NAN
    return total, sum(numbers, NAN)


for _ in range(60):
    rows = [
        [*map(of_two, [x] * len(OPERANDS), arithmetic(x), OPERANDS), *(shown(value) for value in (*others(x), *compared(x)))]
        for x in (1.5, 0.0, -0.0, NAN, NEGATIVE, math.inf, -math.inf, ODD)
    ]
    sums = [[shown(total) in map(shown, (ODD, NAN, NEGATIVE)), shown(whole)] for total, whole in map(summed, ([1.0, 2.0], [ODD, 1.0], [1.0, ODD], []))]

for row in rows + sums:
    print(row)
