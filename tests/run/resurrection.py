"""Finalisers that resurrect, raise, change globals, types and containers while compiled code relies on them."""

import sys

saved = []
factor = 2


class Phoenix:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        saved.append(self)


class Saboteur:
    """When it dies it changes what the function around it believes in."""

    def __init__(self, action):
        self.action = action

    def __del__(self):
        self.action()


class Point:
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


def resurrect(n):
    p = Phoenix(n)
    p = None
    q = saved.pop()
    return q.n, p


def change_global():
    global factor
    factor = 2.5 if factor == 2 else 2


def change_class():
    Point.get = (lambda self: -self.x) if Point.get is original else original


def global_changes(n):
    out = []
    for i in range(n):
        out.append(factor * i)
        s = Saboteur(change_global) if i == 3 else None  # noqa: F841
        out.append(factor * i)
        s = None
        out.append(factor * i)
    return out


def class_changes(n):
    p = Point(5)
    out = []
    for i in range(n):
        s = Saboteur(change_class) if i == 2 else i
        a = p.get()
        s = i  # noqa: F841
        out.append((a, p.get()))
    return out


def list_changes(n):
    items = [0, 1, 2, 3]
    out = []
    for i in range(n):
        items[0] = Saboteur(lambda: items.append(99))
        items[0] = i
        out.append(len(items))
    return out, items


def list_shrinks(n):
    items = [None] * 8
    items[2] = Saboteur(items.clear)
    items[2] = n
    return items


def dict_changes(n):
    d = {"a": 1}
    d["k"] = Saboteur(lambda: d.update(a=d["a"] + 1))
    d["k"] = n
    before = d["a"]
    d["k"] = Saboteur(lambda: d.pop("a", None))
    del d["k"]
    return before, d


def raising(n):
    def boom():
        raise ValueError("in __del__")

    for i in range(n):
        Saboteur(boom) if i == 1 else None
    return i


def local_changes(n):
    frame = sys._getframe()
    total = 0
    for i in range(n):
        s = Saboteur(lambda: frame.f_locals.update(total=1000)) if i == 2 else None
        s = None  # noqa: F841
        total += i
    return total


def caught_locals(n):
    try:
        held = Saboteur(lambda: saved.append("died"))  # noqa: F841
        return [][n]
    except IndexError:
        return list(saved)


def finaliser_during_raise(n):
    items = [Saboteur(lambda: saved.append(len(saved)))]
    raise KeyError(n, len(items))


original = Point.get
messages = []
sys.unraisablehook = lambda args: messages.append((type(args.exc_value).__name__, str(args.exc_value)))
for i in range(30):
    results = [resurrect(i), global_changes(6), class_changes(5), list_changes(3), list_shrinks(i), dict_changes(i), raising(3), local_changes(5)]
    if Point.get is not original:
        Point.get = original
    factor = 2
    saved.clear()
    results.append(caught_locals(i))
    try:
        finaliser_during_raise(i)
    except KeyError as e:
        results.append((str(e), list(saved)))
    results.append(list(saved))
    saved.clear()
    if i in (0, 1, 2, 29):
        print(i, *results, sep="\n  ")
print(messages[:2], len(messages))
