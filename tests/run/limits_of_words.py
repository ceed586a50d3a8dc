"""Each operation exactly at the border of 30, 60, 62, 63 and 64 bits, one step before, on and after, signed both ways."""

from _show import attempt, fresh


def around(x):
    return x + 1, x - 1, x * 2, x * -1, -x, x + x, x - x, x * x, x // 2, x % 1000, x >> 1, x << 1, x & 0xFFFF, x | 1, x ^ -1, ~x, abs(x)


def accumulate(x):
    total = 0
    for i in range(6):
        total += x
        if total < 0:
            total -= 1
    return total


def compare(x):
    return x < 2**63, x > -(2**63), x == 2**62, x <= 2**30, x >= -(2**60), x != 0, x in range(-(2**63), 2**63), bool(x)


def convert(x):
    return float(x), int(float(x)) == x, hash(x), str(x), hex(x), x.bit_length(), x / 3, x * 0.5, x + 0.0 == x


def alternate(x):
    out = []
    for k in range(4):
        x = x * 3 - 1 if k % 2 else x // 3 + 1
        out.append(x)
    return out


def as_index(x):
    return [1, 2, 3][x % 3], "abc"[-(x % 3) - 1], (0,) * (x % 4)


VALUES = [sign * (1 << bits) + step for bits in (0, 15, 30, 31, 32, 53, 60, 61, 62, 63, 64, 65, 100) for sign in (1, -1) for step in (-1, 0, 1)]
for function in (around, accumulate, compare, convert, alternate, as_index):
    subject = fresh(function)
    for _ in range(10):
        subject(7)
    for value in VALUES:
        print(function.__name__, value, attempt(subject, value))
    late = fresh(function)
    for value in reversed(VALUES):
        print(attempt(late, value))
