"""yield in the middle of expressions: what lies on the operand stack meanwhile, NULLs below callables included, is there again at the resume."""

import gc
import sys

from _show import attempt


def take(*args, **named):
    return args, sorted(named.items())


class Thing:
    def __init__(self, x=0, y=0):
        self.x = x
        self.y = y

    def method(self, a, b=2):
        return self.x, a, b

    def __del__(self):
        deaths.append(self.x)


def in_call(n):
    for i in range(n):
        out = take(i, (yield i), i * 0.5)
    return out


def in_keywords(n):
    for i in range(n):
        out = take((yield i), k=(yield -i), j=i)
    return out


def in_method(n):
    thing = Thing(5)
    for i in range(n):
        out = thing.method((yield i), b=(yield i + 0.5))
    return out


def in_method_positional(n):
    thing = Thing(6)
    for i in range(n):
        out = thing.method((yield i), (yield "b"))
    return out


def in_class(n):
    for i in range(n):
        out = Thing((yield i), (yield i * 2))
    return out.x, out.y


def in_builtin(n):
    for i in range(n):
        out = max(i, (yield i), 3) + len((yield "text"))
    return out


def in_display(n):
    for i in range(n):
        out = [i, (yield 1), {i: (yield 2), "k": (i, (yield 3))}, f"{i}{(yield 4)!r:>5}"]
    return out


def in_subscript(n):
    items = [0] * 4
    for i in range(n):
        items[(yield i) % 4] = (yield i) + i
        items[i % 4] += (yield 0)
    return items


def in_operator(n):
    total = 0.5
    for i in range(n):
        total = total * i + (yield total) * (i - (yield i))
    return total


def in_compare(n):
    out = []
    for i in range(n):
        out.append(i < (yield i) < (yield 2) or (yield 3))
    return out


def starred(n):
    for i in range(n):
        out = take(*[i, (yield i)], **{"k": (yield i)})
    return out


def nested(n):
    for i in range(n):
        out = take(take(i, take((yield i), i)), (yield from in_call(1)))
    return out


def dying(n):
    for i in range(n):
        out = take(Thing(i), (yield i))
    return out[0][1]


GENERATORS = [in_call, in_keywords, in_method, in_method_positional, in_class, in_builtin, in_display, in_subscript, in_operator, in_compare, starred, nested, dying]
VALUES = {"numbers": lambda k: k + 1, "floats": lambda k: k * 0.5, "text": lambda k: "abcdef"[: k % 5], "none": lambda k: None, "big": lambda k: 2**70 + k}
deaths = []


def drive(function, value, stop=-1, how=None):
    """Send values to the end, or stop in the middle somehow."""
    generator = function(4)
    out, k = [next(generator)], 0
    try:
        while True:
            if k == stop:
                if how == "throw":
                    generator.throw(KeyError(k))
                if how == "collect":
                    gc.collect()
                if how == "look":
                    out.append((sorted(generator.gi_frame.f_locals), generator.gi_frame.f_lineno - function.__code__.co_firstlineno, sys.getsizeof(generator)))
                if how == "close":
                    return out, generator.close()
                if how == "drop":
                    del generator
                    return out, deaths[-2:]
            out.append(generator.send(value(k)))
            k += 1
    except StopIteration as e:
        return out, e.value
    except Exception as e:
        return out, repr(e)


for function in GENERATORS:
    for _ in range(12):
        drive(function, VALUES["numbers"])
    for name, value in VALUES.items():
        print(function.__name__, name, attempt(drive, function, value))
    for how in ("throw", "collect", "look", "close", "drop"):
        for stop in (1, 2, 3):
            print(function.__name__, how, attempt(drive, function, VALUES["numbers"], stop, how))
    for _ in range(12):
        for value in VALUES.values():
            drive(function, value)
    print(function.__name__, [attempt(drive, function, value) for value in VALUES.values()], len(deaths) > 0)
