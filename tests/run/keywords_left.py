"""Compiled code is left at a call with keywords, in a part of an inlined function that had not run before.

Whether a function is in line depends on what was recorded, so there are many of the kind.
"""

import sys


def wanted(first=None, second=None, *, third=None):
    return (first, second, third, sys._getframe(1).f_lineno)


def inner(x, function):
    if x > 2500:
        return function(second=x, third=1)
    if x > 2490:
        return function(x, second=2)
    return x


def outer(n, function):
    last = []
    for x in range(n):
        y = inner(x, function)
        if y != x:
            last.append(y)
    return last


print(outer(2000, wanted), outer(2000, wanted))
print(outer(2505, wanted))
for _ in range(8):
    print(outer(2900, wanted)[-3:])
print(outer(2900, lambda *args, **kwargs: (args, sorted(kwargs)))[-3:])


def both(words, n):
    return len(words[:n].decode("utf-8", errors="replace"))


print([sum(both("a€b".encode() * 3, n) for n in range(16)) for _ in range(300)][-2:])


SOURCE = """
def rarely(x, function):
    if x > 100:
        return function(second=x, third=1)
    return x

def often(numbers, function):
    last = None
    for x in numbers:
        last = rarely(x, function)
    return last
"""


def given(first=None, second=None, *, third=None):
    return (first, second, third)


results = set()
for _ in range(40):
    names = {}
    exec(SOURCE, names)
    names["often"]([1, 2, 3], given)
    for _ in range(5):
        results.add((names["often"]([1, 2, 3], given), names["often"]([1, 2, 300], given)))
print(sorted(results, key=str))
