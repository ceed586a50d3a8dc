"""Small functions that call themselves: values, exceptions, frames and lifetimes at each depth, also when something changes on the way."""

import sys
import traceback


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def depth(tree):
    return 0 if tree is None else 1 + max(depth(tree[0]), depth(tree[1]))


def tree(n):
    return None if n == 0 else (tree(n - 1), tree(n - 2) if n > 1 else None)


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def total(self):
        total = self.value
        if self.left is not None:
            total += self.left.total()
        if self.right is not None:
            total += self.right.total()
        return total

    def __del__(self):
        died.append(self.value)


died = []


def grown(n):
    return Node(n, grown(n - 1), grown(n - 2)) if n > 0 else None


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


def divided(n):
    return 100 // n if n < bottom else divided(n - 1) + 1


bottom = 3


def seen(n):
    if n == 0:
        frame, names = sys._getframe(), []
        while frame is not None:
            names.append((frame.f_code.co_name, frame.f_lineno, frame.f_locals.get("n")))
            frame = frame.f_back
        return names[:-1]
    return seen(n - 1)


def replaced(n):
    if n == swap_at:
        globals()["replaced"] = lambda n: n * 1000
    return n if n < 2 else replaced(n - 1) + replaced(n - 2)


swap_at = -1


def mixed(n, one):
    return one if n < 2 else mixed(n - 1, one) + mixed(n - 2, one)


def held(n, objects):
    mine = [n]
    objects = objects + [mine]
    return held(n - 1, objects) if n > 0 else [sys.getrefcount(o) for o in objects]


def endless(n):
    return endless(n + 1) + 1


def counted(n):
    counts[n] = counts.get(n, 0) + 1
    return 1 if n < 2 else counted(n - 1) + counted(n - 2)


counts = {}
for _ in range(40):
    results = [fib(12), depth(tree(9)), even(21), odd(14), gcd(1071, 462), divided(5), mixed(8, 1), counted(7), held(4, [])]
    frames = seen(6)
    first = grown(5).total()
print(results, first, len(died), sorted(counts.items()))
for row in frames:
    print(row)
print(died[:12], died[-3:])

for one in (1, 1.5, "a", [0], True, 1 << 62, 1 << 70, 0.25):
    print(type(one).__name__, str(mixed(6, one))[:60])
print(mixed(64 // 8, (1,)), fib(15), fib(True), fib(0.5), fib(5.5))

for wrong in ("x", None, [1]):
    try:
        fib(wrong)
    except TypeError:
        traceback.print_exc(file=sys.stdout)
bottom = 1
try:
    divided(4)
except Exception as error:
    entry = error.__traceback__
    while entry is not None:
        print(entry.tb_frame.f_code.co_name, entry.tb_lineno, entry.tb_frame.f_locals.get("n"))
        entry = entry.tb_next
    print(type(error).__name__)

for limit in (100, 101, 102, 103, 200, 1000):
    sys.setrecursionlimit(limit)
    try:
        endless(0)
    except RecursionError as error:
        levels, entry = 0, error.__traceback__
        while entry is not None:
            levels, entry = levels + 1, entry.tb_next
        print(limit, levels, error)
    for n in range(limit - 12, limit + 2):
        try:
            print(even(n), end=" ")
        except RecursionError:
            print("R", end=" ")
    print()


def ending(n):
    try:
        return even(n)
    except RecursionError as error:
        return str(error)


told = {}
for limit in [100, 101, 102, 103] * 20:
    sys.setrecursionlimit(limit)
    for n in range(limit - 5, limit):
        told[n - limit, ending(n)] = told.get((n - limit, ending(n)), 0) + 1
sys.setrecursionlimit(1000)
print(sorted(told.items(), key=str))

for _ in range(30):
    replaced(7)
swap_at = 4
print(replaced(7), replaced(3))

old = fib


def fib(n):
    return n * 10 if n < 3 else old(n - 1) + old(n - 2)


print(old(6), fib(6))
old.__code__, code = (lambda n: n).__code__, old.__code__
print(old(6), fib(6))
old.__code__ = code
print(old(6), fib(6))
del fib
try:
    old(3)
except NameError:
    traceback.print_exc(file=sys.stdout)

lines = []


def tracer(frame, event, argument):
    lines.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def tool_at(n):
    if n == 2:
        sys.settrace(tracer)
    return n if n < 1 else tool_at(n - 1) + 1


for _ in range(3):
    lines.clear()
    print(tool_at(5), end=" ")
    sys.settrace(None)
    print(len(lines), lines)
