"""Small functions with handlers, called from loops: nothing raised, rarely, often; finally; nested; re-raised; in functions that call themselves."""

import sys
import traceback


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return -1


def with_else(table, key):
    try:
        found = table[key]
    except KeyError as error:
        found = error.args[0]
    else:
        found += 1
    return found


def cleans(items, i, log):
    try:
        return items[i]
    finally:
        log.append(i)


def outer(table, key, i):
    try:
        return lookup(table, key) + inner(i)
    except ZeroDivisionError:
        return "outer"


def inner(i):
    return 10 // (i - 57)


def passes_on(table, key):
    try:
        return table[key]
    except KeyError as error:
        raise LookupError("not " + key) from error


def context(table, key):
    try:
        return table[key]
    except KeyError:
        return undefined_name  # noqa: F821


def quiet(n):
    try:
        x = n * 2
        if n == 77:
            raise ValueError(n)
    except ValueError:
        x = "raised"
    return x


def looks(n, at):
    try:
        if n == at:
            raise ValueError
        return n
    except ValueError:
        frame = sys._getframe()
        return frame.f_code.co_name, frame.f_back.f_code.co_name, sorted(frame.f_locals), sys.exc_info()[0].__name__


class Loud:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("gone", self.n, end="; ")


def holds(n, make):
    thing = make(n)
    try:
        return 10 % (n - 13)
    except ZeroDivisionError as error:
        return type(error).__name__
    finally:
        thing = None


def depth(n, table):
    """Calls itself, and catches what its innermost call raises."""
    try:
        return 1 + depth(n - 1, table) if n else table["end"]
    except KeyError:
        return 100


def total(node):
    try:
        left, right, number = node
    except TypeError:
        return 0
    return total(left) + total(right) + number


def tree(n):
    return (tree(n - 1), tree(n - 1), n) if n else None


def methods(things, i):
    try:
        return things[i].value
    except AttributeError:
        return None


class Valued:
    def __init__(self, value):
        self.value = value


TABLE = {str(i): i for i in range(60)}


def run_lookup(times, missing):
    found = 0
    for i in range(times):
        found += lookup(TABLE, str(i % missing))
    return found


def run_else(times, missing):
    found = []
    for i in range(times):
        found.append(with_else(TABLE, str(i % missing)))
    return found[-8:]


def run_cleans(times):
    log, items, found = [], list(range(50)), 0
    for i in range(times):
        found += cleans(items, i, log)
    return found, log[-3:]


def run_outer(times):
    found = []
    for i in range(times):
        found.append(outer(TABLE, str(i), i))
    return found[50:]


def run_quiet(times):
    found = []
    for i in range(times):
        found.append(quiet(i))
    return found[70:]


def run_looks(times, at):
    found = None
    for i in range(times):
        result = looks(i, at)
        if type(result) is tuple:
            found = result
    return found


def run_holds(times):
    found = []
    for i in range(times):
        found.append(holds(i, Loud))
    return found


def run_methods(times):
    things, found = [Valued(i) for i in range(40)] + [None, 3], []
    for i in range(times):
        found.append(methods(things, i % len(things)))
    return found[-5:]


def run_raising(function, times):
    for i in range(times):
        function(TABLE, str(i))


def show(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        entries = [(entry.name, entry.lineno) for entry in traceback.extract_tb(error.__traceback__)]
        causes = [type(other).__name__ for other in (error.__cause__, error.__context__)]
        print(type(error).__name__, error, entries, causes)
        if error.__context__ is not None:
            print([(entry.name, entry.lineno) for entry in traceback.extract_tb(error.__context__.__traceback__)])


for turn in range(4):
    print(run_lookup(200, 60), run_lookup(200, 61), run_lookup(100, 90))
    print(run_else(100, 60), run_else(100, 70))
    show(run_cleans, 50)
    show(run_cleans, 55)
    print(run_outer(60), run_quiet(80), run_looks(60, 55))
    print(run_holds(16))
    show(run_raising, passes_on, 60)
    show(run_raising, passes_on, 65)
    show(run_raising, context, 65)
    print([depth(i, {"end": 0}) for i in range(12)], [depth(i, {}) for i in range(12)])
    print([total(tree(i)) for i in range(7)], run_methods(100))
    print(sys.exc_info())
