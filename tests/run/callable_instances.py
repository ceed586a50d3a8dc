"""Instances that are called, in line: arguments, errors, classes that change, recursion and its limit, classes of classes with __call__."""

import sys
import traceback


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("dead", self.name)


class Add:
    def __init__(self, n):
        self.n = n
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return self.n + x


class Default(Add):
    def __call__(self, x=3, y=4):
        return self.n + x * y


class Nothing(Add):
    def __call__(self):
        self.calls += 1
        return self.calls


class Three(Add):
    def __call__(self, a, b, c):
        return a + b + c + self.n


class Star(Add):
    def __call__(self, *args, **kwargs):
        return self.n, args, sorted(kwargs)


class Fails(Add):
    def __call__(self, x):
        return self.n // x


class Memo:
    def __init__(self, function):
        self.function, self.found = function, {}

    def __call__(self, n):
        found = self.found
        if n not in found:
            found[n] = self.function(n)
        return found[n]


@Memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Looks(Add):
    def __call__(self, x):
        frame = sys._getframe()
        return frame.f_code.co_name, frame.f_back.f_code.co_name, frame.f_back.f_lasti, sys.getrefcount(x) > 0


class Keeps:
    def __call__(self, x):
        self.kept = x
        return self


class Chain:
    def __init__(self, below):
        self.below = below

    def __call__(self, x):
        return self.below(x + 1) * 2 if self.below else x


class Meta(type):
    def __call__(cls, n):
        made = super().__call__()
        made.n = n
        return made


class Made(metaclass=Meta):
    def __call__(self, x):
        return self.n * x


class Slotted:
    __slots__ = ("n",)

    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x - self.n


class Endless:
    def __init__(self, limit=None):
        self.limit = limit

    def __call__(self, n):
        return self(n + 1) if n != self.limit else n


class Ping:
    def __call__(self, n):
        return pong(n + 1) if n < 400 else n


class Pong:
    def __call__(self, n):
        return ping(n + 1)


ping, pong = Ping(), Pong()


def many(f, n):
    t = 0
    for i in range(n):
        t += f(i)
    return t


def of_two(f, n):
    t = 0
    for i in range(n):
        t += f(i, 2)
    return t


def of_three(f, n):
    t = 0
    for i in range(n):
        t += f(i, 2, 0.5)
    return t


def of_none(f, n):
    t = 0
    for _ in range(n):
        t += f()
    return t


def named(f, n):
    t = 0
    for i in range(n):
        t += f(y=i)
    return t


def star(f, n):
    return [f(i, k=1) for i in range(n)][-1], f(), f(1, 2)


def mapped(f, n):
    return sum(map(f, range(n))), [f(i) for i in range(3)], sum(f(i) for i in range(n)), sorted(range(4), key=f)


def failing(f, n):
    t = 0
    try:
        for i in range(n, -3, -1):
            t += f(i)
    except ZeroDivisionError:
        return t, traceback.format_exc()
    return t


def wrong(f):
    try:
        return f(1, 2, 3, 4)
    except TypeError as error:
        return repr(error)


def looking(f, n):
    rows = []
    for i in range(n):
        rows.append(f(i))
    return rows[-1]


def kept(n):
    f = Keeps()
    for i in range(n):
        f = f(Loud(i))
    return f.kept.name


def made_anew(n):
    t = 0
    for i in range(n):
        t += Add(i)(1) + Slotted(i)(7)
    return t


def of_classes(n):
    t = 0
    for i in range(n):
        t += Made(i)(2)
    return t


def changed(f, n, when, change):
    found = []
    for i in range(n):
        found.append(f(i))
        if i == when:
            change(f)
    return found


def other(self, x):
    return -x


def of_class(f):
    Add.__call__ = other


def of_instance(f):
    f.__call__ = lambda x: "never"


def of_other_class(f):
    f.__class__ = Fails


plain_call = Add.__call__


def limited(f):
    try:
        return f(0)
    except RecursionError as error:
        n, entry = 0, error.__traceback__
        while entry is not None:
            n, entry = n + 1, entry.tb_next
        return str(error), n


def deepest(f):
    """The largest number of calls that the limit lets through."""
    low, high = 1, 2000
    while low < high:
        middle = (low + high + 1) // 2
        f.limit = middle
        try:
            f(0)
            low = middle
        except RecursionError:
            high = middle - 1
    return low


def at_the_limit(f, levels):
    """The same result, or the same error, at each level near the limit."""

    def down(n):
        return f(1) if n == 0 else down(n - 1)

    found = []
    for n in levels:
        try:
            found.append(down(n))
        except RecursionError:
            found.append("limit")
    return found


def run(turn, quiet):
    adder = Add(turn)
    results = [
        many(adder, 30),
        adder.calls,
        of_two(Default(1), 5),
        many(Default(2), 5),
        of_none(Default(2), 5),
        named(Default(2), 5),
        of_none(Nothing(0), 6),
        of_three(Three(1), 5),
        star(Star(1), 3),
        mapped(Add(5), 6),
        many(fib, 20),
        failing(Fails(12), 4),
        wrong(adder),
        looking(Looks(1), 3),
        made_anew(6),
        of_classes(5),
        many(Chain(Chain(Chain(None))), 9),
        ping(0),
        many(Add(1.5), 4),
        changed(Add(1), 5, 2, of_instance),
    ]
    try:
        results.append(changed(Add(1), 5, 2, of_other_class))
    except ZeroDivisionError:
        results.append(traceback.format_exc())
    if quiet:
        return
    print(turn, *results, sep="\n  ")
    print(kept(4))
    print(limited(Endless()), deepest(Endless()), ping(0))
    print(changed(Add(1), 8, 4, of_class), changed(Add(1), 4, 2, of_class))
    Add.__call__ = plain_call


for turn in range(45):
    run(turn, turn % 15 != 14)

chain = Chain(Chain(Chain(Chain(None))))
for _ in range(60):
    at_the_limit(chain, range(20))
sys.setrecursionlimit(200)
for f in (chain, Add(1), Made(3)):
    print(at_the_limit(f, range(170, 200)))
