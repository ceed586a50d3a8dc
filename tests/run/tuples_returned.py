"""Functions that return several values, which their callers take apart at once, or keep."""

import gc
import sys

from _show import Change, drive


def swapped(x, y):
    return y, x


def both(x, y):
    total = x + y
    return total, x - y


def branching(x, y):
    if x > y:
        return x, y, None
    if x == y:
        return x, 0.5, "same"
    return [x], y, "less"


def single(x):
    return (x,)


def four(x, y):
    return x, y, x, (x, y)


def nested(x, y):
    a, b = both(x, y)
    return b, a


def rotate(x, y, n):
    for _ in range(n):
        x, y = swapped(x, y)
    return x, y


def sums(x, y, n):
    a, b = x, y
    for _ in range(n):
        a, b = both(a, b)
        a, b = nested(b, a)
    return a, b


def shared(x, y, n):
    """The items are what the caller's locals hold, which it overwrites one by one."""
    out = []
    for _ in range(n):
        x, x = swapped(x, y)
        y, z, y, w = four(x, y)
        (only,) = single(z)
        out.append((only, x, y, w))
    return out


def kept(x, y, n):
    pairs = []
    for _ in range(n):
        pair = both(x, y)
        a, b = pair
        pairs.append(pair)
        pairs.append((a, b) == swapped(b, a))
    return pairs


def wrong(x, y, n):
    for _ in range(n):
        a, b = both(x, y)
        a, b, c = swapped(x, y)
    return a, b, c


def branches(x, y, n):
    out = []
    for i in range(n):
        a, b, c = branching(x, y)
        out.append((a, b, c))
        if i == n // 2:
            x, y = y, x
    return out


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name, sys._getframe(1).f_code.co_name)


def fresh(i):
    a, b = Loud((i, "a")), Loud((i, "b"))
    return b, a


def finalised(n):
    for i in range(n):
        a, b = fresh(i)
        a = None
        print("a is", a, b.name)
    a, a = fresh("same")
    print(a.name)


def counted(x, y, n):
    with Change("references", x, y):
        for _ in range(n):
            a, b = swapped(x, y)
            a, b = swapped(b, a)
    return a is x, b is y


def collected(x, y, n):
    """No tuple of its own is there to be found."""
    for _ in range(n):
        a, b = swapped(x, y)
    return a, b, gc.is_tracked(a)


for function in (rotate, sums, shared, kept, branches, wrong):
    drive(function, (1, 2, 9), (0.5, 2, 9), (2.5, 1.5, 9), (1 << 70, 1, 9), ("a", "b", 5), ([1], [2], 3), (3, 3, 5), orders=4, times=8, late=3)
drive(finalised, (3,), times=4)
drive(counted, ([], {}, 10), (1 << 80, 0.1, 10), times=6)
drive(collected, ([1], {}, 10), (1, 2, 10), times=6)
