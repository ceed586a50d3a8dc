"""What is called is in a variable, an argument, a cell or an attribute: functions, classes, bound methods in Python and in C; the same each time, in turns, and suddenly others."""

import math
import sys
import traceback
import weakref

from _show import drive


class Stack:
    def __init__(self, items=()):
        self.items = list(items)

    def push(self, item):
        self.items.append(item)
        return len(self.items)

    def peek(self, default=None):
        return self.items[-1] if self.items else default

    @classmethod
    def of(cls, *items):
        return cls(items)

    @staticmethod
    def twice(x):
        return x + x


class Loud(Stack):
    def push(self, item):
        return -super().push(item)


class OwnList(list):
    def append(self, item):
        super().append((item, "own"))


def add(a, b=10):
    return a + b


def multiply(a, b=10):
    return a * b


def power(a, b=2):
    return a**b


def failing(a, b=0):
    if a == 37:
        raise ValueError(a, b)
    return a - b


def apply(function, n):
    total = 0
    for i in range(n):
        total += function(i)
    return total


def apply_two(function, n, b):
    total = 0
    for i in range(n):
        total += function(i, b)
    return total


def named(function, n):
    return [function(i, b=3) for i in range(n)]


def kept(n):
    out = []
    append, extend, insert, pop = out.append, out.extend, out.insert, out.pop
    for i in range(n):
        append(i)
        append(float(i))
        if i % 7 == 0:
            insert(i // 2, -i)
            extend((i, i))
        if i % 5 == 0:
            pop()
            pop(0)
            insert(-1, pop(len(out) // 2))
    return out


def any_append(lists, n):
    for i in range(n):
        append = lists[i % len(lists)].append
        append(i)
    return lists


def two_lists(n):
    return any_append([[], []], n)


def three_lists(n):
    return any_append([[], OwnList(), [1]], n)


def many_methods(n):
    text, table, found = "abc", {1: 2, 3: 4}, set()
    get, add_one, join, start = table.get, found.add, ",".join, text.startswith
    out = []
    for i in range(n):
        add_one(i % 11)
        out.append(get(i, "none"))
        if start("a", i % 3):
            out.append(join([str(i), "x"]))
    return out


def pushed(push, n):
    total = 0
    for i in range(n):
        total += push(i)
    return total


def pushes(n):
    return [pushed(Stack().push, n), pushed(Stack().push, n), pushed(Loud().push, n), pushed(lambda i: i, n)]


def cell_callers(n):
    function = add

    def inner(i):
        return function(i, 1)

    results = []
    for i in range(n):
        if i == n // 2:
            function = multiply
        results.append(inner(i))
    return results


def changed_in_loop(n):
    function, out = add, []
    for i in range(n):
        if i == n - 5:
            function = lambda a, b: ("lambda", a, b)  # noqa: E731
        if i == n - 3:
            function = Stack.twice
        try:
            out.append(function(i, 4))
        except TypeError as error:
            out.append(str(error))
    return out[-8:]


def made(cls, n):
    return [cls([i, i + 1]).peek() for i in range(n)]


def made_stacks(n):
    return made(Stack, n), made(Loud, n), made(Stack.of, n)


def in_turns(n):
    functions = [add, multiply, power]
    return sum(functions[i % 3](i, 2) for i in range(n)) + sum([functions[i % 2](i) for i in range(n)])


def errors(n):
    function, out = failing, []
    for i in range(n):
        try:
            out.append(function(i, 2))
        except ValueError:
            out.append(traceback.format_exc())
    empty = []
    pop = empty.pop
    for i in range(n):
        try:
            pop()
        except IndexError as error:
            out.append((str(error), error.__traceback__.tb_lineno))
        try:
            empty.pop(i)
        except IndexError as error:
            out.append(str(error))
    try:
        [1, 2].pop(5)
    except IndexError:
        out.append(traceback.format_exc())
    return out


def sizes(n):
    out, items = [], []
    for i in range(n):
        items.insert(i % 3 - 5, i)
        out.append(sys.getsizeof(items))
    while items:
        items.pop(len(items) * 2 // 3)
        out.append(sys.getsizeof(items))
    single = [1]
    single.pop()
    out.append(sys.getsizeof(single))
    return out


def strange_indexes(n):
    class Index:
        def __index__(self):
            log.append("asked")
            return 1

    log, items = [], list(range(10))
    for i in range(n):
        items.insert(True, i)
        items.pop(Index())
        items.insert(-(1 << 70), "low")
        items.insert(1 << 70, "high")
        try:
            items.pop(1 << 70)
        except (IndexError, OverflowError) as error:
            log.append(str(error))
        try:
            items.pop("1")
        except TypeError as error:
            log.append(str(error))
    return items[:6], items[-6:], log[-4:]


def lifetimes(n):
    """A function that only a variable has dies with it, and a bound method and its object, too."""
    log = []

    def run():
        def local(a, b=1):
            return a + b

        weakref.finalize(local, log.append, "function")
        total = 0
        for i in range(n):
            total += local(i)
        log.append(total)

    run()
    log.append("behind")
    stack = Stack()
    weakref.finalize(stack, log.append, "object")
    push = stack.push
    for i in range(n):
        push(i)
    del stack
    log.append("method lends")
    del push
    log.append("gone")
    return log


class Counted:
    alive = 0

    def __init__(self):
        Counted.alive += 1

    def __del__(self):
        Counted.alive -= 1


def popped(n):
    items = [Counted() for _ in range(n)]
    pop, counts = items.pop, []
    for _ in range(n):
        pop(0)
        counts.append(Counted.alive)
    return counts


def references(n):
    item, items = object(), []
    append, out = items.append, []
    for _ in range(n):
        append(item)
        out.append(sys.getrefcount(item))
    insert = items.insert
    for _ in range(n):
        insert(1, item)
    out.append(sys.getrefcount(item))
    out.append(sys.getrefcount(append) - sys.getrefcount(insert))
    return out


def replaced_code(n):
    def other(a, b=10):
        return ("other", a, b)

    before, function, out = add.__code__, add, []
    for i in range(n):
        if i == n - 4:
            add.__code__ = other.__code__
        out.append(function(i))
    add.__code__ = before
    return out[-6:]


def main():
    for function in (add, multiply, failing, math.sqrt, abs, Stack.twice, float, lambda x: x * 2):
        try:
            print(apply(function, 60))
        except ValueError:
            traceback.print_exc(file=sys.stdout)
    for _ in range(3):
        for function in (add, power, math.pow, divmod):
            try:
                print(apply_two(function, 20, 3))
            except TypeError as error:
                print(error)
        print(named(add, 10), named(multiply, 5))
    batches = (50,), (5,), (90,)
    for function in (kept, two_lists, three_lists, many_methods, pushes, cell_callers, changed_in_loop, made_stacks, in_turns, errors, sizes):
        drive(function, *batches, times=8, late=2)
    for function in (strange_indexes, lifetimes, popped, references, replaced_code):
        drive(function, *batches, times=8, late=2)


main()
