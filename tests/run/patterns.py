"""match statements on all kinds of patterns, in hot loops; subjects and classes that interfere."""

import collections
import collections.abc
import dataclasses


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Slots:
    __slots__ = ("left", "right")
    __match_args__ = ("left", "right")

    def __init__(self, left, right=None):
        self.left = left
        if right is not None:
            self.right = right


class Raising:
    __match_args__ = ("good", "bad")
    good = 1

    @property
    def bad(self):
        raise KeyError("bad")


class Wrong:
    __match_args__ = ["x"]
    x = 1


class Numbers:
    __match_args__ = ("x", 5)
    x = 1


class Twice:
    __match_args__ = ("x", "x")
    x = 1


class MyDict(dict):
    def __missing__(self, key):
        return "never"

    def get(self, key, default=None):
        print("get", key)
        return super().get(key, default)


class MySequence(collections.abc.Sequence):
    def __init__(self, items):
        self.items = items

    def __len__(self):
        print("len", end=" ")
        return len(self.items)

    def __getitem__(self, index):
        print("item", index, end=" ")
        return self.items[index]


class Meta(type):
    def __instancecheck__(cls, instance):
        if instance == "raise":
            raise LookupError("in __instancecheck__")
        return isinstance(instance, (int, str))


class Loose(metaclass=Meta):
    __match_args__ = ("real",)


def shape(value):
    match value:
        case 0 | 1 | -1:
            return "small"
        case True | False:
            return "never, they equal 0 and 1"
        case None:
            return "none"
        case "a" | "b" as letter:
            return f"letter {letter}"
        case int(n) if n > 100:
            return f"large {n}"
        case int() | float():
            return "number"
        case str(text):
            return f"text {text}"
        case Point(x=0, y=0):
            return "origin"
        case Point(0, y) | Point(y, 0):
            return f"on an axis {y}"
        case Point(x, y) if x == y:
            return "diagonal"
        case Point():
            return "point"
        case []:
            return "empty"
        case [one]:
            return f"one {one}"
        case [first, *middle, last]:
            return f"{first} {middle} {last}"
        case {"kind": "circle", "radius": r}:
            return f"circle {r}"
        case {"kind": kind, **rest}:
            return f"{kind} {sorted(rest.items())}"
        case {}:
            return "mapping"
        case Slots(left=Slots(left=deep)):
            return f"deep {deep}"
        case Slots(left, right):
            return f"both {left} {right}"
        case Slots(left):
            return f"left {left}"
        case _:
            return "other"


VALUES = [
    0, 1, True, None, "a", "b", "c", 5, 500, 2.5, Point(0, 0), Point(0, 3), Point(4, 0), Point(2, 2), Point(1, 2), [], (), [1], (1, 2), [1, 2, 3, 4], range(3),
    {"kind": "circle", "radius": 2}, {"kind": "square", "side": 1, "color": "red"}, {}, {"x": 1}, collections.OrderedDict(kind="o"),
    collections.deque([1, 2]), Slots(1), Slots(1, 2), Slots(Slots("d")), object, b"bytes", bytearray(b"x"), {1, 2}, 10**30, float("nan"),
]  # fmt: skip


def errors(value, which):
    try:
        match which:
            case 0:
                match value:
                    case Wrong(x):
                        return x
            case 1:
                match value:
                    case Numbers(x, y):
                        return x, y
            case 2:
                match value:
                    case Twice(x, y):
                        return x, y
            case 3:
                match value:
                    case Twice(x, x=1):
                        return x
            case 4:
                match value:
                    case Raising(good, bad):
                        return good, bad
            case 5:
                match value:
                    case Point(x, y, z):
                        return x, y, z
            case 6:
                match value:
                    case object(x):
                        return x
            case 7:
                match value:
                    case Loose(x):
                        return x
            case 8:
                match value:
                    case Raising(good, missing=1):
                        return good
        return "no match"
    except Exception as error:
        return f"{type(error).__name__} {error} {type(error.__context__).__name__}"


def not_a_class(value, Class):
    match value:
        case Class(x=1):
            return "yes"
    return "no"


def keys(value, first):
    match value:
        case {first.a: x, first.b: y}:
            return x, y
        case {first.a: x}:
            return x
    return None


class Keys:
    def __init__(self, a, b):
        self.a, self.b = a, b


def numbers(values):
    """Unboxed values as subjects."""
    counts = [0, 0, 0, 0]
    total = 0
    for i in range(len(values)):
        n = i * 3 % 7
        match n:
            case 0:
                counts[0] += 1
            case 1 | 2:
                counts[1] += n
            case [_, _]:
                counts[2] += 1000
            case {"n": _}:
                counts[2] += 2000
            case int(k):
                counts[3] += k
        match n * 0.5, values[i]:
            case 0.5, _:
                total += 1
            case half, int(v) if v > half:
                total += v
    return counts, total


for round_ in range(12):
    out = [shape(value) for value in VALUES]
print(out)
for which, value in enumerate([Wrong(), Numbers(), Twice(), Twice(), Raising(), Point(1, 2), object(), 5, Raising()]):
    out = [errors(value, which) for _ in range(12)]
    print(which, out[0], len(set(out)), errors("raise", which))
for i in range(12):
    try:
        out = not_a_class(Point(1, 1), (Point, 5, "x", Point)[i % 4])
    except TypeError as error:
        out = error
    print(out, end=" ")
print()
for i in range(10):
    try:
        print(keys([{1: 2, 3: 4}, {1: 2}, MyDict({1: 5, 3: 6}), MyDict(), collections.defaultdict(list)][i % 5], Keys(1, 3 if i % 3 else 1)))
    except ValueError as error:
        print(error)
for i in range(10):
    try:
        print(keys({}, Keys([], 1)))
    except TypeError as error:
        print(error)
    print(shape(MySequence([1, 2, 3][: i % 4])))
print(numbers(list(range(200))))
