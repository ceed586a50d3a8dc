"""Slices of lists assigned from slices of lists: items that change places, that come from elsewhere, that die; lengths that differ; bounds of every kind."""

import sys

from _show import drive


class Item:
    def __init__(self, name, gone):
        self.name, self.gone = name, gone

    def __del__(self):
        self.gone.append(self.name)


class Odd(list):
    def __getitem__(self, key):
        return ["odd", key]

    def __setitem__(self, key, value):
        super().__setitem__(slice(0, 1), [key, value])


def reverse_start(x, k):
    y = x[:]
    y[: k + 1] = y[k::-1]
    return y


def reverse_middle(x, i, j):
    y = x[:]
    y[i:j] = y[j - 1 : i - 1 : -1]
    return y


def to_front(x, c):
    y = x[:]
    y[:] = y[c : c + 1] + y[0:c] + y[c + 1 :]
    return y


def rotate(x, i):
    y = x[:]
    y[i:] = y[i + 1 :] + y[i : i + 1]
    return y


def twice(x, i):
    y = x[:]
    y[i:] = y[i:] + y[i:]
    return y


def overlapping(x, i, j):
    y = x[:]
    y[i:j] = y[i - 1 : j - 1]
    y[1:j] = y[:i] + y[j:]
    return y


def leaps(x, i, step):
    y = x[:]
    y[i:] = y[::2]
    y[:i] = y[::-2]
    y[i : i + 2] = y[::3]
    return y


def from_other(x, other, i, j):
    y, z = x[:], other[:]
    y[i:j] = z[j:]
    y[j:] = z[:i] + x[i:] + z[-2:]
    z[1:1] = y[1:2]
    return y, len(z)


def alias(x, i):
    y = z = x[:]
    y[:i] = z[i:]
    z[i:] = y[:i] + z[i:]
    return y, z, y is z


def four(x, i):
    y = x[:]
    y[:] = y[:i] + y[i:] + y[:1] + y[1:]
    return y


def in_place(x, i):
    y = x[:]
    y[i:] += x[:i]
    return y


def shift_down(x, n):
    for i in range(n):
        x[i % 5 :] = x[i % 5 + 1 :] + x[i % 5 : i % 5 + 1]
        x[: i % 4 + 1] = x[i % 4 :: -1]
    return x


def called(x, i):
    x[i:] = x[i + 1 :] + x[i : i + 1]


def caller(x, n):
    for i in range(n):
        called(x, i % 6)
    return x


def generator(x, n):
    for i in range(n):
        x[: i % 5 + 1] = x[i % 5 :: -1]
        yield x[0]


def counts(x, i, j):
    before = [sys.getrefcount(item) for item in x]
    x[i:j] = x[j - 1 : i - 1 : -1] if i else x[j - 1 :: -1]
    x[i:] = x[i + 1 :] + x[i : i + 1]
    return [sys.getrefcount(item) for item in x] == before


def emptied(n):
    sizes = []
    for i in range(n):
        x = [i, i + 1, i + 2]
        while x:
            x.pop()
        before = sys.getsizeof(x)
        x[:] = x[::-1]
        sizes.append((before, sys.getsizeof(x)))
        x[:] = x[0:1] + x[1:]
        sizes.append(sys.getsizeof(x))
    return sizes


def dying(n):
    gone = []
    x = [Item(k, gone) for k in range(8)]
    for i in range(n):
        x[1:4] = x[4:6]
        x[2:] = x[3:] + x[:1]
        if len(x) < 5:
            x[:] = x + [Item(f"{i}.{k}", gone) for k in range(4)]
    return gone, [item.name for item in x]


def caught(x, i):
    y = x[:]
    try:
        y[:i] = y[i:]
    except TypeError as error:
        return str(error)
    return y


def unbound(values, flag):
    x = values[:]
    if flag:
        k = 2
    try:
        x[:k] = x[k:]
    except UnboundLocalError as error:
        return str(error)
    return x


class Resizes:
    def __init__(self, of):
        self.of = of

    def __del__(self):
        self.of.append("late")


def finaliser_resizes():
    x = list(range(5))
    for i in range(30):
        x[1:2] = x[2:4]
        x[0:1] = [Resizes(x)]
        x[0:1] = x[1:2]
        x[10:] = x[:2]
    return x


TEN = list(range(10))
items = [k + 0.5 for k in range(9)]
drive(reverse_start, (TEN, 4), (TEN, 0), (TEN, 9), (TEN, 12), (TEN, -3), (TEN, -1), ([], 0), (TEN, 2**70), (TEN, True), late=3, times=12)
drive(reverse_middle, (TEN, 2, 7), (TEN, 1, 1), (TEN, 0, 4), (TEN, -5, -2), (TEN, 7, 2), (TEN, 2, 99), late=3, times=12)
drive(to_front, (TEN, 4), (TEN, 0), (TEN, 9), (TEN, 10), (TEN, -1), (["a"], 0), (TEN, 2**62), (TEN, 2**63), (TEN, -(2**70)), late=3, times=12)
drive(rotate, (TEN, 4), (TEN, 0), (TEN, 9), (TEN, 15), (TEN, -4), (tuple(TEN), 3), ("abc", 1), late=3, times=12)
drive(twice, (TEN, 4), (TEN, 0), (TEN, 99), late=2, times=12)
drive(overlapping, (TEN, 2, 5), (TEN, 1, 9), (TEN, -3, -1), (TEN, 5, 2), late=3, times=12)
drive(leaps, (TEN, 2, 2), (TEN, 0, 1), (TEN, 8, 3), (TEN, -1, 3), ([1], 0, 0), late=3, times=12)
drive(from_other, (TEN, list("abcdefgh"), 2, 4), (TEN, list("ab"), 0, 0), (TEN, list("abc"), -2, -1), (TEN, TEN[:], 8, 3), (TEN, "abc", 1, 2), late=3, times=12)
drive(alias, (TEN, 4), (TEN, 5), (TEN, 0), (TEN, -1), late=3, times=12)
drive(four, (TEN, 4), ([], 0), late=1, times=12)
drive(in_place, (TEN, 4), (TEN, 0), (TEN, -2), late=2, times=12)
drive(caught, (TEN, 4), (tuple(TEN), 3), (Odd(TEN), 3), (TEN, "a"), (TEN, None), (TEN, 1.5), late=2, times=12)
drive(unbound, (TEN, True), (TEN, False), late=2, times=12)
drive(counts, (items[:], 0, 5), (items[:], 0, 9), (items[:], 2, 5), late=2, times=12)
for _ in range(12):
    print(shift_down(TEN[:], 30), caller(TEN[:], 30), list(generator(TEN[:], 12)))
    print(dying(6))
    print(emptied(9))
    print(finaliser_resizes())
