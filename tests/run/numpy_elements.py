"""Elements of NumPy arrays, read and written one by one: element types, layouts, indices inside and outside, what can't be written to."""

import pickle
import sys

import numpy as np
from _show import Change, attempt, drive


def total(a):
    result = 0
    for i in range(len(a)):
        result = result + a[i]
    return result


def fill(a, value):
    for i in range(len(a)):
        a[i] = value
    return a.tolist(), a.dtype.str


def double(a):
    for i in range(a.shape[0]):
        a[i] = a[i] + a[i]
    return a.tolist()


def augment(a, x):
    for i in range(len(a)):
        a[i] += x
    return a.tolist()


def total2(a, rows, columns):
    result = 0.0
    for i in range(rows):
        for j in range(columns):
            result += a[i, j]
    return result


def from_behind(a):
    found = []
    for i in range(1, len(a) + 1):
        found.append(a[-i])
    return found


def last(a):
    return a[-1], a[-1, -2] if a.ndim == 2 else None


def turn(a):
    rows, columns = a.shape
    for i in range(rows):
        for j in range(i + 1, columns):
            a[i, j], a[j, i] = a[j, i], a[i, j]
    return a.tolist()


def at(a, i):
    return a[i]


def at2(a, i, j):
    return a[i, j]


def put(a, i, x):
    a[i] = x
    return a[i], type(a[i])


def put2(a, i, j, x):
    a[i, j] = x
    return a.tolist()


def corner(a):
    return a[0, 1], a[1, 0], type(a[1, 1])


def indirect(a, places):
    result = 0.0
    for k in range(len(places)):
        result += a[places[k]]
    return result


class Own(np.ndarray):
    def __getitem__(self, key):
        return 100 + np.ndarray.__getitem__(self, key)


class Plain(np.ndarray):
    pass


def unaligned(kind):
    raw = np.zeros(8 * 5 + 1, dtype=np.uint8)
    return raw[1:].view(kind)


def swapped(kind):
    return np.arange(5, dtype=np.dtype(kind).newbyteorder())


def read_only(kind):
    a = np.arange(5, dtype=kind)
    a.flags.writeable = False
    return a


KINDS = ("f8", "i8", "f4", "i4", "u8", "i2", "u1", "?", "c16", "O", "g", "e", "M8[D]", "m8[s]", "S3", "U3")

for kind in KINDS:
    print("kind", kind)
    make = np.arange(5).astype(kind)
    for function in (total, from_behind):
        drive(function, (np.arange(5.0),), (make,), orders=2, times=20)
    drive(double, (np.arange(4.0),), (make.copy()[:2],), times=20)
    for value in (1, 1.5, np.float64(2.5), np.int64(3), True, "x", None, 10**30, -(10**12), float("nan"), float("inf"), np.float32(1.25), np.bool_(True), 1j):
        drive(fill, (make.copy(), value), (np.zeros(3), value), (np.zeros(3, dtype=np.int64), value), times=12, late=3)

for make in (
    lambda: np.arange(20.0)[::3], lambda: np.arange(20)[::-1], lambda: np.arange(12.0).reshape(3, 4).T[0], lambda: unaligned("f8"), lambda: unaligned("i8"),
    lambda: pickle.loads(pickle.dumps(np.arange(4.0))), lambda: pickle.loads(pickle.dumps(np.arange(4))), lambda: swapped("f8"), lambda: swapped("i8"), lambda: read_only("f8"), lambda: read_only("i8"), lambda: np.ma.masked_array([1.0, 2.0, 3.0], mask=[0, 1, 0]),
    lambda: np.arange(3.0).view(Own), lambda: np.arange(3.0).view(Plain), lambda: np.matrix([[1.0, 2.0], [3.0, 4.0]]), lambda: np.array(5.0), lambda: np.zeros(0),
    lambda: np.broadcast_to(np.float64(2.5), (4,)), lambda: np.broadcast_arrays(np.arange(3.0), np.zeros((2, 3)))[0], lambda: np.frombuffer(bytearray(32)), lambda: np.frombuffer(bytes(32), dtype=np.int64),
    lambda: np.zeros(3, dtype=[("x", "f8"), ("y", "i8")]), lambda: np.zeros(3, dtype=[("x", "f8"), ("y", "i8")])["y"], lambda: np.zeros((2, 2, 2)),
    lambda: np.zeros(3, dtype=np.dtype("f8", metadata={"a": 1})), lambda: np.zeros(3, dtype="q"), lambda: np.zeros(3, dtype="l"),
    lambda: [1.0, 2.0], lambda: (1, 2), lambda: np.recarray((2,), dtype=[("x", "f8")]),
):  # fmt: skip
    for function in (total, double, from_behind, last, at, corner):
        rest = (0,) if function is at else ()
        drive(function, (np.arange(6.0), *rest), (make(), *rest), times=14, late=8)
    drive(augment, (np.arange(3.0), 2), (make(), 2), (make(), 0.5), times=14, late=4)

