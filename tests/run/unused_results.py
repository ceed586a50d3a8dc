"""Expressions that nobody uses the result of raise all the same."""

import math


def fd(a, b):
    a // b
    return 1


def fm(a, b):
    a % b
    return 1


def ft(a, b):
    a / b
    return 1


def fl(a, b):
    a << b
    return 1


def fr(a, b):
    a >> b
    return 1


def fx(l, i):
    l[i]
    return 1


def ff(a, b):
    a / (b * 1.0)
    return 1


def ffl(a, b):
    a // (b * 1.0)
    return 1


def fp(a, b):
    (a * 1.0) ** (b - 1)
    return 1


def fi(a, b):
    int(1e400 * b + a * 1e400) if b == 0 else 0
    return 1


def fii(a, b):
    int(a)
    return 1


def ord_(a, b):
    ord(a)
    return 1


def st(a, b):
    a[b]
    return 1


def sl(a, b):
    a[b:3]
    return 1


def un(a, b):
    a + b
    return 1


def at(a, b):
    a.x
    return 1


class X:
    def __init__(self):
        self.x = 1


x2 = X()
del x2.x


def sq(a, b):
    math.sqrt(a)
    return 1


def loc(a, b):
    for _ in range(b):
        z = 1
    z
    return 1


def cmpl(a, b):
    a < b
    return 1


def neg(a, b):
    -a
    return 1


def bnot(a, b):
    not a
    return 1


def unp(a, b):
    x, y = a
    return 1


def it(a, b):
    for _ in a:
        pass
    return 1


def t(f, good, bad):
    for _ in range(60):
        f(*good)
    for _ in range(3):
        try:
            print(f.__name__, f(*bad))
        except Exception as e:
            print(f.__name__, repr(e))
    for _ in range(200):
        f(*good)
    for _ in range(3):
        try:
            print(f.__name__, f(*bad))
        except Exception as e:
            print(f.__name__, repr(e))

for f in (fd, fm, ft, ff, ffl, fp):
    t(f, (5, 3), (5, 0))
    t(f, (5, 3), (0, 0))
for f in (fl, fr):
    t(f, (5, 3), (5, -1))
t(fx, ([1, 2], 1), ([1, 2], 2))
t(fx, ((1, 2), 1), ((1, 2), -3))
t(fx, ("ab", 1), ("ab", 5))
t(fx, (b"ab", 1), (b"ab", 5))
t(fx, ({1: 2}, 1), ({}, 5))
t(fii, (1.5, 0), (float("nan"), 0))
t(fii, (1.5, 0), (float("inf"), 0))
t(fii, ("5", 0), ("x", 0))
t(ord_, ("a", 0), ("ab", 0))
t(sl, ([1, 2], 1), ([1, 2], "a"))
t(un, ("a", "b"), ("a", 1))
t(un, (1, 2), (1, "a"))
t(at, (X(), 1), (x2, 1))
t(sq, (1.0, 1), (-1.0, 1))
t(loc, (1, 1), (1, 0))
t(cmpl, (1, 2), (1, "a"))
t(neg, (1, 2), ("a", 1))
t(unp, ((1, 2), 1), ((1, 2, 3), 0))
t(it, ([1], 0), (5, 1))
