"""Tuples that compiled code may leave unmade: kept by the caller of inlined code, and made late, where the allocation sets off a collection that changes things."""

import gc


class Grid:
    def __init__(self):
        self.last = None

    def __getitem__(self, key):
        _, y = key
        return y

    def __setitem__(self, key, value):
        x, _ = key
        self.last = x.n + value


class Item:
    def __init__(self, n):
        self.n = n


def make(n):
    return Item(n)


def key_outlives_its_local(grid, a, n):
    out = 0
    for i in range(n):
        grid[a, i] += (a := make(i + 1)).n
        out += grid.last
    return out


def inner(grid, a, i):
    grid[a, i] += (a := Item(i + 1)).n
    return grid.last


def inlined(grid, n):
    out = 0
    for i in range(n):
        out += inner(grid, Item(i), i)
    return out


for _ in range(8):
    print(key_outlives_its_local(Grid(), Item(1000), 40), inlined(Grid(), 40))


class Holder:
    def __init__(self):
        self.x = [1]

    def put(self, pair):
        self.x = pair


def put(items, i, pair):
    items[i] = pair


def into_lists(items, n):
    for i in range(100, 100 + n):
        put(items, i, (i, n))


def into_subscripts(items, source, k):
    for items[k] in enumerate(source):
        k += 1


def into_attributes(holders):
    for holder in holders:
        holder.put((holder, holders))


def shrink():
    del target[10:]
    kept.append([[] for _ in range(300)])


def replace():
    for holder in target:
        holder.x = [1, 2]
        vars(holder)
        holder.more = 1
        holder.x = [3, 4]


def callback(phase, info):
    global action
    if phase == "start" and action:
        now, action = action, None
        now()


def collecting(function, at, what, *args):
    """The call, with a collection at its `at`-th allocation that does `what`."""
    global action
    kept.append([(i, -i) for i in range(3000)])  # no tuples left to be used again
    gc.collect()
    gc.set_threshold(at, 1000, 1000)
    action = what
    try:
        function(*args)
    except IndexError:
        pass
    gc.set_threshold(0)
    action = None


def fill():
    return [[0] for _ in range(200)]


kept = []
target = []
action = None
for _ in range(6):
    into_lists(fill(), 50)
    into_subscripts(fill(), list(range(50)), 100)
    into_attributes([Holder() for _ in range(50)])
gc.callbacks.append(callback)
for at in range(1, 60, 2):
    target = fill()
    collecting(into_lists, at, shrink, target, 50)
    print(at, len(target) in (10, 200), all(type(x) in (list, tuple) for x in target))
    target = fill()
    collecting(into_subscripts, at, shrink, target, list(range(50)), 100)
    print(at, len(target) in (10, 200), all(type(x) in (list, tuple) for x in target))
    target = [Holder() for _ in range(50)]
    collecting(into_attributes, at, replace, target)
    print(at, {len(holder.x) for holder in target})
    target = []
