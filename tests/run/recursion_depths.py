"""Very deep recursion under a high limit, as deep as plain 3.11 gets: functions, methods, properties' callers, mutual recursion, and recovery behind it."""

import sys
import threading

from _show import attempt


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


def down_float(n, x):
    if n == 0:
        return x
    y = x + 0.5
    return down_float(n - 1, y) + 0.25


def ping(n, log):
    if n == 0:
        log.append("bottom")
        return 0
    return pong(n - 1, log) + 1


def pong(n, log=None):
    if n == 0:
        return 0
    return ping(n - 1, log=log) + 1


class Node:
    def __init__(self, below):
        self.below = below

    def depth(self, so_far=0):
        if self.below is None:
            return so_far
        return self.below.depth(so_far + 1)

    def count(self):
        return 1 + (self.below.count() if self.below else 0)


def closures(n):
    def inner(k):
        return n if k == 0 else inner(k - 1) + 1

    return inner(n)


def catching(n):
    try:
        return 0 if n == 0 else 1 + catching(n - 1)
    except ZeroDivisionError:
        return -1
    finally:
        n = None


def raising(n):
    if n == 0:
        raise KeyError("bottom")
    return raising(n - 1) + 1


def loops(n):
    total = 0
    for i in range(1):
        total += i + (loops(n - 1) if n else 0)
    return total + 1


def chain(n):
    node = None
    for _ in range(n):
        node = Node(node)
    return node


def unchain(node):
    while node is not None:
        node = node.below


def entries(error):
    n, entry = 0, error.__traceback__
    while entry is not None:
        n += 1
        entry = entry.tb_next
    return n


def outcome(function, *args):
    try:
        return function(*args)
    except KeyError as e:
        return repr(e), entries(e)


def endless(n):
    return endless(n + 1)


def reached(function):
    try:
        function(0)
    except RecursionError as e:
        return str(e), entries(e)


def all_of_it(depth):
    node = chain(depth)
    print(down(depth), down_float(depth, 0.0), ping(depth, []), closures(depth), catching(depth), loops(depth), outcome(raising, depth))
    print(node.depth(), node.count())
    unchain(node)


for _ in range(40):
    small = chain(6)
    down(6), down_float(6, 1.0), ping(7, []), closures(5), catching(5), loops(5), outcome(raising, 5), small.depth(), small.count()
print(reached(endless))
sys.setrecursionlimit(10**6)
for depth in (1000, 20000, 100000):
    all_of_it(depth)
print(down(300000))
sys.setrecursionlimit(30000)
print(reached(endless), reached(endless))
print(attempt(down, 10**5).splitlines()[-1])
sys.setrecursionlimit(10**6)
for size in (256 * 1024, 8 * 1024 * 1024):
    threading.stack_size(size)
    thread = threading.Thread(target=all_of_it, args=(30000,))
    thread.start()
    thread.join()
sys.setrecursionlimit(1000)
print(reached(endless))
all_of_it(100)
