"""Augmented assignment on locals, globals, attributes, subscripts, with every operator and late types."""

from _show import drive

g = 0


class Box:
    def __init__(self, v):
        self.v = v


def local(x, y):
    a = b = c = d = x
    a += y
    b -= y
    c *= y
    d //= y
    return a, b, c, d


def bits(x, y):
    a = b = c = d = e = x
    a &= y
    b |= y
    c ^= y
    d <<= y
    e >>= y
    return a, b, c, d, e


def rest(x, y):
    a = b = c = x
    a /= y
    b %= y
    c **= y
    return a, b, c


def attribute(x, y):
    box = Box(x)
    for _ in range(3):
        box.v += y
        box.v *= 2
    return box.v


def subscript(x, y):
    items = [x, x]
    d = {"k": x}
    i = 0
    for _ in range(3):
        items[i] += y
        d["k"] -= y
        i = 1 - i
    return items, d


def global_(x, y):
    global g
    g = x
    for _ in range(3):
        g += y
    return g


def order(x, y):
    log = []

    def where(name, value):
        log.append(name)
        return value

    items = [x]
    where("list", items)[where("index", 0)] += where("value", y)
    return items, log


def shared(x, y):
    a = [x]
    b = a
    b += [y]
    t = (a,)
    try:
        t[0] += [1]
    except TypeError as e:
        return a, b is a, str(e)


VALUES = [(7, 2), (7.5, 2), (2**63 - 1, 1), (-(2**63), 1), ("s", 2), ([1], [2]), (7, 0), (True, True), (2, 64), (7, None), (2, -1), ({1}, {2})]
for function in (local, bits, rest, attribute, subscript, global_, order, shared):
    drive(function, *VALUES, orders=2, times=12, late=2)
