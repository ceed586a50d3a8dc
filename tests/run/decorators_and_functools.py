"""Decorators, lru_cache, partial, reduce, singledispatch, map and filter with Python functions, sort keys, operator functions."""

import functools
import itertools
import operator

from _show import attempt, drive


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


def repeat_times(n):
    def decorate(function):
        def wrapper(*args):
            return [function(*args) for _ in range(n)]

        return wrapper

    return decorate


@traced
def plain(x, y=2):
    return x * y


@repeat_times(3)
@traced
def doubled(x):
    return x + x


@functools.lru_cache(maxsize=16)
def cached(n):
    return n if n < 2 else cached(n - 1) + cached(n - 2)


@functools.singledispatch
def kind(x):
    return "object"


@kind.register
def _(x: int):
    return "int"


@kind.register(list)
def _(x):
    return ["list", *map(kind, x)]


def use_all(x):
    return [
        plain(x),
        plain(x, y=3),
        doubled(x),
        kind(x),
        kind([x, 1]),
        functools.reduce(lambda a, b: a + b, [x, x, x]),
        list(map(lambda a, b: (a, b), [x, 1], [2, x])),
        list(filter(None, [x, 0, "", x])),
        sorted([(2, "b"), (1, "c"), (1, "a")], key=operator.itemgetter(0)),
        list(itertools.accumulate([x, x, x])),
        list(itertools.takewhile(lambda a: a is x, [x, x, 0])),
        max([1, 2, 3], key=lambda k: -k),
        any(v is x for v in (0, x)),
        all(v for v in (1, 2)),
        [a for a, b in itertools.groupby([1, 1, 2])],
    ]


class Comparable:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

    def __repr__(self):
        return f"C{self.n}"


def sorting(values):
    return sorted(map(Comparable, values)), sorted(values, key=functools.cmp_to_key(lambda a, b: (a > b) - (a < b)))


def bad_key(values):
    return sorted(values, key=lambda v: 1 // v)


drive(use_all, (1,), (2.5,), ("s",), (2**64,), (None,), orders=2)
drive(sorting, ([3, 1, 2],), ([2.5, 1],), (["b", "a"],), ([1, "a"],))
drive(bad_key, ([1, 2],), ([1, 0],))
for _ in range(40):
    last = attempt(cached, 60)
print(last, cached.cache_info(), plain.calls)
