"""with: entering, leaving, suppressing, raising in __enter__ and __exit__, several managers, contextlib."""

from contextlib import contextmanager, suppress

from _show import drive


class Manager:
    def __init__(self, log, name, swallow=False, fail=""):
        self.log = log
        self.name = name
        self.swallow = swallow
        self.fail = fail

    def __enter__(self):
        self.log.append(f"enter {self.name}")
        if self.fail == "enter":
            raise OSError("enter")
        return self

    def __exit__(self, kind, value, tb):
        self.log.append(f"exit {self.name} {kind.__name__ if kind else None}")
        if self.fail == "exit":
            raise KeyError("exit")
        return self.swallow


def one(x):
    log = []
    with Manager(log, "a") as m:
        log.append(10 // x)
        log.append(m.name)
    return log


def swallowing(x):
    log = []
    with Manager(log, "a", swallow=True):
        log.append(10 // x)
        log.append("finished")
    return log


def two(x):
    log = []
    with Manager(log, "a", swallow=True), Manager(log, "b") as b:
        log.append(b.name * x)
        log.append(10 // x)
    return log


def returning(x):
    log = []
    with Manager(log, "r"):
        return log, x + 1


def in_loop(n):
    log = []
    for i in range(n):
        with Manager(log, i):
            if i == 1:
                continue
            if i == 3:
                break
    return log


def failing(where):
    log = []
    try:
        with Manager(log, "f", fail=where):
            log.append("body")
            raise ValueError("body")
    except Exception as e:
        log.append((repr(e), repr(e.__context__)))
    return log


@contextmanager
def generated(log):
    log.append("start")
    try:
        yield len(log)
    except ZeroDivisionError:
        log.append("zero")
    finally:
        log.append("stop")


def using_generated(x):
    log = []
    with generated(log) as n:
        log.append(n // x)
    return log


def suppressing(items):
    total = 0
    for x in items:
        with suppress(TypeError, ZeroDivisionError):
            total += 100 // x
    return total


def not_a_manager(x):
    with x:
        return 1


for function in (one, swallowing, two, returning, using_generated):
    drive(function, (2,), (0,), ("s",), (2.5,), orders=2)
drive(in_loop, (2,), (6,), (0,))
drive(failing, ("",), ("enter",), ("exit",), orders=3)
drive(suppressing, ([1, 2],), ([0, 1],), (["a", 5],))
drive(not_a_manager, (5,), (None,), (open,))
