"""Functions with short loops, called from loops: early returns, exceptions with their tracebacks, locals bound on some ways only, types that change, deep ways out."""

import sys
import threading
import time
import traceback


class Node:
    def __init__(self, value, link=None):
        self.value, self.link = value, link

    def __del__(self):
        if self.value == "loud":
            print("node died")


def last(node):
    while node.link is not None:
        node = node.link
    return node.value


def find(values, wanted):
    for place, value in enumerate(values):
        if value == wanted:
            return place
    else:
        place = -2
    return place


def total(values, scale):
    result = 0
    for value in values:
        result += value * scale
    return result


def product(n):
    result = 1
    for i in range(1, n):
        if i % 7 == 6:
            continue
        for j in range(2):
            if j and i > 9:
                break
            result = result * i % 1000003
    return result


def maybe(values):
    for value in values:
        found = value
    return found


def checked(values):
    for value in values:
        if value < 0:
            raise ValueError(f"negative: {value}")
    return len(values)


def deep(values, wanted):
    return find(values, wanted) + find(values[::-1], wanted)


def count(n):
    while True:
        n -= 1
        if n <= 0:
            return n


def drive(turns, odd):
    chain = Node(1, Node(2.5, Node("three")))
    results = []
    for turn in range(turns):
        values = [turn % 3, 5, 7, turn % 11] if turn % 50 else [0.5, 1, "x", turn]
        results.append((last(chain), find(values, 7), deep(values, turn % 11), product(turn % 9), count(turn % 5)))
        try:
            results.append(total(values, 2))
        except TypeError as error:
            results.append(str(error))
        try:
            checked([1, 2, 3 if turn % 101 else -turn])
        except ValueError as error:
            where = [(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
            results.append((str(error), where))
        if odd:
            try:
                maybe([])
            except UnboundLocalError as error:
                results.append(str(error))
    return results


def sums(rows):
    return [total(row, 3) for row in rows]


def summary(results):
    kinds = {}
    for result in results:
        kinds[repr(result)] = kinds.get(repr(result), 0) + 1
    return sorted(kinds.items())


for odd in (False, True, False):
    for text, times in summary(drive(700, odd))[:60]:
        print(times, text)

print(sums([[1, 2], [0.5, 2], [], [2**70, 1]] * 40)[:8])
loud = Node(0, Node("loud"))
for turn in range(300):
    last(loud)
    if turn == 200:
        loud.link = Node("quiet")
print(last(loud))


def waiting(flag, limit):
    """Goes round a few times; in the end until another thread says so."""
    turns = 0
    while not flag.is_set():
        turns += 1
        if turns > limit:
            return turns
    return -1


def wait_for(flag, limit):
    found = 0
    for _ in range(500):
        found += waiting(flag, 3)
    return found, waiting(flag, limit)


flag = threading.Event()
print(wait_for(flag, 3))
timer = threading.Timer(0.05, flag.set)
timer.start()
print(wait_for(flag, sys.maxsize)[1])
timer.join()


def frames():
    found = []
    for _ in range(2):
        found.append(sys._getframe().f_code.co_name)
        found.append(sys._getframe(1).f_code.co_name)
    return found


print([frames() for _ in range(300)][-1], time.time() > 0)
