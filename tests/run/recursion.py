"""Recursion: results, the limit, recovery after the limit, mutual recursion, setrecursionlimit in between."""

import sys

from _show import attempt


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def depth(n):
    return 1 + depth(n + 1)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def measure(level, seen):
    seen[0] = level
    measure(level + 1, seen)


def reached():
    seen = [0]
    try:
        measure(0, seen)
    except RecursionError as e:
        return (seen[0], str(e))


def through_c(n):
    return max([n], key=lambda x: through_c(n + 1))


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def total(self):
        return 1 + (self.left.total() if self.left else 0) + (self.right.total() if self.right else 0)

    def __repr__(self):
        return f"({self.left!r} {self.right!r})"


def tree(n):
    return Node(tree(n - 1), tree(n - 1)) if n else None


def outcome(function, *args):
    try:
        return function(*args)
    except RecursionError as e:
        return type(e).__name__, str(e).removesuffix(" in comparison")  # cold bytecode compares by a C function, which counts as a level


def lines_of_traceback():
    try:
        depth(0)
    except RecursionError as e:
        n, tb = 0, e.__traceback__
        while tb:
            n += 1
            tb = tb.tb_next
        return n


print([fib(n) for n in range(16)], fib(2.5), attempt(fib, "x"))
print(ackermann(2, 9))
print(tree(7).total(), tree(3))
for _ in range(6):
    print(outcome(depth, 0), reached(), lines_of_traceback())
print(outcome(even, 500), outcome(even, 501), outcome(even, 5000), even(10))
print(outcome(through_c, 0)[0])
for limit in (200, 1500, 400, 5000, 1000):
    sys.setrecursionlimit(limit)
    print(limit, reached(), lines_of_traceback(), outcome(even, 450))
print(fib(15))
