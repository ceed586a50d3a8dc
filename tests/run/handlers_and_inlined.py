"""What inlined code raises is handled by its caller: calls, special methods, __init__; tuples that are not made; many values alive."""

import sys
import traceback


class Grid:
    def __init__(self, width, cells):
        self.width = width
        self.cells = cells

    def __getitem__(self, place):
        x, y = place
        return self.cells[y * self.width + x]

    def __setitem__(self, place, value):
        x, y = place
        self.cells[y * self.width + x] = value + 1


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = a + b


def lines(error):
    return [(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]


def area(w, h):
    return w * h


def twice(w, h):
    return area(w, h) + area(h, w)


def called(values):
    total, scale, seen = 0, 0.5, None
    for i, (w, h) in enumerate(values):
        try:
            total += twice(w, h)
        except TypeError as error:
            total -= i
            seen = lines(error), str(error)
        scale += total
    return total, scale, seen


def got(grid, n):
    total, seen = 0, None
    for i in range(n):
        try:
            total += grid[i % 5, i % 3]
        except (IndexError, TypeError) as error:
            total += 1000
            seen = lines(error), str(error)
    return total, seen


def set_(grid, values, n):
    seen = set()
    for i in range(n):
        try:
            grid[i % 4, i % 3] = values[i % len(values)]
        except (IndexError, TypeError) as error:
            seen.add((str(error), str(lines(error))))
    return sorted(seen), grid.cells


def made(values):
    out, seen = 0, set()
    for i in range(len(values)):
        try:
            out += Pair(i, values[i]).b
        except TypeError as error:
            seen.add((str(error), str(lines(error))))
            out -= 1
    return out, sorted(seen)


def passed(pairs, n):
    """A tuple on its way when something raises."""
    total, last = 0, None
    for i, item in enumerate(pairs):
        try:
            total += first((i, item, n), i)
        except (TypeError, ZeroDivisionError) as error:
            last = f"{error} {lines(error)}"
            total += 1
    return total, last


def first(triple, i):
    a, b, c = triple
    return a + b // (c - i)


def wide(n):
    """Many locals, unboxed and not, over a handler."""
    a = b = c = d = e = f = g = h = 1
    p = q = r = s = 0.5
    caught = []
    for i in range(n):
        a, b, c, d = b + i, c + 1, d + a, a % 97
        e, f, g, h = f, g, h, e + i
        p, q, r, s = q + i, r * 0.5, s + p, p - 1
        try:
            [a, b, (c, d), {e: f}, g][i % 7]
            area(h, None if i % 3 == 0 else 1)
        except LookupError:
            a += 1
            continue
        except TypeError as error:
            caught.append(len(lines(error)))
            h -= 1
    return a, b, c, d, e, f, g, h, round(p, 3), round(q, 3), round(r, 3), round(s, 3), sum(caught), len(caught)


for round_ in range(3):
    print(called([(1, 2), (2, 3), (None, 1), (4, 5)] * 30))
    print(called([(1, 2), (2, 3)] * 30 + [("a", 2), ("b", "c")] * 10))
    print(got(Grid(4, list(range(12))), 60), got(Grid(4, list(range(8))), 60), got(Grid(4, [1] * 5 + [None] * 9), 60))
    print(set_(Grid(4, [0] * 10), [1, 2, None, 3], 60))
    print(made([1, 2, None, 4.5, "x"] * 20))
    print(passed(list(range(50)), 20), passed([1, "a", 3] * 20, 30))
    print(wide(80))
print(sys.exc_info())