for dtype in (float, int):
    a = np.arange(12).astype(dtype)
    table = a.reshape(3, 4)
    for i in (0, 3, -1, -12, 11, 12, -13, 10**9, -(10**9), 2**63, -(2**63) - 1, 10**30, np.int64(2), np.int64(-3), np.int32(1), np.uint8(7), np.uint64(3),
              True, np.True_, None, 1.0, np.float64(1.0), "a", slice(1, 3), ..., (2,), (1, 1), [0, 1], np.array(4), np.array([1, 2])):  # fmt: skip
        drive(at, (a, 1), (a, i), times=12, late=4)
        drive(put, (a.copy(), 1, 2), (a.copy(), i, 2), times=12, late=4)
        for j in (0, -1, 4, np.int64(1), True, slice(None), None):
            drive(at2, (table, 1, 1), (table, i, j), (table, j, i), times=10, late=3)
        drive(put2, (table.copy(), 1, 1, 5), (table.copy(), i, 1, 5), times=10, late=3)
    drive(total2, (table, 3, 4), (table.T, 4, 3), (table[:, ::2], 3, 2), (table, 4, 4), (np.asfortranarray(table), 3, 4), orders=3)
    drive(turn, (np.arange(9).reshape(3, 3).astype(dtype),), (np.arange(16).reshape(4, 4).astype(dtype).T,), times=12)
    drive(corner, (table,), (table.T,), (table[::2, ::-1],))
    drive(indirect, (a, np.array([1, 2, -1])), (a, [0, 1]), (a, np.array([0, 20])), (a, np.array([0, 1], dtype=np.int32)), (a, np.array([1.0])))

grid = np.arange(6.0).reshape(2, 3)
view = grid[:, 1]
with Change("references of arrays", grid, view, grid.dtype):
    for _ in range(60):
        attempt(total2, grid, 2, 3)
        attempt(double, view)
        attempt(at2, grid, 5, 5)
        attempt(at, view, 9)


def kept(a, n):
    found = []
    for i in range(n):
        x = a[i]
        y = x
        z = y + 1
        found.append((x, y, z, x is y, type(x).__name__, type(z).__name__, sys.getrefcount(x)))
    return found


drive(kept, (np.arange(3.0), 3), (np.arange(3), 3), (np.arange(3, dtype=np.int32), 3), orders=2)


def in_turns(arrays, n):
    result = []
    for a in arrays:
        s = 0
        for i in range(n):
            s += a[i]
        result.append((s, type(s).__name__))
    return result


mixed = [np.arange(3.0), np.arange(3), [1, 2, 3], np.arange(3, dtype=np.float32), np.arange(6.0)[::2], (1.5, 2, 3)]
drive(in_turns, (mixed, 3), (mixed[::-1], 3), (mixed[:1] * 5, 3), orders=3)


def used_as_index(a, items, n):
    found = []
    for i in range(n):
        k = a[i]
        found.append((items[k], len(range(k)), [*range(k, k + 2)]))
    return found


def put_by_index(a, items, n):
    for i in range(n):
        items[a[i]] = i
    return items


places = np.array([0, 2, 1, -1])
drive(used_as_index, (places, [1, 2, 3], 4), (places, (1, 2, 3), 4), (places, "abc", 4), (places, b"abc", 4), (places, {0: 1, 2: 3, 1: 2, -1: 5}, 4), (places * 3, [1, 2], 2), (places * 1.0, [1], 1), orders=6)
drive(put_by_index, (places, [1, 2, 3], 4), (places, {}, 4), (places, bytearray(3), 4), (places * 9, [1], 4), orders=4)


def kinds(a, n):
    found = []
    for i in range(n):
        x = a[i]
        y = x * 2
        b = x < y
        found.append((isinstance(x, float), isinstance(x, int), isinstance(y, np.floating), isinstance(y, np.generic), isinstance(b, bool), isinstance(b, np.bool_),
                      isinstance(x, (int, float)), isinstance(y, object), isinstance(y, np.int64), type(x) is float, isinstance(a, np.ndarray), isinstance(a, list)))  # fmt: skip
    return found


drive(kinds, (np.arange(3.0), 3), (np.arange(3), 3), ([1.0, 2], 2), orders=3)


def total3(a, n):
    s = 0.0
    for i in range(n):
        for j in range(n):
            for k in range(n):
                a[i, j, k] = a[i, j, k] + a[k, j, i] * 0.5
                s = s + a[j, i, k]
    return s, a[0, 1, 0], a.shape


cube = np.arange(64.0).reshape(4, 4, 4)
drive(total3, (cube.copy(), 4), (cube[::2, ::2, ::2], 2), (cube.T, 4), (np.arange(64).reshape(4, 4, 4), 4), (cube, 5), (cube[0], 2), orders=4, times=20)


class Holder:
    def __init__(self, a):
        self.a = a

    def step(self, n):
        for i in range(n):
            self.a[i] += self.a[i - 1]
        return self.a.tolist()


def held(holder, n):
    return holder.step(n)


drive(held, (Holder(np.arange(5.0)), 5), (Holder(np.arange(5)), 5), (Holder([1, 2, 3]), 3), orders=3, times=15)


def in_closure(a, n):
    def add(i):
        nonlocal count
        count += 1
        a[i] += count
        return a[i]

    count = 0
    s = 0
    for i in range(n):
        s = s + add(i) + a[i]
    return s, count


drive(in_closure, (np.arange(5.0), 5), (np.arange(5), 5), ([1, 2], 2), orders=3)


def first_of(a, i):
    return a[i]


def replace(a, i, x):
    old = first_of(a, i)
    a[i] = x
    return old


def through_calls(a, n):
    s = 0
    for i in range(n):
        s += replace(a, i, i) + first_of(a, i)
    return s


drive(through_calls, (np.arange(5.0), 5), (np.arange(5), 5), ([1, 2], 2), (np.arange(5.0), 6), orders=3)


def rebound(a, b, n):
    """Two locals change places; what is known of one is not known of the other."""
    for i in range(n):
        a[i] = b[i] + 1
        a, b = b, a
    return a.tolist(), b.tolist()


drive(rebound, (np.arange(5.0), np.arange(9.0)[::2], 5), (np.arange(5), np.arange(5.0), 5), (np.arange(2.0), np.arange(6.0), 5), orders=3)
