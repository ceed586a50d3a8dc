"""Ints as text: f-strings with each conversion, str(), large and small ones, bools and subclasses among them, at the recursion limit."""

import sys

from _show import drive


class Own(int):
    def __str__(self):
        return "own"

    def __format__(self, spec):
        return f"<{int(self)}|{spec}>"

    def __repr__(self):
        return "repr"


def texts(n):
    return [f"{i}:{-i}!{i!r}{i!s}{i!a}|{i * 3:>4}|{i << 40}" for i in range(n)]


def strs(n):
    return [str(i) for i in range(-n, n)], [str(i << 57) for i in range(-3, 4)], str(-(1 << 60)), str(1 << 63), str(-(1 << 63))


def mixed(items):
    return "".join([f"{x}," for x in items]), "".join([str(x) for x in items])


def identical(n):
    same = 0
    for i in range(n):
        a, b = str(i), f"{i}"
        same += (a is b) + (a is str(i)) + (a == b)
    return same, sys.getsizeof(str(n)), sys.getrefcount(str(n))


def sums(n):
    total = 0
    for i in range(n):
        total += i * 1000003
        text = f"{total}"
        if str(total) != text or int(text) != total:
            return "wrong"
    return total


def growing(n):
    x, out = 1, []
    for _ in range(n):
        x *= 1000
        out.append(f"{x}/{-x}")
    return out


def deep(n):
    if n == 0:
        return 0
    text = f"{n}" + str(n)
    return deep(n - 1) + len(text)


def depths():
    found = []
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    for n in range(150, 220):
        try:
            found.append(deep(n))
        except RecursionError:
            found.append("too deep")
    sys.setrecursionlimit(limit)
    return found


def main():
    for function in (texts, strs, identical, sums, growing):
        drive(function, (20,), (3,), (60,))
    drive(mixed, (list(range(30)),), ([1, 2, True, False, 3],), ([1, Own(5), 2],), ([1, 1 << 70, -(1 << 70)],), ([1, 2.5, None, "x"],), orders=2)
    print(depths())


main()
