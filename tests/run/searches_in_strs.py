"""startswith, endswith, find, rfind and count of strs."""

import sys

TEXTS = ["", "a", "abcabc", "abc" * 50, "\u20acuro and \u20ac", "\U0001f600 smile", "caf\u00e9", "\x00null\x00", "aaaa"]
SOUGHT = ["", "a", "abc", "bc", "\u20ac", "\U0001f600", "\u00e9", "\x00", "aa", "abcabcabcabcabcabcabcd", "zz"]
BOUNDS = [0, 1, -1, 3, -3, 100, -100, sys.maxsize, -sys.maxsize - 1, 5]


class Text(str):
    def startswith(self, *arguments):
        return "mine"


def one(s, x):
    return s.startswith(x), s.endswith(x), s.find(x), s.rfind(x), s.count(x)


def two(s, x, i):
    return s.startswith(x, i), s.endswith(x, i), s.find(x, i), s.rfind(x, i), s.count(x, i)


def three(s, x, i, j):
    return s.startswith(x, i, j), s.endswith(x, i, j), s.find(x, i, j), s.rfind(x, i, j), s.count(x, i, j)


def several(s):
    return s.startswith(("abc", "\u20ac")), s.endswith(("c", "", "x")), s.startswith(()), s.endswith(("e", "l"), 1), s.startswith(("b", "c"), 1, 3)


def hashed(rows):
    total = 0
    for row in rows:
        for number in row:
            total = (total * 31 + number + 1) % 1000003
    return total


for _ in range(3):
    print(hashed(one(s, x) for s in TEXTS for x in SOUGHT))
    print(hashed(two(s, x, i) for s in TEXTS for x in SOUGHT for i in BOUNDS))
    print(hashed(three(s, x, i, j) for s in TEXTS for x in SOUGHT for i in BOUNDS for j in BOUNDS))
    print([several(s) for s in TEXTS])


def error(what, *arguments):
    try:
        return what(*arguments)
    except Exception as problem:
        return type(problem).__name__, str(problem)


class Index:
    def __index__(self):
        print("asked for an index")
        return 1


for turn in range(20):
    odd = [
        error(one, "abc", 1), error(one, "abc", b"a"), error(one, "abc", ("a",)), error(one, "abc", (1,)), error(one, "abc", None), error(one, Text("abc"), "a"),
        error(one, "abc", Text("a")), error(two, "abc", "a", None), error(two, "abc", "a", True), error(two, "abc", "a", 1 << 70), error(two, "abc", "a", 1.0),
        error(three, "abcabc", "a", None, 3), error(three, "abcabc", "b", 1, None), error(one, b"abc", b"a"), error(two, "xyz", "y", 1),
    ]  # fmt: skip
    shown = str(odd)
print(shown)
print(error(two, "abc", "b", Index()))


def tokens(text):
    """A scanner, as parsers have it."""
    place, found = 0, []
    while place < len(text):
        if text.startswith("'''", place):
            end = text.find("'''", place + 3)
            end = len(text) if end < 0 else end + 3
        elif text.startswith(("+", "-"), place):
            end = place + 1
        else:
            end = place + 1
            while end < len(text) and not text.startswith("'", end) and not text.startswith(("+", "-"), end):
                end += 1
        found.append(text[place:end])
        place = end
    return found


for _ in range(30):
    shown = tokens("a+b-'''quoted + text'''-cd'''open" * 3)
print(len(shown), shown[:8])


def deep(n):
    """As deep as it goes, then a search."""
    try:
        return deep(n + 1)
    except RecursionError:
        return n


def limit():
    low, high = 0, 400

    def dive(n):
        return "abc".startswith("a") if n == 0 else dive(n - 1)

    while low < high:
        middle = (low + high + 1) // 2
        try:
            dive(middle)
            low = middle
        except RecursionError:
            high = middle - 1
    return low


old = sys.getrecursionlimit()
sys.setrecursionlimit(200)
print([limit() for _ in range(4)])
sys.setrecursionlimit(old)


def counted():
    s, x = "".join(["ab", "cd"]), "".join(["b", "c"])
    before = sys.getrefcount(s), sys.getrefcount(x)
    for i in range(40):
        s.find(x, i % 3)
        s.startswith(x)
        s.count(x)
    return before == (sys.getrefcount(s), sys.getrefcount(x))


print([counted() for _ in range(4)])
