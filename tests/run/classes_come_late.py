"""Attributes and methods of operands whose classes turn out to be more than were seen at first: loads, stores, methods, and what can't be known of a class."""

import sys
import traceback


class A:
    kind = "A"

    def __init__(self, n):
        self.n = n
        self.held = None

    def step(self, k):
        return self.n + k

    def twice(self):
        return self.step(1) * 2


class B(A):
    kind = "B"

    def step(self, k):
        return self.n - k


class C(B):
    def twice(self):
        return self.step(2) + 1


class Slotted:
    __slots__ = ("n", "held")
    kind = "slots"

    def __init__(self, n):
        self.n = n
        self.held = None

    def step(self, k):
        return self.n * k

    def twice(self):
        return -self.n


class Many(A):
    """So many attributes that instances get dicts."""

    def __init__(self, n):
        for i in range(40):
            setattr(self, f"x{n % 3}_{i}", i)
        super().__init__(n)


class Computed:
    kind = property(lambda self: self.__class__.__name__)

    def __init__(self, n):
        self._n = n

    @property
    def n(self):
        return self._n + 0.5

    @n.setter
    def n(self, value):
        self._n = value

    def __getattr__(self, name):
        if name == "held":
            raise AttributeError(f"no {name} in {self._n}")
        return lambda *arguments: (name, arguments, self._n)


class Noisy:
    def __del__(self):
        log.append("died")


log = []
CLASSES = (A, B, C, Slotted, Many, Computed)


def work(things, k):
    total, out = 0, []
    for thing in things:
        total += thing.n
        out.append(thing.step(k))
        out.append(thing.kind)
        thing.n = thing.n + 1
        out.append(thing.twice())
    return total, out


def hold(things):
    for thing in things:
        thing.held = Noisy()
        thing.held = None
    return len(log)


def text(values):
    out = []
    for value in values:
        out.append(value.count(value[0]))
        out.append(value.index(value[-1]))
    return out


def phase(classes, rounds):
    things = [cls(i) for i in range(3) for cls in classes]
    for number in range(rounds):
        result = work(things, number % 5)
    counts = [sys.getrefcount(thing) for thing in things]
    return result[0], result[1][:9], counts[:4]


for n in range(1, len(CLASSES) + 1):
    print(n, phase(CLASSES[:n], 24))
for n in range(1, len(CLASSES)):
    things = [cls(i) for i in range(2) for cls in CLASSES[:n]]
    for _ in range(12):
        hold(things)
    print(n, len(log))
for _ in range(10):
    kinds = text(["aba", "xyx"] * 5)
print(kinds)
for _ in range(10):
    kinds = text(["aba", b"xyx", (1, 2, 1), [3, 4, 3]] * 5)
print(kinds)

shadowed = [A(1), B(2), C(3), Slotted(4)]
for number in range(40):
    if number == 20:
        shadowed[0].step = lambda k: ("own", k)
        shadowed[0].kind = "own"
    if number == 30:
        B.step = lambda self, k: ("new", k)
        A.kind = 7
    try:
        result = work(shadowed, 2)
    except TypeError as error:
        result = str(error)
    if number % 10 == 9:
        print(number, result)
for number in range(30):
    try:
        hold([A(0), B(0), Slotted(0), Computed(1), object()] if number % 2 else [A(0), Slotted(0), None])
    except AttributeError:
        if number > 25:
            traceback.print_exc(file=sys.stdout)
print(len(log))
