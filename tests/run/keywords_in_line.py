"""Known functions, methods and classes called with keywords: orders, defaults, errors, and functions that change."""

import sys
import traceback


def plain(a, b, c):
    return a * 100 + b * 10 + c


def defaults(a, b=2, c=3, d=4):
    return a * 1000 + b * 100 + c * 10 + d


def positional(a, /, b, c=7):
    return a * 100 + b * 10 + c


def only(a, *, b=5):
    return a * 10 + b


def rest(a, **more):
    return a, sorted(more.items())


def looks(a, b=2, c=3):
    return sorted(sys._getframe().f_locals.items()) if a == 37 else a + b + c


def divides(a, b=1):
    return a / b


def large(a, b=1, c=2):
    total = 0
    for i in range(a):
        total += i * b - c
        print(end="")
    return total


class Point:
    def __init__(self, x, y=0, name=None):
        self.x, self.y, self.name = x, y, name

    def moved(self, dx=0, dy=0):
        return Point(y=self.y + dy, x=self.x + dx)

    @classmethod
    def made(cls, y, x):
        return cls(x, y=y)

    @staticmethod
    def far(p, scale=2):
        return p.x * scale + p.y


class Dies:
    def __init__(self, *, n):
        self.n = n

    def __del__(self):
        log.append(self.n)


log = []


def keeps(first, second=None, third=None):
    first = None
    return third


def say(text, value):
    log.append(text)
    return value


def orders(i):
    return [
        plain(1, 2, c=i), plain(1, c=i, b=4), plain(c=i, a=5, b=6), plain(a=i, b=1, c=2), defaults(i), defaults(i, d=1), defaults(i, c=1), defaults(d=5, a=i),
        defaults(i, 9, d=8), defaults(b=i, a=1, c=2, d=3), positional(i, c=1, b=2), positional(i, b=4), only(i, b=2), only(a=i), rest(i, z=1, y=2), looks(i, c=5),
    ]


def errors(i, kind):
    if kind == 0:
        return plain(i, b=2)
    if kind == 1:
        return plain(i, 2, 3, a=1)
    if kind == 2:
        return defaults(i, e=1)
    if kind == 3:
        return positional(b=1, a=i)
    if kind == 4:
        return divides(i, b=0)
    return only(i, 2, b=1)


def objects(i):
    p = Point(i, name="p")
    q = p.moved(dy=2).moved(dx=1, dy=i)
    r = Point.made(x=i, y=3)
    return q.x, q.y, q.name, p.name, r.x, r.y, Point.far(q, scale=3), Point.far(p=r)


def lifetimes(i):
    log.clear()
    keeps(Dies(n=1), third=Dies(n=3), second=Dies(n=2))
    keeps(third=Dies(n=6), first=Dies(n=4))
    plain(b=say("b", 1), a=say("a", i), c=say("c", 2))
    return list(log)


def repeated(function, times, *more):
    found = None
    for i in range(times):
        found = function(i, *more)
    return found


def show(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        print(type(error).__name__, error, [(entry.name, entry.lineno) for entry in traceback.extract_tb(error.__traceback__)])


def changes(i):
    if i == 20:
        defaults.__defaults__ = (7, 8, 9)
    if i == 25:
        defaults.__defaults__ = None
    if i == 28:
        defaults.__defaults__ = (2, 3, 4)
    if i == 30:
        plain.__code__ = (lambda c, b, a: c * 100 + b * 10 + a).__code__
    if i == 35:
        plain.__code__ = code
    try:
        return defaults(i, c=1), plain(b=1, a=2, c=i)
    except TypeError as error:
        return str(error)


code = plain.__code__
for _ in range(3):
    show(repeated, orders, 40)
    show(repeated, objects, 40)
    show(repeated, lifetimes, 40)
    show(repeated, large, 30)
    for kind in range(6):
        show(repeated, errors, 3, kind)
    print([changes(i) for i in range(40)][18:])
