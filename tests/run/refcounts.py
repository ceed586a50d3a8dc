"""Reference counts before and after many calls: nothing may leak or be dropped once too often."""

import sys

from _show import Change, attempt, refs


class Plain:
    def __init__(self, value):
        self.value = value

    def method(self, x):
        return x


def many(function, *args):
    for _ in range(200):
        function(*args)


def settled(function, *objects):
    """The median change of several: the first calls of anything may fill or empty caches, which hold references, too. Other
    things than the arguments may be used by anybody: for them only what comes with each call is counted."""
    changes = []
    for _ in range(5):
        before = refs(*objects)
        many(function, first, second)
        changes.append([b - a for a, b in zip(before, refs(*objects))])
    median = [sorted(column)[2] for column in zip(*changes)]
    print(function.__name__, median[:2], [round(change / 200) for change in median[2:]])


def pass_through(x, y):
    return x


def build(x, y):
    return [x, y, (x, y), {"a": x, "b": y}]


def attribute(x, y):
    p = Plain(x)
    p.value = y
    p.value = x
    return p.value


def loop(x, y):
    last = None
    for item in (x, y, x):
        last = item
    return last


def unpack(x, y):
    a, b = x, y
    b, a = a, b
    (c, d), e = (a, b), a
    return (c, d, e)


def call(x, y):
    return Plain(x).method(y)


def fails(x, y):
    z = [x, y]
    return z[5]


def catches(x, y):
    try:
        return [x, y][7]
    except IndexError:
        return (x, y)


def raises_in_callee(x, y):
    try:
        fails(x, y)
    except IndexError as e:
        return str(e)


def stars(x, y):
    return gather(*(x, y), k=x)


def gather(*args, **kwargs):
    return (args, kwargs)


def deleted(x, y):
    a = x
    del a
    b = y
    b = x
    return b


def subscripts(x, y):
    items = [x, y]
    items[0], items[1] = items[1], items[0]
    items[0:1] = [x, x]
    return items[-1]


def look(x, y):
    return sys.getrefcount(x) - sys.getrefcount(y)


def inside(x, y):
    a = x
    n = sys.getrefcount(x)
    b = [x]
    m = sys.getrefcount(x)
    del a
    k = sys.getrefcount(x)
    return (m - n, k - m, len(b))


def counted(x, items):
    """The absolute number: what the operand stack holds counts, too."""
    found = [sys.getrefcount(x), sys.getrefcount(items[0])]
    for item in items:
        found.append(sys.getrefcount(item))
    return found, [sys.getrefcount(item) for item in items], sys.getrefcount(items)


FUNCTIONS = [pass_through, build, attribute, loop, unpack, call, catches, raises_in_callee, stars, deleted, subscripts, look]
first, second = object(), Plain(3)
for function in FUNCTIONS:
    settled(function, first, second, Plain, None, function, IndexError)
with Change("fails", first, second):
    for _ in range(50):
        attempt(fails, first, second)
for _ in range(20):
    last = inside(first, second)
print(last)
rare = [float("2.5"), int("12345678901"), "".join(["ra", "re"]), object()]
for _ in range(20):
    print(counted(rare[1], rare))
number = 10**6 + len(FUNCTIONS)
with Change("number", number):
    many(build, number, number)
