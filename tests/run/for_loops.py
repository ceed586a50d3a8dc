"""for over everything: range of all kinds, list changed while iterated, tuple, dict and its views, set, enumerate, zip, str, files, user iterators."""

import itertools

from _show import drive


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Indexed:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError(i)
        return i * 10


class Breaking:
    def __iter__(self):
        return self

    def __next__(self):
        raise ValueError("broken iterator")


class NotIterator:
    def __iter__(self):
        return 5


def collect(make):
    out = []
    for x in make():
        out.append(x)
    return out


def ranges(a, b, c):
    total = 0
    n = 0
    for i in range(a, b, c):
        total += i
        n += 1
        if n > 20:
            break
    else:
        return ("complete", n, total)
    return ("broken", n, total)


def index_after(n):
    i = "unset"
    for i in range(n):
        pass
    return i


def grow(n):
    items = [1, 2, 3]
    for x in items:
        if len(items) < n:
            items.append(x)
    return items


def shrink(n):
    items = list(range(n))
    seen = []
    for x in items:
        seen.append(x)
        items.remove(x)
    return seen, items


def clear_inside(n):
    items = list(range(n))
    for x in items:
        items.clear()
        items.extend([x + 1] if x < 5 else [])
    return x


def dict_changes(n):
    d = dict.fromkeys(range(n))
    for k in d:
        if k == 2:
            d[99] = 1
    return d


def rebind_range(n):
    out = []
    for i in range(n):
        out.append(i)
        i += 10
        out.append(i)
    return out


def enumerated(items):
    return [i * x for i, x in enumerate(items, 1)]


def zipped(a, b):
    out = []
    for x, y in zip(a, b):
        out.append(x + y)
    return out


def nested(n):
    out = []
    for i in range(n):
        for j in range(i):
            if j == 2:
                continue
            if i == 4:
                break
            out.append((i, j))
        else:
            out.append(("else", i))
    return out


def unpack_items(d):
    return [(k, v) for k, v in d.items()]


MAKERS = [
    lambda: range(3),
    lambda: [1, 2.5, "x"],
    lambda: (1, 2),
    lambda: {"a": 1, "b": 2},
    lambda: {"a": 1}.items(),
    lambda: {"a": 1}.values(),
    lambda: {3},
    lambda: "aé\U0001f600",
    lambda: b"ab",
    lambda: bytearray(b"ab"),
    lambda: enumerate("ab"),
    lambda: zip([1, 2], "ab"),
    lambda: reversed([1, 2]),
    lambda: map(str, [1, 2]),
    lambda: Countdown(3),
    lambda: Indexed(),
    lambda: itertools.islice(itertools.count(5), 3),
    lambda: iter([1, 2]),
    lambda: (x for x in [1, 2]),
    lambda: Breaking(),
    lambda: NotIterator(),
    lambda: 5,
    lambda: None,
    lambda: [],
]
for maker in MAKERS:
    maker.__class__  # noqa: B018
    print(MAKERS.index(maker))
    from _show import fresh, repeat

    subject = fresh(collect)
    repeat(subject, (maker,), 10)
    for other in MAKERS[:6]:
        repeat(subject, (other,), 2)
BIG = 2**63
RANGES = [
    (0, 5, 1), (5, 0, -1), (0, 10, 3), (10, 0, -3), (0, 0, 1), (5, 0, 1), (BIG - 2, BIG + 2, 1), (BIG, BIG - 4, -1), (-BIG, -BIG + 3, 1),
    (0, BIG * 4, BIG), (0, 10**6, 1), (0, 5, 0), (0, 2.5, 1), (BIG - 3, BIG - 1, 5), (-BIG + 2, -BIG, -7), (True, 3, True),
]  # fmt: skip
drive(ranges, *RANGES, orders=2)
drive(index_after, (3,), (0,), (1,))
drive(grow, (8,), (3,))
drive(shrink, (6,), (0,))
drive(clear_inside, (3,), (1,), (0,))
drive(dict_changes, (2,), (4,))
drive(rebind_range, (3,))
drive(enumerated, ([1, 2],), ([1.5],), ("ab",), ((2**63, 2**62),))
drive(zipped, ([1, 2], [3, 4]), ([1], [2.5, 3]), ("ab", "cd"), ([], []), ([1], ["a"]), orders=2)
drive(nested, (6,), (0,))
drive(unpack_items, ({1: 2},), ({"a": 1.5},), ({},), (5,))
