"""Subclasses of list, dict, str, int, float, tuple with overridden slots must never be taken for the builtin types."""

from _show import drive


class L(list):
    def __getitem__(self, i):
        return ("L", i)

    def __len__(self):
        return 3

    def __iter__(self):
        return iter("abc")

    def append(self, x):
        super().append((x, "L"))


class I(int):
    def __add__(self, other):
        return "I+"

    def __radd__(self, other):
        return "+I"

    def __lt__(self, other):
        return True

    def __bool__(self):
        return False

    def __index__(self):
        return 1

    def __hash__(self):
        return 7


class F(float):
    def __sub__(self, other):
        return "F-"

    def __eq__(self, other):
        return "F=="

    __hash__ = float.__hash__


class S(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __add__(self, other):
        return "S+"

    def __mod__(self, other):
        return "S%"


class T(tuple):
    def __iter__(self):
        return iter((9, 8))


class D(dict):
    def get(self, *args):
        return "D.get"


class R(int):
    pass


def add(a, b):
    return a + b, b + a


def compare(a, b):
    return a < b, a == b, b == a, bool(a)


def subtract(a, b):
    return a - b


def sequence(s, i):
    return s[0], len(s), [x for x in s], s[-1]


def unpack(s, i):
    a, b = s
    return a, b


def appended(s, i):
    c = s[:] if type(s) is list else type(s)(s)
    c.append(i)
    return list.__len__(c), list.__getitem__(c, -1)


def index(s, i):
    return [10, 20, 30][s], (1, 2, 3)[s], "abc"[s], range(5)[s]


def as_key(k, i):
    return {1: "one", "a": "two"}.get(k), k in {1, "a"}


def getting(d, i):
    return d.get(i), d.get(i, 0)


def percent(s, i):
    return s % (i,), s == "other"


def kept(a, b):
    return a + 0, type(a + b), -a, type(-a), type(abs(a)), type(a * 1)


NUMBERS = [(1, 2), (I(1), 2), (1, I(2)), (1.5, 2.5), (F(1.5), 1.0), (1.0, F(2)), (R(5), R(6)), ("a", "b"), (S("a"), "b"), ("a", S("b"))]
for function in (add, compare, subtract):
    drive(function, *NUMBERS, orders=4, times=10, late=2)
for function in (sequence, unpack, appended):
    drive(function, ([1, 2], 1), (L([1, 2]), 1), ((1, 2), 1), (T((1, 2)), 1), ("ab", 1), (S("ab"), 1), orders=3, times=10, late=2)
drive(index, (1, 0), (I(2), 0), (True, 0), (-1, 0), (R(2), 0), orders=2)
drive(as_key, (1, 0), (I(1), 0), ("a", 0), (S("a"), 0), (1.0, 0), orders=2)
drive(getting, ({1: 2}, 1), (D({1: 2}), 1), orders=2)
drive(percent, ("%s", 1), (S("%s"), 1), (b"%d", 1), (7, 4), orders=2)
drive(kept, (3, 4), (R(3), 4), (True, 4), (F(3), 4), (2.5, 1), orders=2)
