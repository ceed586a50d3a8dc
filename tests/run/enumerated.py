"""enumerate in hot loops: pairs that are never made, what keeps items alive, other iterables late, exits in the middle; slices of lists; ints among floats."""

import gc
import sys
import weakref


class Item:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone:", self.name, end=" ")


def plain(items):
    total = 0
    for i, x in enumerate(items):
        total += i * x
    return total


def started(items, start):
    found = []
    for n, x in enumerate(items, start):
        if x == 3:
            continue
        found.append((n, x))
        if len(found) > 40:
            break
    return found[-2:]


def kept(items):
    for pair in enumerate(items):
        last = pair
        if pair[0] == 0:
            first = pair
    return first, last, first is last


def emptied(items):
    """The enumerator keeps the item alive until its next turn."""
    for i, x in enumerate(items):
        items[i] = None
        x = i
        print(x, end=" ")
    print("end")
    return x


def growing(items):
    for i, x in enumerate(items):
        if i < 300:
            items.append(x + i)
    return i, x


class Own:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        if self.n == -5:
            raise KeyError("own")
        self.n -= 1
        return self.n


def nested(rows):
    total = 0
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            total += (i + 1) * (j + 1) * x
    return total


def stepped(items):
    counted = enumerate(items)
    for i, x in counted:
        if i % 3 == 0:
            got = next(counted, None)
            if got is not None and got[0] != i + 1:
                print("wrong", got)
    return i, x


numbers = [float(i) for i in range(50)]
for _ in range(60):
    plain(numbers)
print(plain(numbers), plain(tuple(numbers)), plain(range(50)), plain(iter(numbers)), plain([1, True, 2.5, 1j]))
print(plain(Own(20)), plain(set([1, 2])), plain({3: 4}), plain(""))
for _ in range(40):
    started(list(range(60)), 5)
print(started(list(range(60)), 5), started(list(range(60)), 2**62), started(list(range(60)), -3), started(list(range(30)), True))
try:
    started(list(range(60)), 1.5)
except TypeError as error:
    print(error)
for n in (3, 400):
    for _ in range(30):
        got = kept(list(range(n)))
    print(got)
for _ in range(20):
    emptied([Item(f"{k}") for k in range(3)])
print()
print([growing([1, 2]) for _ in range(20)][-1])
try:
    plain(Own(-4))
except KeyError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
for _ in range(20):
    got = nested([numbers[:5], numbers[5:9], [], [1, 2]])
print(got, nested([(1, 2), [2.5], range(3)]))
print([stepped(list(range(31))) for _ in range(20)][-1])


def refcount():
    counts = set()
    thing = object()
    for i, x in enumerate([thing] * 100):
        counts.add(sys.getrefcount(thing) - 100)
    return sorted(counts)


print([refcount() for _ in range(30)][-1])


class Node:
    pass


def collected_between(rows):
    """The collector forgets the pair while it holds numbers; it has to know it again when it holds more."""
    gone = []
    for i, x in enumerate(rows):
        if i % 10 == 5:
            gc.collect()
        if i == 25:
            node = Node()
            node.own, node.rows = node, [x]
            rows[26] = node
            gone.append(weakref.ref(node))
            node = None
        if i == 28:
            rows[26] = x = None
    gc.collect()
    return i, [ref() is None for ref in gone]


def cleared(rows, at):
    seen = 0
    for i, x in enumerate(rows):
        seen += x
        if i == at:
            rows.clear()
    return seen, i


print([collected_between(list(range(40))) for _ in range(12)][-1])
print([cleared(list(range(30)), at) for at in (3, 29, 0) * 12][-3:])


# slices of lists


def flips(p):
    count = 0
    k = p[0]
    while k:
        p[: k + 1] = p[k::-1]
        count += 1
        k = p[0]
    return count


def pieces(p, a, b):
    q = p[:]
    q[a:b] = p[a:]
    q[b:a] = [7]
    return q, p[a:b], p[::2], p[::-2], p[b:a:-1], p[:a], p[b:], q is p


for _ in range(60):
    flips([3, 1, 4, 0, 2]), pieces(list(range(6)), 1, 4)
print(flips([3, 1, 4, 0, 2]), flips([0]))
for bounds in ((0, 0), (-1, 2), (2, -1), (5, 50), (-100, 100), (10**30, -(10**30)), (None, 3), (True, 2), (1.5, 2), ("a", 1)):
    try:
        print(bounds, pieces([1, 2, 3, 4, 5], *bounds))
    except TypeError as error:
        print(bounds, error)


class Mine(list):
    def __getitem__(self, key):
        return list(range(3)) if isinstance(key, slice) else list.__getitem__(self, key)

    def __setitem__(self, key, value):
        print("set", key, value)


print(pieces(Mine([4, 5, 6]), 1, 2), pieces((1, 2, 3), 0, 1)[1:] if False else "")


def replaced(target, value):
    target[1:2] = value
    return target


for _ in range(60):
    replaced([1, 2, 3], [4, 5])
shared = [1, 2, 3]
print(replaced(shared, shared), replaced([1, 2, 3], (9, 8)), replaced([1, 2, 3], "xy"), replaced([1, 2, 3], []))
try:
    replaced([1, 2, 3], 5)
except TypeError as error:
    print(error)
print(replaced([Item("a"), Item("b"), 1], [2]) and "kept", "after")
print(replaced([0, Item("c"), 1], [2, 3]), "after")


# ints where floats are expected


def mixed(values):
    total = 0
    for v in values:
        total += v * 0.5
    return total


def scaled(values, by):
    out = []
    for v in values:
        out.append(by - v)
    return out[-3:]


for _ in range(60):
    mixed([1, 2.5, 3, 4.0]), scaled([1, 2.5, 3, 4.0], 0.25)
print(mixed([1, 2.5, 3]), mixed([2**70, 1.0]), mixed([2**53 + 1, 1]), mixed([True, False, 2.0]), mixed([1, 2j, 3.0]))
print(scaled([10**300, 1, 1.0], 0.5), scaled([1, "x" and 2, 3.5], 1.5))
try:
    mixed([1.0, 10**400])
except OverflowError as error:
    print(error)
try:
    mixed([1.0, None])
except TypeError as error:
    print(error)
