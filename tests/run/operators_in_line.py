"""Operators and properties by methods of the program's classes: in line, called directly, and what happens when they decline, raise, or are replaced."""

import sys
import traceback


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        if isinstance(other, Vector):
            return Vector(self.x + other.x, self.y + other.y)
        return NotImplemented

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, other):
        if isinstance(other, Vector):
            return self.x * other.x + self.y * other.y
        return Vector(self.x * other, self.y * other)

    def __rmul__(self, other):
        return Vector(other * self.x, other * self.y)

    def __radd__(self, other):
        return NotImplemented

    def __truediv__(self, other):
        return Vector(self.x / other, self.y / other)

    def __eq__(self, other):
        return isinstance(other, Vector) and self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __mod__(self, other):
        return sys.getrefcount(other), sys.getrefcount(self)

    def __or__(self, other):
        return sys._getframe(0).f_lineno, sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno

    def __and__(self, other):
        raise KeyError(self.x)

    def __xor__(self, other):
        return self

    @property
    def length(self):
        return (self.x * self.x + self.y * self.y) ** 0.5

    @property
    def inverse(self):
        return 1 / self.x

    @property
    def where(self):
        return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"


class Sub(Vector):
    def __radd__(self, other):
        print("Sub.__radd__")
        return Vector(100, 100)

    def __gt__(self, other):
        print("Sub.__gt__")
        return "greater"

    @property
    def length(self):
        return "sub"


class Strange:
    def __radd__(self, other):
        return "strange"

    def __eq__(self, other):
        return NotImplemented

    def __rmul__(self, other):
        return ("times", other)

    def __gt__(self, other):
        return "strangely greater"


class Money:
    """No operand but its own kind."""

    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        if type(other) is not Money:
            return NotImplemented
        return Money(self.cents + other.cents)

    def __mul__(self, other):
        if not isinstance(other, int):
            return NotImplemented
        return Money(self.cents * other)

    __rmul__ = __mul__

    def __lt__(self, other):
        if type(other) is not Money:
            return NotImplemented
        return self.cents < other.cents

    def __eq__(self, other):
        if type(other) is not Money:
            return NotImplemented
        return self.cents == other.cents

    def __hash__(self):
        return self.cents


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


def times(a, b):
    return a * b


def divide(a, b):
    return a / b


def equal(a, b):
    return a == b


def less(a, b):
    return a < b


def counts(a, b):
    return a % b


def frames(a, b):
    return a | b


def fails(a, b):
    return a & b


def same(a, b):
    return (a ^ b) is a


def added_to(a, b):
    a += b
    return a


def length(a):
    return a.length


def inverse(a):
    return a.inverse


def where(a):
    return a.where


BINARY = [add, subtract, times, divide, equal, less, counts, frames, fails, same, added_to]
UNARY = [length, inverse, where]


def shown(function, *arguments):
    try:
        result = function(*arguments)
        return result.cents if type(result) is Money else repr(result)
    except Exception as error:
        return repr(error), [(line.name, line.lineno) for line in traceback.extract_tb(error.__traceback__)][1:]


def energy(n):
    position, velocity = Vector(0.0, 1.0), Vector(0.5, 0.25)
    total = 0.0
    for i in range(n):
        position = position + velocity * 0.125
        velocity = velocity - 0.5 * position
        total += position * velocity + position.length
        if position == velocity or position < velocity:
            total += 1
    return round(total, 9), position, velocity


def account(n):
    total = Money(0)
    for i in range(n):
        total = total + Money(i) * 3 + 2 * Money(1)
        if total < Money(50) or total == Money(6):
            total = total + Money(1)
    return total.cents


def ordinary():
    for i in range(30):
        a, b = Vector(i, 2), Vector(3, i % 4)
        row = [shown(function, a, b) for function in BINARY] + [shown(times, a, 2), shown(times, 3, a), shown(times, 0.5, a), shown(divide, a, 4)]
        row += [shown(function, a) for function in UNARY]
        row += [energy(i), account(i)]
        if i % 7 == 0 or i > 27:
            print(i, row)


def others():
    a = Vector(1, 2)
    for b in (3, 2.5, "text", None, (1,), [1], Sub(1, 2), Strange(), Money(5), True, 10**30, object, Vector("p", "q"), Vector(1, 2)):
        for function in (add, times, equal, less, added_to):
            print(function.__name__, shown(function, a, b), shown(function, b, a), shown(function, Money(2), b), shown(function, b, Money(2)))
    print(shown(length, Sub(1, 1)), shown(inverse, Vector(0, 1)), shown(length, Vector("x", 1)), shown(where, Sub(1, 2)), shown(length, 5))
    for b in ("ab", [1, 2], (3,)):
        print(shown(times, Money(3), b), shown(times, b, Money(3)))


class Missing:
    def __init__(self, mood):
        self.mood = mood

    @property
    def plain(self):
        if self.mood:
            raise AttributeError("of the getter's own")
        return 1

    @property
    def nested(self):
        return self.mood.nothing

    @property
    def named(self):
        raise AttributeError("told already", name="other", obj=None)

    def of_itself(self):
        return self.plain


def attribute_errors():
    getters = [lambda o: o.plain, lambda o: o.nested, lambda o: o.named, lambda o: o.of_itself(), lambda o: o.plain + 1]
    for i in range(30):
        one = Missing(5 if i > 24 else 0)
        for getter in getters:
            try:
                getter(one)
            except AttributeError as error:
                if i > 22:
                    print(i, error, error.name, error.obj is one, len(traceback.extract_tb(error.__traceback__)))


def replaced():
    print(shown(add, Vector(1, 2), Vector(3, 4)), shown(length, Vector(3, 4)))
    original = Vector.__add__
    Vector.__add__ = lambda self, other: "replaced"
    print(shown(add, Vector(1, 2), Vector(3, 4)), energy_or_error())
    Vector.__add__ = original
    del Vector.__lt__
    print(shown(less, Vector(1, 2), Vector(3, 4)))
    Vector.length = property(lambda self: 5)
    print(shown(length, Vector(3, 4)), energy_or_error())
    Vector.length = 7
    print(shown(length, Vector(3, 4)))
    a = Vector(3, 4)
    a.length = 8
    print(shown(length, a))


def energy_or_error():
    return shown(energy, 3)


class Chain:
    def __init__(self, below):
        self.below = below

    def __add__(self, other):
        return other if self.below is None else self.below + other

    def __eq__(self, other):
        return True if self.below is None else self.below == other

    @property
    def depth(self):
        return 1 if self.below is None else self.below.depth + 1


def deep():
    chain = None
    for _ in range(30):
        chain = Chain(chain)
    for _ in range(20):
        chain + 1, chain == 1, chain.depth
    chain = None
    for _ in range(400):
        chain = Chain(chain)
    print(chain + 1, chain == 2, chain.depth)
    old = sys.getrecursionlimit()
    for limit in (150, 151, 152, 153):
        for function in (lambda: chain + 1, lambda: chain.depth, lambda: chain == 1):
            sys.setrecursionlimit(limit)
            try:
                function()
                print("no error")
            except RecursionError as error:
                print(limit, str(error)[:33], len(traceback.extract_tb(error.__traceback__)))
            finally:
                sys.setrecursionlimit(old)


ordinary()
others()
ordinary()
deep()
attribute_errors()
replaced()
