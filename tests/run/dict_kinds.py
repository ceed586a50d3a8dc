"""Dicts and their relatives: __missing__, OrderedDict, defaultdict, Counter, str and int keys, bad hashes, mutation while iterating, views."""

import types
from collections import ChainMap, Counter, OrderedDict, defaultdict

from _show import drive


class Missing(dict):
    def __missing__(self, key):
        return ("missing", key)


class Loud(dict):
    def __getitem__(self, key):
        return "loud"

    def __setitem__(self, key, value):
        super().__setitem__(key, ("set", value))


class BadHash:
    def __hash__(self):
        raise TypeError("bad hash")

    def __repr__(self):
        return "BadHash()"


class BadEq:
    def __hash__(self):
        return hash("a")

    def __eq__(self, other):
        raise ValueError("bad eq")

    def __repr__(self):
        return "BadEq()"


def read(d, k):
    return d[k]


def write(d, k):
    e = d.copy() if hasattr(d, "copy") else d
    for i in range(3):
        e[k] = i
    e[k] += 10
    return e[k], k in e, len(e)


def membership(d, k):
    return k in d, k not in d, d.get(k), d.get(k, 5)


def iterate(d, k):
    total = []
    for key in d:
        total.append(key)
    for key, value in d.items():
        total.append((key, value))
    return total, list(d.values())


def delete(d, k):
    e = d.copy()
    del e[k]
    return len(e)


def grow_while_iterating(d, k):
    e = dict(d)
    for key in e:
        e[(key, k)] = 1


def change_value_while_iterating(d, k):
    e = dict(d)
    for key in e:
        e[key] = k
    return e


def views(d, k):
    e = dict(d)
    keys, items = e.keys(), e.items()
    e["new"] = k
    return len(keys), "new" in keys, ("new", k) in items, keys & {"a", "new"} == {"a", "new"}


PLAIN = {"a": 1, "b": 2}
KINDS = [
    PLAIN, {1: "x", 2**70: "y", 1.5: "z"}, Missing(a=1), Loud(a=1), OrderedDict(a=1, b=2), defaultdict(list, a=[1]), Counter("aab"),
    ChainMap({"a": 1}, {"b": 2}), types.MappingProxyType(PLAIN), {}, {"a": float("nan")}, {True: "t"},
]  # fmt: skip
for function in (read, write, membership, delete):
    drive(function, *[(d, "a") for d in KINDS], orders=2, times=12, late=2)
    drive(function, *[(PLAIN, k) for k in ("a", "zz", 1, 1.0, (1, 2), None, [], BadHash(), BadEq(), True, 2**70)], times=12, late=2)
for function in (iterate, grow_while_iterating, change_value_while_iterating, views):
    drive(function, *[(d, 3) for d in KINDS[:8]], times=10, late=2)
drive(read, (KINDS[1], 1), (KINDS[1], 2**70), (KINDS[1], 1.5), (KINDS[1], True), (KINDS[1], 2), (KINDS[11], 1), orders=2)
