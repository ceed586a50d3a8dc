"""__getitem__ and __setitem__ in Python, in line: tuples as keys that are never made, what is dropped when, and exits out of the middle."""

import sys
import traceback


class Grid:
    def __init__(self, w, h):
        self.w, self.h = w, h
        self.data = [0.0] * (w * h)

    def at(self, x, y):
        if 0 <= x < self.w and 0 <= y < self.h:
            return y * self.w + x
        raise IndexError((x, y))

    def __getitem__(self, xy):
        x, y = xy
        return self.data[self.at(x, y)]

    def __setitem__(self, xy, value):
        (x, y) = xy
        self.data[self.at(x, y)] = value


class Either:
    """A key of one number or two, told apart by its type."""

    def __init__(self):
        self.rows = [[0] * 4 for _ in range(4)]

    def __getitem__(self, key):
        if isinstance(key, tuple):
            return self.rows[key[1]][key[0]]
        else:
            return self.rows[key]

    def __setitem__(self, key, value):
        if isinstance(key, tuple):
            self.rows[key[1]][key[0]] = value
        else:
            self.rows[key] = value


def relax(grid, times):
    for _ in range(times):
        for y in range(1, grid.h - 1):
            for x in range(1, grid.w - 1):
                grid[x, y] = (grid[x, y - 1] + grid[x, y + 1] + grid[x - 1, y] + grid[x + 1, y]) / 4.0 + 1.0
                grid[x, y] += 0.5


def relaxed():
    grid = Grid(6, 6)
    relax(grid, 30)
    print([round(v, 6) for v in grid.data[7:17]])
    try:
        for x in range(10):
            grid[x, 2] = x
    except IndexError as error:
        traceback.print_exc(file=sys.stdout)
        print(error.args, [line.tb_lineno if line else None for line in (error.__traceback__, error.__traceback__.tb_next)])
    relax(grid, 3)
    print([round(v, 6) for v in grid.data[12:17]])


def both(either):
    total = 0
    for i in range(4):
        for j in range(4):
            either[i, j] = i * 10 + j
            total += either[i, j]
        either[i] = list(either[i])
        total += sum(either[i])
    return total


def both_ways():
    either = Either()
    print([both(either) for _ in range(40)][-1], either.rows)
    either.rows[2] = tuple(either.rows[2])
    try:
        both(either)
    except TypeError as error:
        traceback.print_exc(file=sys.stdout)
        print(error)


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        frame = sys._getframe(1)
        print("gone:", self.name, "in", frame.f_code.co_name, "at", frame.f_lineno - frame.f_code.co_firstlineno)


class Box:
    def __init__(self):
        self.kept = None

    def __getitem__(self, key):
        a, b = key
        return b

    def __setitem__(self, key, value):
        a, b = key
        self.kept = b


def lives(box, n):
    for i in range(n):
        box[Noisy(f"first {i}"), Noisy(f"second {i}")] = Noisy(f"value {i}")
        got = box[Noisy(f"third {i}"), Noisy(f"fourth {i}")]
        print(got.name)
    del got


class Keeping:
    """The key is kept: now the tuple has to be an object, the same everywhere."""

    def __init__(self):
        self.keys = []
        self.last = None

    def __getitem__(self, key):
        same = key is key
        other = key
        if other is not key:
            print("two objects")
        return same, len(key), key[0], key[-1]

    def __setitem__(self, key, value):
        self.last = key
        self.keys.append(key)
        if value > 3000:
            raise ValueError(key)


def keeps(keeping, n):
    for i in range(n):
        keeping[i, i + 1000] = i + 2000
        got = keeping[i + 3000, i, "x"]
    return got


class Rewritten:
    def __init__(self):
        self.n = 0

    def __getitem__(self, key):
        a, b = key
        return a + b

    def __setitem__(self, key, value):
        a, b = key
        self.n += a + b + value


def sums(thing, n):
    total = 0
    for i in range(n):
        thing[i, 1] = 2
        total += thing[i, 2]
        if i == n - 5:
            change(thing)
    return total, thing.n


CHANGES = []


def change(thing):
    if CHANGES:
        CHANGES.pop()(thing)


def other_set(self, key, value):
    self.n -= value
    return "dropped"


def rewritten():
    for _ in range(30):
        print(sums(Rewritten(), 20), end=" ")
    CHANGES.append(lambda thing: setattr(Rewritten, "__setitem__", other_set))
    print(sums(Rewritten(), 20))
    CHANGES.append(lambda thing: setattr(thing, "__class__", Sub))
    print(sums(Rewritten(), 20))
    print(sums(Rewritten(), 20))


class Sub(Rewritten):
    def __getitem__(self, key):
        return -1


def late_kinds():
    """Keys of other kinds and lengths, late."""
    grid = Grid(5, 5)
    for i in range(400):
        grid[i % 5, 1] = i
    for key in ((1, 2, 3), [2, 2], "ab", 5, (1.0, 2), (True, False)):
        try:
            grid[key] = 7
            print(key, grid[key])
        except Exception as error:
            print(key, type(error).__name__, error, len(traceback.extract_tb(error.__traceback__)))


def swapped(grid, n):
    for i in range(n):
        grid[i % 3, 0], grid[i % 2, 1] = grid[i % 2, 1], grid[i % 3, 0]
    return grid.data[:6]


def refcounts(n):
    grid, value, x = Grid(4, 4), object(), 2
    before = sys.getrefcount(value)
    for _ in range(n):
        grid[x, 1] = value
        grid[x, 1] = 1.5
        assert grid[x, 1] == 1.5
    return sys.getrefcount(value) - before


class Recursive:
    def __init__(self, depth):
        self.depth = depth

    def __getitem__(self, pair):
        a, b = pair
        return a if not b else self[a + 1, b - 1]

    def __setitem__(self, pair, value):
        a, b = pair
        if b:
            self[a, b - 1] = value
        else:
            self.depth = value


def recursive():
    thing = Recursive(0)
    for i in range(60):
        thing[1, 5] = i
        got = thing[i, 10]
    print(thing.depth, got)
    try:
        thing[1, 10**6] = 1
    except RecursionError as error:
        print(error)


relaxed()
both_ways()
for _ in range(25):
    lives(Box(), 2)
keeping = Keeping()
for _ in range(20):
    print(keeps(keeping, 30), end=" ")
print(len(keeping.keys), keeping.last, len(set(map(id, keeping.keys))))
try:
    keeps(keeping, 2000)
except ValueError as error:
    print(error, keeping.last is error.args[0], keeping.keys[-1] is keeping.last)
rewritten()
late_kinds()
grid = Grid(3, 3)
grid.data = list(range(9))
for _ in range(20):
    print(swapped(grid, 50), end=" ")
print(refcounts(2000))
recursive()
