"""Small functions with locals that only some ways bind, called from loops: numbers, objects, deleted ones, what dies when, and reading one that is unbound."""

import sys
import traceback


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name, end="; ")


def number(n):
    if n % 3:
        x = n * 2
    if n % 3 == 1:
        return x + 1
    return n


def fraction(n):
    if n > 5:
        y = n / 4
    z = n + 1
    return y + z if n > 5 else z


def text(n):
    if n % 2:
        word = str(n)
    return word if n % 2 else "even"


def mixed(n):
    if n % 4 == 0:
        v = n
    elif n % 4 == 1:
        v = "one"
    elif n % 4 == 2:
        v = 2.5
    return v if n % 4 != 3 else None


def loud(n, make):
    if n % 2:
        thing = make(n)
    if n % 3 == 0:
        thing = n
    return n


def deletes(n):
    item = [n]
    if n % 2:
        del item
    if n % 2 == 0:
        return item
    item = n
    return item


def unbound(n):
    if n != 37:
        x = n
    return x


def unbound_text(n):
    if n != 37:
        x = str(n)
    return len(x)


def deleted(n):
    x = n
    if n == 37:
        del x
    return x


def twice_deleted(n):
    if n != 37:
        x = n
    del x
    return n


def loops(n):
    for i in range(n % 3):
        last = i * 1.5
    return last if n % 3 else -1.0


def looks(n):
    if n % 2:
        a = n
    if n % 5 == 0:
        b = [n]
    c = n * 1.5 if n > 2 else None
    return sorted(sys._getframe().f_locals) if n == 38 else n


def overflows(n):
    if n % 2:
        big = n << 58
    if n % 2:
        return big * n
    return n


FUNCTIONS = (number, fraction, text, mixed, deletes, loops, overflows)
FAILING = (unbound, unbound_text, deleted, twice_deleted)


def run_number(times):
    return [number(i) for i in range(times)]


def run_all(times):
    found = []
    for i in range(times):
        found.append(number(i))
        found.append(fraction(i))
        found.append(text(i))
        found.append(mixed(i))
        found.append(deletes(i))
        found.append(loops(i))
        found.append(overflows(i))
    return found


def run_loud(times):
    for i in range(times):
        loud(i, Loud)
    print()


def run_looks(times):
    found = None
    for i in range(times):
        found = looks(i)
        if type(found) is list:
            print(found)


def run_failing(times):
    for i in range(times):
        unbound(i)


def run_failing_text(times):
    for i in range(times):
        unbound_text(i)


def run_deleted(times):
    for i in range(times):
        deleted(i)


def run_twice_deleted(times):
    for i in range(times):
        twice_deleted(i)


for _ in range(4):
    print(run_number(40), run_all(40))
    run_loud(9)
    run_looks(50)
    for run in (run_failing, run_failing_text, run_deleted, run_twice_deleted):
        run(30)
        try:
            run(50)
        except UnboundLocalError as error:
            print(error, [entry.lineno for entry in traceback.extract_tb(error.__traceback__)], error.__traceback__.tb_next.tb_frame.f_locals)
