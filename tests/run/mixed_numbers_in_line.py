"""Ints and floats at the same place, in functions small enough to be compiled in line; very large ints; and what is neither, when it comes after all."""

import traceback


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def minus(self, other):
        return Point(self.x - other.x, self.y - other.y, self.z - other.z)

    def below(self, other):
        return self.x < other.x or self.y <= other.y or self.z == other.z

    def __repr__(self):
        return f"Point({self.x!r}, {self.y!r}, {self.z!r})"


def mix(points, times):
    total = 0
    below = 0
    for i in range(times):
        a, b = points[i % len(points)], points[(i * 7 + 3) % len(points)]
        total += a.dot(b)
        below += a.minus(b).below(b)
    return total, type(total).__name__, below


NUMBERS = (1, 2.5, -3, 0.0, 7, -0.5, 10**6, 1e-3)
points = [Point(NUMBERS[i % 8], NUMBERS[(i + 3) % 8], NUMBERS[(i * 5 + 1) % 8]) for i in range(24)]
for _ in range(4):
    print(mix(points, 400))

wide = [Point(1 << 62, 3, 1.5), Point(-(1 << 70), 2**64, 2), Point(5, 6, 7)]
for _ in range(3):
    print(mix(wide, 200), wide[0].minus(wide[1]), wide[1].dot(wide[1]))


def hashing(values):
    state = 14695981039346656037
    for value in values:
        state = (state ^ value) * 1099511628211 % 2**64
    return state


for _ in range(3):
    print(hashing(range(300)), hashing([2**65, -1, 7] * 50))


class Strange:
    def __init__(self, text):
        self.text = text

    def __mul__(self, other):
        return Strange(f"{self.text}*{other}")

    def __rmul__(self, other):
        return Strange(f"{other}*{self.text}")

    def __add__(self, other):
        return Strange(f"{self}+{other}")

    __radd__ = __sub__ = __add__

    def __lt__(self, other):
        return len(self.text) < 3

    def __str__(self):
        return self.text


print(mix([Point(1, 2.0, True), Point(False, 0.5, 3)], 100), Point(Strange("s"), 1, 2.5).dot(Point(2, 3.5, 1)))
for bad in (Point(None, 1, 2), Point("a", 1, 2), Point(1e308, 1e308, 1), Point(10**400, 1.0, 2)):
    for _ in range(2):
        try:
            print(mix([*points, bad], 100)[1:], bad.dot(points[1]))
        except (TypeError, OverflowError):
            traceback.print_exc(limit=-2)
