"""Recursion through C code: sort keys, reprs, comparisons, special methods, generators, imports of names; the limit counts it as it always did."""

import functools
import sys


class Repr:
    def __init__(self, inner):
        self.inner = inner

    def __repr__(self):
        return f"<{self.inner!r}>"


class Adding:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return other if self.n == 0 else Adding(self.n - 1) + (other + 1)

    def __getitem__(self, k):
        return k if k == 0 else self[k - 1] + 1

    def __call__(self, k):
        return k if k == 0 else self(k - 1)

    def __len__(self):
        if self.n > 0:
            self.n -= 1
            return len(self) + 1
        return 0

    def __eq__(self, other):
        if self.n <= 0:
            return True
        self.n -= 1
        return self == other

    def __bool__(self):
        if self.n <= 0:
            return True
        self.n -= 1
        return not not self

    def __iter__(self):
        if self.n > 0:
            self.n -= 1
            yield from self
        yield self.n

    def __getattr__(self, name):
        if name == "x0":
            return 0
        return getattr(self, "x" + str(int(name[1:]) - 1)) + 1

    @property
    def down(self):
        if self.n <= 0:
            return 0
        self.n -= 1
        return self.down + 1

    def __hash__(self):
        if self.n <= 0:
            return 0
        self.n -= 1
        return hash(self) + 1


def nested(n):
    out = 5
    for _ in range(n):
        out = Repr(out)
    return repr(out)


def sorting(n):
    return sorted([n], key=lambda x: sorting(n - 1) if n else 0)[0] + 1


def mapping(n):
    return list(map(lambda x: mapping(x - 1) if x else 0, [n]))[0] + 1


def reducing(n):
    return functools.reduce(lambda a, b: reducing(n - 1) + 1 if n else 0, [1, 2])


@functools.lru_cache(None)
def cached(n):
    return 0 if n == 0 else cached(n - 1) + 1


def generators(n):
    if n:
        yield from generators(n - 1)
    yield n


def nested_for(n):
    if n:
        for x in nested_for(n - 1):
            yield x
    yield n


def starred(*args):
    return starred(*args[1:]) + 1 if args else 0


def partial(n):
    return functools.partial(partial, n - 1)() + 1 if n else 0


async def awaiting(n):
    return await awaiting(n - 1) + 1 if n else 0


def awaited(n):
    try:
        awaiting(n).send(None)
    except StopIteration as stop:
        return stop.value


def evaluated(n):
    return eval("evaluated(n - 1) + 1") if n else 0


def comprehended(n):
    return [comprehended(n - 1) for _ in range(1)][0] + 1 if n else 0


def made(n):
    class Local:
        value = made(n - 1) + 1 if n else 0

    return Local.value


CASES = {
    "repr": lambda n: len(nested(n)),
    "sort": sorting,
    "map": mapping,
    "reduce": reducing,
    "cached": lambda n: (cached.cache_clear(), cached(n))[1],
    "generators": lambda n: len(list(generators(n))),
    "nested_for": lambda n: len(list(nested_for(n))),
    "starred": lambda n: starred(*range(n)),
    "partial": partial,
    "awaited": awaited,
    "evaluated": evaluated,
    "comprehended": comprehended,
    "made": made,
    "add": lambda n: Adding(n) + 1,
    "getitem": lambda n: Adding(0)[n],
    "call": lambda n: Adding(0)(n),
    "len": lambda n: len(Adding(n)),
    "eq": lambda n: Adding(n) == 1,
    "bool": lambda n: bool(Adding(n)),
    "iter": lambda n: len(list(Adding(n))),
    "getattr": lambda n: getattr(Adding(0), f"x{n}"),
    "property": lambda n: Adding(n).down,
    "hash": lambda n: hash(Adding(n)),
}


def outcome(function, n):
    try:
        return function(n)
    except RecursionError as e:
        return str(e)


def deepest(function):
    """The depth at which the limit is hit, by halves."""
    low, high = 1, sys.getrecursionlimit() + 10
    while high - low > 1:
        middle = (low + high) // 2
        if isinstance(outcome(function, middle), str):
            high = middle
        else:
            low = middle
    return low


def about(depth, limit):
    """Cold bytecodes call C functions by another way than warm ones, which counts one more: what was cold when the limit came is a matter of some levels."""
    for part in (1, 2, 3, 4, 5, 6):
        if abs(depth - limit / part) < 15:
            return f"1/{part} of the limit"
    return depth


for name, function in CASES.items():
    for _ in range(30):
        result = function(5)
    deepest(function)
    print(name, result, about(deepest(function), 1000), outcome(function, 4000)[:32], about(deepest(function), 1000), outcome(function, 5))
for limit in (300, 1000):
    sys.setrecursionlimit(limit)
    for name, function in CASES.items():
        print(limit, name, about(deepest(function), limit), outcome(function, 5000)[:32], outcome(function, 5))
