"""Truth of everything in if, while, and, or, not, ternaries and assert; conditions of many branches; constants folded or not."""

from _show import drive


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value

    def __repr__(self):
        return f"Truth({self.value!r})"


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __repr__(self):
        return f"Sized({self.n})"


def branches(a, b):
    if a and b:
        return "both"
    elif a or b:
        return "one"
    elif not a and not b:
        return "none"
    return "never"


def values(a, b):
    return a and b, a or b, not a, a if b else b, (a or b) and (b or a), not (a and b)


def loop(a, b):
    n = 0
    while (a or b) and n < 5:
        n += 1
        if n == 3 and not a:
            break
    else:
        return "else", n
    return n


def none_tests(a, b):
    return a is None, b is not None, a is b, "x" if a is None else "y" if b is None else "z"


def folded(a, b):
    if 0:
        return "dead"
    while 1:
        if a:
            return "alive"
        a = 1 if not a and __debug__ else a
        if not a:
            return "still not"


def asserted(a, b):
    assert a or b, (a, b)
    assert a
    return "fine"


def ladder(a, b):
    if a == 0:
        r = "zero"
    elif a == 1:
        r = "one"
    elif a == 2.5:
        r = "two and a half"
    elif a == "s":
        r = "string"
    elif a is None:
        r = "none"
    else:
        r = "other"
    return r if b else r.upper()


PAIRS = [(1, 2), (0, 1), (0, 0), (0.0, -0.0), (float("nan"), 0), ("", "s"), ("s", None), (None, None), ([], [0]), (Truth(True), Truth(False))]
PAIRS += [(Truth(5), 1), (Sized(0), Sized(3)), (Sized(-1), 1), (2.5, True), (True, False), (2**70, 0), ((), {}), (0j, 1j), (b"", range(0))]
for function in (branches, values, loop, none_tests, folded, asserted, ladder):
    drive(function, *PAIRS, orders=5, times=8, late=1)
