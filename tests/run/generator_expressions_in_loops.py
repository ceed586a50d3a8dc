"""for loops over generator expressions: cells, conditions, nesting, errors and tracebacks inside, loops left early, things changed meanwhile."""

import gc
import sys
import traceback
import weakref


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("dead", self.name)


class Number:
    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        return self.value * other

    def doubled(self):
        return (self.value * i for i in range(3))

    def total(self):
        t = 0
        for x in (self.value + super(Number, self).__hash__() * 0 + i for i in range(5)):
            t += x
        return t


def doubled(n):
    t = 0
    for x in (i * 2 for i in range(n)):
        t += x
    return t


def chosen(items):
    found = []
    for x in (i for i in items if i % 3 if i % 5):
        found.append(x)
    return found


def with_cell(n, k):
    t = 0
    for x in (i * k for i in range(n)):
        t += x
        k += 1  # the expression sees that
    return t, k


def two_cells(n, a, b):
    t = []
    for x, y in ((i + a, i * b) for i in range(n)):
        t.append((x, y))
        a, b = b, a
    return t


def nested(n):
    t = 0
    for x in (i + j for i in range(n) for j in (i, i * 2) if j % 3 != 1):
        t += x
    return t


def over_another(n):
    t = 0
    for x in (i + 1 for i in (j * 2 for j in range(n))):
        t += x
    return t


def in_each_other(n):
    t = 0
    for i in (a for a in range(n)):
        for j in (i * b for b in range(i)):
            t += j - i
    return t


def pairs(table):
    t = ""
    for key, value in ((k, v) for k, v in table.items() if v):
        t += f"{key}={value};"
    return t


def left_early(n, stop):
    for x in (Loud(i) for i in range(n)):
        if x.name == stop:
            break
    else:
        print("to the end")
    print("behind", x.name)
    return x.name


def returns(n, stop):
    for x in ((i, Loud((i, "r"))) for i in range(n)):
        if x[0] == stop:
            return x[0]
    return -1


def failing_inside(n):
    t = 0
    try:
        for x in (10 // (3 - i) for i in range(n)):
            t += x
    except ZeroDivisionError:
        return t, traceback.format_exc()
    return t


def failing_in_body(n):
    try:
        for x in (Loud(i) for i in range(n)):
            if x.name == 2:
                raise KeyError(x.name)
    except KeyError as error:
        return repr(error), traceback.format_exc()
    return "good"


def stops(n):
    def stop(i):
        if i == 3:
            raise StopIteration(i)
        return i

    t = 0
    try:
        for x in (stop(i) for i in range(n)):
            t += x
    except RuntimeError as error:
        return t, repr(error), repr(error.__cause__)
    return t


def frames(n):
    rows = []
    for x in ((i, [f.f_code.co_name for f in (sys._getframe(0), sys._getframe(1), sys._getframe(2))]) for i in range(n)):
        rows.append(x)
    return rows[-1:]


def names(n):
    seen = ()
    for x in (sorted(locals()) for i in range(n)):
        seen = x
    return seen, sorted(locals())


def changed_meanwhile(n):
    table = {i: i for i in range(n)}
    t = 0
    try:
        for x in (k * 2 for k in table):
            t += x
            if x == 6:
                table[n] = n
    except RuntimeError as error:
        return t, repr(error)
    return t


def odd_iterables(what):
    t = []
    try:
        for x in (i for i in what):
            t.append(x)
    except TypeError as error:
        return t, repr(error)
    return t


class Items:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return (i * self.n for i in range(self.n))


def of_a_class(items):
    t = 0
    for x in items:
        t += x
    return t


def of_types(items):
    t = []
    for x in (i + i for i in items):
        t.append(x)
    return t


def kept(n):
    maker = [None]
    expression = (maker[0] is None or i for i in range(n))
    maker[0] = weakref.ref(expression)
    t = []
    for x in expression:
        t.append(x)
        if x == 2:
            del expression
            t.append(maker[0]() is None)
    return t, maker[0]() is None, gc.collect() * 0


def walrus(n):
    last = None
    for x in (last := i * i for i in range(n)):
        if x != last:
            return "wrong"
    return last


def deep(n):
    t = 0
    for x in (deep(n - 1) if n else 1 for i in range(2)):
        t += x
    return t


def at_the_limit(n):
    for x in (at_the_limit(i) for i in (n + 1,)):
        return x


def overflow():
    try:
        at_the_limit(0)
    except RecursionError as error:
        return str(error), len(traceback.extract_tb(error.__traceback__, limit=3))


def big(n):
    t = 0
    for x in (i << 40 for i in range(n)):
        t = t * 3 + x
    return t


for turn in range(60):
    quiet = turn % 20 != 19
    results = [
        doubled(50),
        chosen(range(40)),
        with_cell(20, turn),
        two_cells(6, 2, 3),
        nested(12),
        over_another(30),
        in_each_other(9),
        pairs({"a": 1, "b": 0, "c": turn}),
        failing_inside(7),
        stops(6),
        frames(3),
        names(3),
        changed_meanwhile(8),
        of_a_class(Items(7)),
        of_types([1, 2, 3] if turn < 30 else [1.5, "x", (1,)]),
        kept(6),
        walrus(9),
        deep(4),
        big(20),
        Number(turn).total(),
        sum(Number(3).doubled()),
    ]
    if not quiet:
        print(turn, *results, sep="\n  ")
        print(left_early(6, 3), returns(5, 2), failing_in_body(5))
        print(odd_iterables([1, 2]), odd_iterables("ab"), odd_iterables(5), odd_iterables(None), odd_iterables({3: 4}))
        print(overflow())
    elif turn < 25:
        left_early(4, turn % 5), returns(4, turn % 5), failing_in_body(turn % 5), odd_iterables([turn])
print(left_early(3, 9))
