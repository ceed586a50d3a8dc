"""range as a value: length, membership, indexing, slices, comparison, iteration in both directions, shadowed and replaced."""

import builtins

from _show import drive


def describe(r):
    return len(r), list(r)[:4], r[0] if r else None, r[-1] if r else None, 3 in r, 3.0 in r, "x" in r, r[::-1], r[1:3], hash(r) == hash(r)


def iterate_twice(r):
    total = 0
    for _ in range(2):
        for i in r:
            total += i
    return total


def reverse(n):
    return [i for i in reversed(range(n))]


def arguments(a):
    return list(range(a)), list(range(1, a)), list(range(a, 0, -2))


def huge(n):
    out = []
    for i in range(2**63 - 2, 2**63 + n):
        out.append(i)
    for i in range(-(2**63) + 1, -(2**63) - n, -1):
        out.append(i)
    return out


def break_huge(n):
    for i in range(10**20):
        if i == n:
            break
    return i


def shadowed(n):
    range = lambda k: ["mine"] * k  # noqa: A001, E731
    out = []
    for i in range(n):
        out.append(i)
    return out


def replaced(n):
    out = []
    real = builtins.range
    for k in (1, 2, 3):
        if k == 2:
            builtins.range = lambda m: iter("xy")
        for i in range(n):
            out.append(i)
        builtins.range = real
    return out


def changing_bound(n):
    out = []
    for i in range(n):
        n += 5
        out.append((i, n))
    return out


drive(describe, (range(5),), (range(0),), (range(10, 0, -3),), (range(2**63, 2**63 + 5),), (range(-5, 5, 2),), orders=2)
drive(iterate_twice, (range(5),), (range(0),), (range(2**62, 2**62 + 3),), ([1, 2],), (range(3, 0, -1),), orders=2)
drive(reverse, (5,), (0,), (-1,), (True,))
drive(arguments, (5,), (0,), (-3,), (True,), (2.0,), ("a",), (None,), orders=2)
drive(huge, (2,), (0,), times=8)
drive(break_huge, (30,), (0,))
drive(shadowed, (2,), (0,))
drive(replaced, (2,))
drive(changing_bound, (3,))
