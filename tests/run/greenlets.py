"""Greenlets (C stacks that are copied away and back) that switch, end, fail and are abandoned in the middle of hot code."""

import gc
import sys

from greenlet import GreenletExit, getcurrent, greenlet

dead = 0


def switch(value):
    return getcurrent().parent.switch(value)


class Box:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        switch(self.value)
        return Box(self.value + other.value)

    def __del__(self):
        global dead
        dead += 1


def summed(n):
    total = 0
    for i in range(n * 20):
        total += i * 3
        if i % 97 == 3:
            total += switch(total) or 0
    return total


def boxed(n):
    box = Box(0)
    for i in range(n):
        box = box + Box(summed(i % 3))
    return box.value


def items(n):
    for i in range(n):
        yield i
        switch(i)
        try:
            if i % 5 == 4:
                raise KeyError(i)
        except KeyError as error:
            switch(str(error))


def looped(n):
    total = 0.0
    for i in items(n):
        total += i * 0.5
    return total


def sorted_by_switching(n):
    return sorted(range(n), key=lambda x: (switch(x) or 0) - x)


def failing(n):
    for i in range(n):
        switch(i)
    raise ValueError(n)


def recovering(n):
    found = []
    for i in range(n):
        try:
            if i % 2:
                raise LookupError(i)
            switch(sys.exc_info()[1])
        except LookupError as error:
            switch(repr(error))
            found.append(repr(sys.exc_info()[1]))
    return found


def lines(error):
    rows, at = [], error.__traceback__
    while at:
        rows.append((at.tb_frame.f_code.co_name, at.tb_lineno - at.tb_frame.f_code.co_firstlineno))
        at = at.tb_next
    return rows


def drive(functions, n):
    """All of them in turns, until the last one has ended."""
    log, live = [], [greenlet(function) for function in functions]
    for one in live:
        log.append(one.switch(n))
    while any(not one.dead for one in live):
        for number, one in enumerate(live):
            if one.dead:
                continue
            try:
                log.append((number, one.switch(1), one.dead))
            except ValueError as error:
                log.append((number, repr(error), lines(error)))
    return log


def abandoned(n):
    try:
        for i in items(n):
            box = Box(i)
            switch(box.value)
    except GreenletExit as error:
        print("left at", i, repr(error), lines(error))
        raise
    finally:
        print("closed", n)


def seen_from_outside(one):
    rows, frame = [], one.gr_frame
    while frame:
        rows.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, sorted(map(str, frame.f_locals.items()))[:2]))
        frame = frame.f_back
    return [row for row in rows if row[0] != "abandoned"][:3], len(rows)


def deep(n):
    return switch("bottom") if n == 0 else deep(n - 1) + 1


def endless(n):
    return endless(n + 1) + 1


def recovered(n):
    try:
        return endless(n)
    except RecursionError as error:
        switch(str(error)[:32])
        return "recovered"


FUNCTIONS = [summed, boxed, looped, failing, recovering, sorted_by_switching, boxed, looped]
for turn in range(25):
    log = drive(FUNCTIONS, 12)
    if turn in {0, 1, 24}:
        print(turn, len(log), dead, *log, sep="\n  ")

for turn in range(12):
    one = greenlet(abandoned)
    one.switch(turn + 3)
    one.switch()
    one.switch()
    print(seen_from_outside(one))
    if turn % 3 == 0:
        try:
            print(one.throw(KeyError(turn)))
        except KeyError as error:
            print(repr(error), lines(error))
    del one
    gc.collect()
    print(dead)

for turn in range(8):
    many = [greenlet(deep) for _ in range(4)]
    print([one.switch(100 + 10 * turn + number) for number, one in enumerate(many)], [one.switch(5) for one in reversed(many)])
    one = greenlet(recovered)
    print(one.switch(turn), one.switch())

sys.setrecursionlimit(10**6)
for depth in (20000, 100000):
    many = [greenlet(deep) for _ in range(3)]
    print([one.switch(depth + number) for number, one in enumerate(many)], [one.switch(5) for one in many])
