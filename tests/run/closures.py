"""Closures and cells: shared, rebound, deleted, unbound, class cells, super() without arguments, late binding in loops."""

from _show import attempt, drive


def counter(start):
    n = start

    def up(by):
        nonlocal n
        n += by
        return n

    def down(by):
        nonlocal n
        n -= by
        return n

    return up, down


def run_counter(start, by):
    up, down = counter(start)
    out = [up(by) for _ in range(10)]
    out.append(down(by))
    return out


def late_binding(n):
    functions = []
    for i in range(n):
        functions.append(lambda: i)
    return [f() for f in functions]


def default_binding(n):
    return [f() for f in [lambda i=i: i for i in range(n)]]


def unbound(flag):
    def inner():
        return value

    if flag:
        value = flag
    return inner()


def deleted(x):
    def inner():
        return x

    before = inner()
    del x
    return before, inner()


def argument_cell(x):
    def get():
        return x

    def put(value):
        nonlocal x
        x = value

    out = []
    for i in range(5):
        put(x + i)
        out.append((x, get()))
    return out


def nested(a):
    def middle(b):
        def inner(c):
            return a + b + c

        return inner

    return [middle(i)(j) for i in range(3) for j in range(3)]


class Base:
    def describe(self, x):
        return ("base", x)


class Derived(Base):
    def describe(self, x):
        return (__class__.__name__, super().describe(x + 1))


def use_super(x):
    d = Derived()
    return [d.describe(x) for _ in range(3)]


def accumulate_in_loop(n):
    total = 0

    def add(x):
        nonlocal total
        total = total + x

    for i in range(n):
        add(i)
        total += 1
    return total


drive(run_counter, (0, 1), (2**63 - 5, 1), (0.5, 0.25), ("a", "b"), (1, None), orders=2)
drive(late_binding, (4,), (0,), ("x",))
drive(default_binding, (4,))
drive(unbound, (1,), (0,), ("s",))
drive(deleted, (1,), ("s",))
drive(argument_cell, (1,), (2.5,), (2**63 - 3,), ("s",), orders=2)
drive(nested, (1,), (2.5,), ("s",))
drive(use_super, (1,), (1.5,), (None,))
drive(accumulate_in_loop, (10,), (0,))
print(attempt(lambda: Derived.describe(5, 1)))
