"""Tuples as keys: nested ones, named ones, items whose hash or equality is Python code, and items that have none."""

from collections import Counter, OrderedDict, defaultdict, namedtuple
from enum import Enum, IntEnum

Point = namedtuple("Point", "x y")
calls = []


class Noted:
    def __init__(self, value, hashed=None):
        self.value = value
        self.hashed = value if hashed is None else hashed

    def __hash__(self):
        calls.append(("hash", self.value))
        if self.hashed == "bad":
            raise ArithmeticError("no hash today")
        return self.hashed

    def __eq__(self, other):
        calls.append(("eq", self.value, getattr(other, "value", other)))
        return isinstance(other, Noted) and self.value == other.value

    def __repr__(self):
        return f"Noted({self.value})"


class Pair(tuple):
    def __hash__(self):
        calls.append(("pair", len(self)))
        return 7


class Same(tuple):
    """Inherits its hash."""


class Word(str):
    def __hash__(self):
        calls.append(("word", str(self)))
        return 11


class Count(int):
    pass


class Colour(Enum):
    RED = 1


class Level(IntEnum):
    LOW = -1
    HIGH = 2


class Missing(dict):
    def __missing__(self, key):
        calls.append(("missing", key))
        return "made up"


class Failing(dict):
    def __missing__(self, key):
        raise LookupError(key)


class Loud(dict):
    def __getitem__(self, key):
        calls.append("getitem")
        return dict.__getitem__(self, key)

    def __setitem__(self, key, value):
        calls.append("setitem")
        dict.__setitem__(self, key, value)


KEYS = [
    (), (0,), (-1,), (-2,), (1, 2), (True, False), (1.0, 2), (None,), (None, ...), ("a", "bc"), ("a", ("b", ("c", ()))), (b"a", b""), (2**30, 2**61 - 1, -(2**70)),
    (float("inf"), -0.0), (0, 0.5), (int, len), Point(1, 2), Point((1, 2), "z"), (Point(0, 0), Point(0, 0), 3), Pair((1, 2)), Same((1, 2)), (Pair((1,)), 5),
    (Word("a"), "bc"), (Count(3), Count(-1)), (Colour.RED, 1), (Level.LOW, Level.HIGH), (frozenset((1, 2)), 0), ("\udc80", "é", "☃"), (1j, 2), (Noted(5), 1), (1, (2, Noted(6))),
    tuple(range(40)), ((((((1,),),),),),), (range(3), slice),
]  # fmt: skip
BAD = [([],), (1, (2, {})), (1, Noted(1, "bad")), (Noted(2), Noted(3, "bad"), Noted(4)), Pair(([],))]
KINDS = [dict, OrderedDict, Counter, Missing, Failing, Loud, lambda: defaultdict(list), lambda: defaultdict(None)]


def look(kept, key):
    return kept[key]


def put(kept, key, value):
    kept[key] = value


def add(kept, key):
    kept[key] += 1


def drop(kept, key):
    del kept[key]


def get(kept, key):
    return kept.get(key, "none")


def inside(key, kept):
    return key in kept


def outside(key, kept):
    return key not in kept


def gather(keys):
    return {key: place for place, key in enumerate(keys)}


def collect(keys):
    return {key for key in keys}


def tried(function, *arguments):
    before = len(calls)
    try:
        result = function(*arguments)
    except Exception as error:
        result = type(error).__name__, [type(each).__name__ if isinstance(each, tuple) else str(each) for each in error.args]
    return result, len(calls) - before


def dicts():
    for kind in KINDS:
        kept = kind()
        for place, key in enumerate(KEYS):
            tried(put, kept, key, place)
        rows = [tried(step, kept, key) for key in KEYS for step in (look, get)]
        rows += [tried(step, key, kept) for key in KEYS for step in (inside, outside)]
        rows += [tried(add, kept, key) for key in KEYS[:12]]
        rows += [tried(step, kept, key) for key in [*BAD, (7, 7), ("new", ("er",)), (Noted(5), 2)] for step in (look, get)]
        rows += [tried(put, kept, key, 1) for key in BAD] + [tried(inside, key, kept) for key in BAD]
        rows += [tried(drop, kept, key) for key in KEYS[::3]] + [tried(look, kept, key) for key in KEYS[::3]]
        print(type(kept).__name__, len(kept), ascii(rows))


def sets():
    for kept in (collect(KEYS), frozenset(KEYS), set(), {(1, 2)}, collect((i, i + 1) for i in range(1000))):
        rows = [tried(step, key, kept) for key in [*KEYS, *BAD, (3, 4), (999, 1000), (1000, 1001), {1}, frozenset(), 3, "a"] for step in (inside, outside)]
        print(len(kept), ascii(rows))
    many = collect((i, i + 1) for i in range(300))
    for i in range(0, 300, 2):
        many.discard((i, i + 1))
    print([i for i in range(310) if inside((i, i + 1), many)] == list(range(1, 300, 2)))


def colliding():
    """Equal hashes, and equality that changes the dict."""
    kept = {}

    class Changing(Noted):
        def __eq__(self, other):
            calls.append("changed")
            kept.pop((0, 1), None)
            kept["more", len(kept)] = 1
            return NotImplemented

        __hash__ = Noted.__hash__

    first, second = (Noted(1, 3), 1), (Noted(2, 3), 1)
    put(kept, (0, 1), 0)
    put(kept, first, 1)
    put(kept, second, 2)
    print(look(kept, first), look(kept, second), tried(look, kept, (Noted(9, 3), 1)))
    print(tried(look, kept, (Changing(1, 3), 1)), len(kept), inside((0, 1), kept))
    print(inside((Noted(1, 3), 1), {first, second}), inside((Noted(4, 3), 1), {first, second}))


def nans():
    nan = float("nan")
    kept = {(nan, 1): "same"}
    print(look(kept, (nan, 1)), tried(get, kept, (float("nan"), 1)), inside((nan,), {(nan,)}), inside((float("nan"),), {(nan,)}))


for turn in range(4):
    dicts()
    sets()
    colliding()
    nans()
    print(ascii(gather(KEYS[:20])), len(calls))
    for bad in BAD:
        print(tried(gather, [(1,), bad]), sorted(map(ascii, tried(collect, [(1,), bad])[0])))
print(hash((1, (2, 3))), {(1, (2, 3)): hash((1, (2, 3)))}[1, (2, 3)], len(calls), ascii(calls[:200]))
