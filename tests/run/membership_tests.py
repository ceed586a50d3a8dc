"""in and not in over every container, with identity before equality, and containers that answer themselves."""

from _show import drive

NAN = float("nan")


class Contains:
    def __contains__(self, x):
        return [x]

    def __repr__(self):
        return "Contains()"


class Refuses:
    __contains__ = None

    def __iter__(self):
        return iter([1])

    def __repr__(self):
        return "Refuses()"


class OnlyIter:
    def __iter__(self):
        yield 1
        yield "a"
        raise ValueError("end")

    def __repr__(self):
        return "OnlyIter()"


class OnlyGetitem:
    def __getitem__(self, i):
        if i == 3:
            raise IndexError
        return i

    def __repr__(self):
        return "OnlyGetitem()"


def test(x, c):
    return x in c, x not in c


def branch(x, c):
    if x in c:
        return "in"
    return "out"


def constants(x, c):
    return x in (1, 2, 3), x in {1, "a"}, x in [1.0, None], x in "abc" if isinstance(x, str) else None, x not in ()


def loop(x, c):
    n = 0
    for _ in range(5):
        if x in c:
            n += 1
    return n


CONTAINERS = [[1, 2], (1, "a"), {1, 2}, {"a": 1}, "abc", b"abc", range(5), frozenset([1]), [NAN], Contains(), Refuses(), OnlyIter(), OnlyGetitem(), 5, None, {1: 1}.keys(), {1: 2}.items(), [[1]]]
for function in (test, branch, loop):
    for x in (1, "a", 2.0, NAN, None, 2**64, [1]):
        drive(function, *[(x, c) for c in CONTAINERS], orders=1, times=5, late=1)
    drive(function, *[(1, c) for c in CONTAINERS[:9]], orders=4, times=8, late=1)
drive(constants, (1, 0), ("a", 0), (1.0, 0), (None, 0), (NAN, 0), ([], 0), (True, 0), orders=3)
