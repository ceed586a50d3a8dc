"""Comprehensions where neither the function nor its frame need exist: what is left of them when something goes wrong or looks."""

import gc
import sys
import traceback
import weakref

from _show import while_interrupted


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)

    def __add__(self, other):
        return f"{self.name}+{other}"


class Moody:
    """Becomes something else for the types seen before, after some uses."""

    def __init__(self, limit):
        self.limit = limit

    def __iter__(self):
        return iter(range(self.limit))


def shifted(values, shift):
    return [value + shift for value in values]


def rows(table, shift):
    return [[cell * shift + place for place, cell in enumerate(row)] for row in table]


def pairs(left, right):
    return [(x, y) for x in left for y in right if x < y]


def inverse(values):
    return [100 // value for value in values]


def named(values):
    return {value: -value for value in values}, {value & 3 for value in values}


def unbound(values):
    if len(values) > 50:
        late = 1
    return [value for value in values if value is not late]


def walrus(values):
    found = None
    kept = [found := value * 2 for value in values]
    return found, kept


def changing(values):
    step = 1

    def bump():
        nonlocal step
        step += 1

    first = [value * step for value in values]
    bump()
    return first, [value * step for value in values], step


def computed(values):
    return [value for value in reversed_list(values)]


def reversed_list(values):
    if values and values[-1] == "fail":
        raise ValueError(sys._getframe(1).f_lineno, sys._getframe(1).f_code.co_name)
    return values[::-1]


class Holder:
    scale = 3
    members = [value * 2 for value in range(5)]

    def scaled(self, values):
        return [value * self.scale for value in values]

    def attributes(self, objects):
        return [one.scale for one in objects]


def shown(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        lines = traceback.extract_tb(error.__traceback__)
        frames = []
        tb = error.__traceback__
        while tb is not None:
            frames.append((tb.tb_frame.f_code.co_name, tb.tb_lineno, sorted(k for k in tb.tb_frame.f_locals if k != "error")))
            tb = tb.tb_next
        return repr(error), [line.line for line in lines], frames[1:]


def ordinary():
    holder = Holder()
    for i in range(60):
        values = list(range(i % 12))
        results = [
            shown(shifted, values, i), shown(rows, [values, [i]], i), shown(pairs, values[:4], values), shown(inverse, [1, 2, i % 20]),
            shown(named, values), shown(unbound, values), shown(walrus, values), shown(changing, values), shown(computed, values),
            shown(holder.scaled, values), shown(holder.attributes, [holder] * 3), Holder.members,
        ]  # fmt: skip
        if i % 10 == 0 or i > 55:
            print(i, results)


def other_types():
    for values, shift in (((1, 2), 1.5), ([1.5], 2), ([Loud("a")], 1), ([2**70], 5), ("ab", "c"), (Moody(3), 4), ([1, None], 2), ([True], 1), (5, 1)):
        print(shown(shifted, values, shift))
    print(shown(computed, [1, 2, "fail"]), shown(inverse, [1, 0]), shown(inverse, (5, "x")))


def lifetimes():
    def drop(values):
        return [len(value.name) for value in values]

    def take(values):
        return [values.pop().name for _ in range(2)]

    for i in range(20):
        print(drop([Loud("x" * i), Loud("y")]))
        print(take([Loud("p"), Loud("q"), Loud("r")]))
    watched = [weakref.ref(one) for one in [Loud("w")]]
    print([ref() for ref in watched])
    for i in range(12):
        table = [object() for _ in range(3)]
        print(sys.getrefcount(table), [sys.getrefcount(one) for one in table], end=" ")
    print()


def in_generator(values, shift):
    for value in values:
        yield [value + other * shift for other in values]
        yield sum(other // value for other in values), {other: shift for other in values}


def generators():
    for i in range(20):
        print(shown(lambda: list(in_generator([1, 2, i % 6], i)))[:2])


def interrupted(rounds):
    """Signals and other threads get their turn inside a long one."""
    assert sum(shifted(range(3000), rounds % 3)) == sum(range(3000)) + 3000 * (rounds % 3)


def deep(n):
    return [n for _ in range(1)] if n == 0 else [deep(n - 1) for _ in range(1)]


def recursion():
    old = sys.getrecursionlimit()
    for limit in (90, 91, 92, 93):
        sys.setrecursionlimit(limit)
        depth = 0
        try:
            while True:
                deep(depth)
                depth += 1
        except RecursionError as error:
            outcome = str(error)[:40]
        finally:
            sys.setrecursionlimit(old)
        print(limit, depth, outcome)


def traced():
    events = []

    def tracer(frame, event, argument):
        if frame.f_code.co_name in ("shifted", "<listcomp>"):
            events.append((frame.f_code.co_name, event, frame.f_lineno))
        return tracer

    sys.settrace(tracer)
    shifted([1, 2], 3)
    sys.settrace(None)
    print(events)


ordinary()
other_types()
lifetimes()
recursion()
generators()
traced()
ordinary()
gc.collect()
while_interrupted(interrupted)
