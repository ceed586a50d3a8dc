"""Operators of user classes: every dunder, reflected and in-place, NotImplemented, subclass priority, mixing with builtins."""

import operator

from _show import drive, drive_each


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"V({self.x}, {self.y})"

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(self.x + other.x, self.y + other.y)

    def __radd__(self, other):
        return ("radd", other)

    def __iadd__(self, other):
        self.x += getattr(other, "x", 0)
        return self

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __truediv__(self, k):
        return Vector(self.x / k, self.y / k)

    def __floordiv__(self, k):
        return Vector(self.x // k, self.y // k)

    def __mod__(self, k):
        return ("mod", k)

    def __pow__(self, k, m=None):
        return ("pow", k, m)

    def __lshift__(self, k):
        return ("lshift", k)

    def __rrshift__(self, k):
        return ("rrshift", k)

    def __and__(self, other):
        return NotImplemented

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __invert__(self):
        return "inverted"

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __bool__(self):
        return self.x != 0

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __lt__(self, other):
        return abs(self) < abs(other)

    def __hash__(self):
        return hash((self.x, self.y))

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __setitem__(self, i, value):
        if i == 0:
            self.x = value
        else:
            self.y = value

    def __delitem__(self, i):
        raise TypeError("no deletion")

    def __contains__(self, value):
        return value in (self.x, self.y)

    def __iter__(self):
        yield self.x
        yield self.y

    def __call__(self, *args, **kwargs):
        return (self, args, kwargs)

    def __index__(self):
        return 1


class Special(Vector):
    def __radd__(self, other):
        return ("special", other)


def binary(a, b):
    return [a + b, a * 2, 2 * a, a - b, a @ b, a / 2, a // 2, a % 3, a**2, a << 1]


def add(a, b):
    return a + b


def radd(a, b):
    return (5 + a, "s" + a if isinstance(a, Vector) else None)


def inplace(a, b):
    c = a
    c += b
    d = a
    d -= b
    return (c, d, c is a, d is a)


def unary(a, b):
    return (-a, ~a, abs(a), not a, bool(b))


def compare(a, b):
    return (a == b, a != b, a < b, a > b, a in [b], {a: 1}.get(b))


def less_equal(a, b):
    return a <= b


def container(a, b):
    a[0] = a[0]
    return (len(a), a[0], a[-1], list(a), 1 in a, [10, 20, 30][a], a(1, k=b))


def delete(a, b):
    del a[0]


def and_fails(a, b):
    return a & b


def rshift(a, b):
    return 7 >> a


BATCHES = [(Vector(1, 2), Vector(3, 4)), (Vector(0, 2.5), Vector(1.5, 4)), (Vector(2**64, 1), Special(1, 2)), (Special(1, 1), Vector(2, 2)), (3, 4)]
drive_each([binary, add, radd, unary, compare, less_equal, container, delete, and_fails, rshift], *BATCHES, orders=2)


def inplace_fresh(x):
    return inplace(Vector(x, 1), Vector(2, x))


drive(inplace_fresh, (1,), (2.5,), (2**63 - 2,))


class BadIndex:
    def __index__(self):
        return "x"


class BadLen:
    def __len__(self):
        return -1


class BadBool:
    def __bool__(self):
        return 2


def bad_index(x):
    return [1, 2][x]


def truth(x):
    return 1 if x else 2


def length(x):
    return len(x)


drive(bad_index, (1,), (BadIndex(),), (Vector(0, 0),))
drive(truth, (1,), ([],), (BadBool(),), (BadLen(),), (Vector(0, 1),), (0.0,), ("",), (None,), orders=3)
drive(length, ("ab",), (BadLen(),), (Vector(1, 1),), (5,))
for op in (operator.iadd, operator.add, operator.mul):
    print([op(Vector(1, 2), Vector(3, 4)) if op is not operator.mul else op(Vector(1, 2), 3) for _ in range(3)])
