"""Locals that hold a number on some of the ways that meet at a loop, and are unbound on others: read, deleted, shown, kept for handlers and over yields."""

import sys

from _show import drive

shown = []


def show(names):
    frame = sys._getframe(1)
    found = {name: value for name, value in frame.f_locals.items() if name in names}
    shown.append(found)
    return len(found)


def kernel(n, m, look):
    i = 0
    while i < n:
        if i:
            t = x * 2.0 + c
        for k in range(m):
            x = k * 0.5 + i
            c = k + i
            done = k > 2
            if k == 3 and look:
                show("xctyk")
        y = x if m else 0.25
        i += 1
    return y, x, c, done, (t if n > 1 else None)


def unbound(n):
    for i in range(n):
        if i == n - 1 and n % 7 == 0:
            return v
        if i % 3 == 1:
            v = i * 1.5
        if i % 50 == 49:
            del v
    return i


def deleted_twice(n):
    for i in range(n):
        if i == 3:
            w = i
        if i > 5:
            del w
    return i


def handled(n, fail):
    found = 0
    for i in range(n):
        try:
            if i > 2:
                z = i * 0.5
            if i == fail:
                raise KeyError(i)
            found += z > 1
        except UnboundLocalError as error:
            found += len(str(error))
        except KeyError as error:
            return found, error.args, z
    return found


def yields(n):
    for i in range(n):
        if i > 1:
            u = i * 2.0
        if i % 3 == 0:
            yield i
        if i > 2:
            yield u


def same(n):
    out = []
    for i in range(n):
        if i > 1:
            p = q = i * 1000.5
        if i > 3:
            out.append(p is q)
        if i == 6:
            q = p + 0.0
            out.append(p is q)
    return out, p, q


def mixed(n):
    for i in range(n):
        if i == 2:
            m = 1
        elif i == 5:
            m = 2.5
        elif i == 9:
            m = "text"
    return m


def large(n):
    for i in range(n):
        if i > 2:
            big = big * 1000003 if i > 3 else i
    return big


def raises_late(n, bad):
    for i in range(n):
        for k in range(3):
            if i:
                r = k + i * 0.25
            s = bad[k]
    return r, s


def nested(n):
    total = 0.0
    for i in range(n):
        for j in range(i):
            a = i + j
            for k in range(j):
                b = a * 0.5
                c = b + k
                total += c
    return total, a, b, c


def comprehension(n):
    for i in range(n):
        if i > 1:
            e = i * 0.5
        found = [e + x for x in range(2)] if i > 2 else []
    return found


def many(n):
    return [list(yields(n)), list(yields(n // 2)), [next(yields(n)) for _ in range(2)]]


drive(kernel, (5, 6, False), (3, 0, False), (4, 5, True), (0, 3, False), (1, 4, True), (40, 9, True), late=3, times=15)
drive(unbound, (20,), (7,), (14,), (49,), (56,), (80,), (140,), (0,), late=3, times=15)
drive(deleted_twice, (6,), (7,), (8,), (0,), late=2, times=12)
drive(handled, (30, -1), (30, 1), (30, 9), (2, 0), (0, 0), late=2, times=12)
drive(many, (20,), (3,), (1,), late=2, times=12)
drive(same, (12,), (5,), (1,), late=2, times=12)
drive(mixed, (5,), (2,), (9,), (12,), (6,), late=2, times=12)
drive(large, (5,), (3,), (9,), (40,), late=2, times=12)
drive(raises_late, (20, [1, 2, 3]), (20, [1, 2]), (1, [1, 2, 3]), (1, []), (9, "ab"), late=2, times=12)
drive(nested, (12,), (2,), (3,), (1,), late=2, times=12)
drive(comprehension, (9,), (3,), (2,), (0,), late=2, times=12)
for found in shown:
    print(found)
