"""Frames of running functions as finalisers, weakref callbacks, gc callbacks and hash and eq methods see them: lines, positions, variables that hold no numbers
(numbers may be missing there, see the known limits), and where everything is complete again."""

import gc
import sys
import weakref

seen = []


def look(depth):
    """The locals, line and position of the frame that many callers away."""
    frame = sys._getframe(depth + 1)
    names = [k for k, v in frame.f_locals.items() if not isinstance(v, (int, float))]
    seen.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_lasti, sorted(names)))


class Dying:
    def __del__(self):
        look(1)


class Plain:
    pass


class Odd:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        look(1)
        return self is other or self.n == other


def rebinding(n):
    total, scale = 0, 1.0
    x = None
    for i in range(n):
        total += i
        scale *= 1.5
        if i % 3 == 1:
            x = Dying()
        if i % 3 == 2:
            x = None
    return total, scale, x


def deleting(n):
    total, scale = 0, 0.5
    for i in range(n):
        x = Dying()
        total += i * 2
        scale += total
        del x
    return total, scale


def temporaries(n):
    total, scale = 1, 2.0
    for i in range(n):
        Dying()
        total += i
        scale -= 0.25
    return total, scale


def items_of_list(n):
    total, scale = 0, 1.0
    items = [Dying() for _ in range(n)]
    for i in range(n):
        total += 3
        scale *= 2.0
        items[i] = total
    return items, scale


def items_of_dict(n):
    total, scale = 0, 1.0
    items = {i: Dying() for i in range(n)}
    for i in range(n):
        total += 3
        scale *= 2.0
        items[i] = total
    return items, scale


def popped(n):
    total, scale = 0, 1.0
    items = [Dying() for _ in range(n)]
    while items:
        total += 3
        scale *= 2.0
        items.pop()
    return total, scale


def attribute(n):
    total, scale = 0, 1.0
    holder = Plain()
    holder.x = holder.y = None
    for i in range(n):
        total += i
        scale *= 1.25
        holder.x = Dying()
        holder.x = i
        holder.y = Dying()
        holder.y = scale
    return total


def from_the_iterator(n):
    total, scale = 0, 1.0
    for x in [Dying() for _ in range(n)]:
        total += 1
        scale *= 1.25
    x = None
    return total, scale, x


def weak(n):
    total, scale = 0, 1.0
    for i in range(n):
        x = Plain()
        r = weakref.ref(x, lambda _: look(1))
        total += i
        scale *= 1.25
        x = None
    return total, scale, r() is x


def collected(n):
    total, scale = 0, 1.0
    for i in range(n):
        pair = [i, total]
        pair = [pair, scale]
        total += i
        scale *= 1.25
    return total, scale, pair


def keys_of_dict(n):
    total, scale = 0, 1.0
    table = {Odd(3): "three", Odd(1.5): "x"}
    for i in range(n):
        total += i
        scale *= 1.5
        if i in table or scale in table:
            total += 1
    return total, scale


def keys_got(n):
    total, scale = 0, 1.0
    table = {Odd(k): k for k in range(n)}
    for i in range(n):
        scale *= 1.5
        total += table[i]
    return total, scale


def inner(x, k):
    y = k + 1
    z = y * 0.5
    x[0] = y
    return z


def outer(n):
    total, scale = 0, 1.0
    cell = [None]
    for i in range(n):
        total += i
        scale *= 1.5
        cell[0] = Dying()
        scale += inner(cell, total)
    return total, scale


def in_generator(n):
    total, scale = 0, 1.0
    for i in range(n):
        x = Dying()
        total += i
        scale *= 1.5
        x = None
        yield total, x
    return scale


def drained(n):
    return list(in_generator(n))


def recursive(n, x):
    y = n * 2
    z = y + 0.5
    x = None
    return z if n == 0 else recursive(n - 1, Dying()) + z + (x is None)


def on_collect(phase, info):
    if phase == "start" and sys._getframe(1).f_code.co_name == "collected":
        values = [(k, type(v).__name__) for k, v in sys._getframe(1).f_locals.items() if not isinstance(v, (int, float))]
        seen.append((phase, sorted(values)))


FUNCTIONS = [rebinding, deleting, temporaries, items_of_list, items_of_dict, popped, attribute, from_the_iterator, weak, keys_of_dict, keys_got]
FUNCTIONS += [outer, drained]
gc.disable()
for function in FUNCTIONS:
    for _ in range(12):
        seen.clear()
        result = function(7)
    print(function.__name__, result)
    for line in seen:
        print("  ", line)
for _ in range(12):
    seen.clear()
    result = recursive(4, None)
print("recursive", result, *seen, sep="\n  ")
gc.enable()
gc.callbacks.append(on_collect)
gc.set_threshold(20, 5, 5)
for _ in range(200):
    seen.clear()
    collected(30)
gc.callbacks.remove(on_collect)
print("collected", sorted(set(map(str, seen))))
