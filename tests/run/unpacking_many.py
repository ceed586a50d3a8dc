"""Sequences of four and more items unpacked into locals: old values that print when they die, sequences that change meanwhile, wrong lengths."""

import sys

from _show import attempt


class Loud:
    """Says where the frame stands that releases it."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno, end="; ")


class Clearing:
    """Empties a list when it dies."""

    def __init__(self, target):
        self.target = target

    def __del__(self):
        self.target.clear()


def rotate(values, n):
    a, b, c, d = values
    for i in range(n):
        a, b, c, d = (b, c, d, a)
        a, b, c, d = [d, c, b, a]
        if i % 50 == 3:
            values = (a, b, c, d)
            a, b, c, d = values
    return a, b, c, d


def over_itself(n):
    total = 0
    for i in range(n):
        a = (i, a if False else i + 1, i + 2, i + 3, (i,))
        a, b, c, d, e = a
        total += a + b + c + d + e[0]
    return total


def numbers(n):
    a = b = 0
    c = d = 0.5
    for i in range(n):
        a += i
        c *= 1.0001
        a, b, c, d = [a, b + 1, c, d] if i % 2 else (a, b, c, d)
    return a, b, c, d


def loud(n):
    for i in range(n):
        a, b, c, d, e = (
            Loud(f"a{i}"), Loud(f"b{i}"), Loud(f"c{i}"), Loud(f"d{i}"), Loud(f"e{i}")
        ) if i % 40 == 0 else (1, 2, 3, 4, i)
    print()
    return a, e


def clearing(n):
    out = []
    for i in range(n):
        source = [i, i + 1, i + 2, i + 3]
        a = Clearing(source) if i % 7 == 0 else 0
        a, b, c, d = source
        out.append((a, b, c, d, len(source)))
    return out[-9:]


def lengths(sources, n):
    count = 0
    for i in range(n):
        a, b, c, d = sources[i % len(sources)]
        count += d
    return a, b, c, count


def temporary(n):
    seen = 0
    for i in range(n):
        a, b, c, d = [Loud("x"), 1, 2, 3] if i % 60 == 59 else [i, i, i, i]
        seen += b
    print()
    return a.name if isinstance(a, Loud) else a, seen


def unbound(flag):
    if flag:
        p, q, r, s = (1, 2, 3, 4)
    return p, q, r, s


def generated(n):
    for i in range(n):
        a, b, c, d, e = (k * i for k in range(5))
    return a, b, c, d, e


def scattered(n):
    z = 0
    for i in range(n):
        a, z, b, a, c = (i, z + 1, i, 5, "c")
    return a, b, c, z


def partly_the_same(n):
    kept, seen = object(), []
    for i in range(n):
        a, b, c, d = (kept, i, [i], kept) if i % 3 else (kept, kept, kept, [i])
        seen.append((a is kept, b, c is kept, d is kept))
    counted = sys.getrefcount(kept)
    a = b = c = d = None
    return counted - sys.getrefcount(kept), [row[1] if row[1] is not kept else "kept" for row in seen[-4:]]


for _ in range(3):
    print(attempt(partly_the_same, 300))
    print(attempt(rotate, ("a", "b", "c", "d"), 400))
    print(attempt(rotate, [1, 2.5, None, "d"], 400))
    print(attempt(rotate, "wxyz", 300))
    print(attempt(over_itself, 300))
    print(attempt(numbers, 300))
    print(attempt(loud, 130))
    print(attempt(clearing, 300))
    print(attempt(lengths, [(1, 2, 3, 4), (5, 6, 7, 8)], 300))
    print(attempt(lengths, [[1, 2, 3, 4], (5, 6, 7, 8), {1: 1, 2: 2, 3: 3, 4: 4}], 300))
    print(attempt(lengths, [(1, 2, 3, 4)] * 100 + [(1, 2, 3)], 300))
    print(attempt(lengths, [(1, 2, 3, 4)] * 100 + [(1, 2, 3, 4, 5)], 300))
    print(attempt(lengths, [[1, 2, 3, 4]] * 100 + [7], 300))
    print(attempt(temporary, 240))
    print(attempt(unbound, True), attempt(unbound, False))
    print(attempt(generated, 300))
    print(attempt(scattered, 300))
