"""Code that is made and dropped again: its functions, classes and namespaces die, although they refer to each other, and compiled code to them."""
import gc
import time
import weakref

SOURCE = """
class Point:
    def __init__(self, x):
        self.x = x

    def add(self, n):
        total = 0
        for i in range(n):
            total += self.x + i
        return total


def helper(a, b):
    return a + b


def numbers(n):
    for i in range(n):
        yield helper(i, 1)


def work(n):
    point = Point(3)
    total = 0
    for i in range(n):
        total = helper(total, i)
    return total + point.add(n) + sum(numbers(n))


class Mark:
    pass


mark = Mark()
"""


def once():
    space = {"__name__": "made"}
    exec(compile(SOURCE, "<made>", "exec"), space)
    for n in range(30):
        result = space["work"](n + 50)
    return result, weakref.ref(space["mark"]), weakref.ref(space["work"]), weakref.ref(space["Point"])


def alive(references):
    return sum(reference() is not None for reference in references)


def wait(references, left=3):
    """Compiled code is given up at a visit, after a collection; the next one frees. The caller's compiled code may hold on to what it called last."""
    end = time.monotonic() + 20
    while alive(references) > left and time.monotonic() < end:
        gc.collect()
        for _ in range(20000):
            pass
    return alive(references) <= left


references = []
for _ in range(8):
    result, *made = once()
    references += made
print("result", result)
print("gone", wait(references))


def nested():
    """A class and a closure that refer to each other."""

    class Node:
        def value(self, n):
            return inner(n) + len(self.__class__.__name__)

    def inner(n):
        total = 0
        for i in range(n):
            total += i if Node is not None else 0
        return total

    node = Node()
    return sum(node.value(k) for k in range(60)), weakref.ref(Node), weakref.ref(inner)


references = []
for _ in range(8):
    result, *made = nested()
    references += made
print("nested", result)
print("gone", wait(references, 8))
