"""Building and changing lists, dicts, sets: append, extend, insert, pop, del, update, setdefault, aliasing, equality of copies."""

from _show import drive


def stack(items):
    out = []
    for x in items:
        out.append(x)
        out.insert(0, x)
        if len(out) > 6:
            out.pop()
            out.pop(0)
    return out


def aliasing(items):
    a = list(items)
    b = a
    c = a[:]
    b.append("b")
    a += ["a"]
    c += (1,)
    a = a + [9]
    return (a, b, c, a is b, b == c)


def matrix(n):
    rows = [[0] * n for _ in range(n)]
    shared = [[0] * n] * n
    for i in range(n):
        for j in range(n):
            rows[i][j] += i * j
            shared[i][j] += i
    return rows, shared


def histogram(items):
    d = {}
    for x in items:
        d.setdefault(x, []).append(len(d))
        d.get(x, None)
    d.update({"last": 1}, extra=2)
    return d, list(d.keys())[:2], d.pop("extra"), d.popitem()


def sets(items):
    s = set()
    for x in items:
        s.add(x)
        s.discard(None)
    t = s | {99}
    return (len(s), s <= t, s & t == s, t - s, s ^ t, 99 in s)


def order_kept(items):
    d = dict.fromkeys(items, 0)
    for k in list(d):
        d[k] += 1
        if d[k] % 2:
            d[k, "x"] = 1
    del d[items[0]]
    d[items[0]] = "again"
    return list(d)


def self_containing(items):
    a = list(items)
    a.append(a)
    return repr(a), a[-1] is a


def multiply(items):
    return items * 2, 2 * items, items + items, items * 0, items * -1


def sort_things(items):
    return sorted(items), sorted(items, reverse=True), sorted(items, key=lambda x: -x), min(items), max(items)


VALUES = [([1, 2, 3],), ([1.5, 2.5],), ((1, 2, 3, 2, 1),), ("abca",), ([2**64, 1],), ([None, 1],), ([[1]],), ([],), (5,)]
for function in (stack, aliasing, histogram, sets, order_kept, self_containing, multiply, sort_things):
    drive(function, *VALUES, orders=2, times=15, late=3)
drive(matrix, (3,), (0,), (2.0,))
