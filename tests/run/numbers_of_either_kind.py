"""Arithmetic of ints and floats, now these and now those, in locals, in instances that need not be made, and with what only looks like a number."""

import sys
from fractions import Fraction

log = []


class Noisy(float):
    def __del__(self):
        log.append(("float", float(self)))

    def __sub__(self, other):
        return Noisy(float(self) - other)


class Whole(int):
    def __del__(self):
        log.append(("int", int(self)))


class Ends:
    def __del__(self):
        log.append("ends")


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def minus(self, other):
        return Vector(self.x - other.x, self.y - other.y)


def hits(a, b, r):
    ended = Ends() if r == 2 else None
    apart = a.minus(b)
    along = apart.dot(a)
    rest = r * r - (apart.dot(apart) - along * along)
    if rest < 0:
        return None
    return along - rest, ended is None


def mixed(values):
    total, least, whole = 0, None, 1
    for value in values:
        total = total + value * 2
        total -= value // 3 + value % 5
        whole = whole * value - total / 7
        least = total if least is None else min(least, total)
    return total, least, whole


def raised(values, power):
    out = []
    for value in values:
        result = value**power
        out.append(result + 1)
    return out


def joined(n, start):
    value = start
    for i in range(n):
        if i % 3 == 0:
            value = value + 0.5
        elif i % 3 == 1:
            value = i - 1
        else:
            value = value * 3
    return value


NUMBERS = [1, 2.5, 2**62 + 3, -7, 0.125, 10**20, -0.0, 1e300, 3]
for rounds in range(30):
    results = [hits(Vector(a, b), Vector(b, 1), r) for a in NUMBERS for b in NUMBERS[:4] for r in (1, 2, 2.5)]
    log.clear()
print(results[::17])
print(hits(Vector(1, 2), Vector(3, 0.5), 2), log)
for number in range(6):
    log.clear()
    odd = [Noisy(number), Whole(number), True, Fraction(number, 3)][number % 4]
    before = sys.getrefcount(odd)
    try:
        result = hits(Vector(odd, 2), Vector(number, odd), 2)
    except OverflowError as error:
        result = error
    print(number, result, sys.getrefcount(odd) - before, log)
    del odd
    print(log)
for rounds in range(30):
    results = mixed(NUMBERS), mixed([2, 3, 4.5] * 4), mixed([1.5, 2.5])
print(results)
for values in ([True, 2, 3.5], [Fraction(1, 3), 2], [2, Noisy(1.5)], [1, 2.5, "x"], [1, None]):
    try:
        print(mixed(values))
    except TypeError as error:
        print(error)
print(log[-3:])
for rounds in range(30):
    results = raised([1, 2.5, -3, -1.5], 2), raised([4, -2.25], 0.5), raised([2, 1.5], -1)
print(results)
for rounds in range(30):
    results = [joined(n, start) for n in range(9) for start in (1, 0.25, 2**70)]
print(results)
big = [value for value in NUMBERS if value not in (1, 3, -7, 2.5)]
counts = [sys.getrefcount(value) for value in big]
for rounds in range(20):
    mixed(NUMBERS)
    [hits(Vector(a, 1), Vector(b, 2), 3) for a in NUMBERS for b in NUMBERS]
print([after - before for after, before in zip(map(sys.getrefcount, big), counts)])
