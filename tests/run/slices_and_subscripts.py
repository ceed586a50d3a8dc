"""Subscripts and slices of list, tuple, str, bytes, bytearray, array, range, dict: reading, storing, deleting, negative, out of range."""

from array import array

from _show import drive


def read(s, i):
    return s[i]


def slices(s, i):
    return (s[:i], s[i:], s[i : i + 2], s[::-1], s[-i:], s[1:-1:2], s[:])


def store(s, i):
    t = s[:]
    t[i] = t[0]
    return t


def store_slice(s, i):
    t = s[:]
    t[i : i + 2] = t[:1]
    return t


def delete(s, i):
    t = s[:]
    del t[i]
    return t


def augmented(s, i):
    t = s[:]
    t[i] += t[0]
    t[-1] -= 1
    return t


def walk(s, n):
    out = 0
    for i in range(n):
        if s[i] == s[-i]:
            out += 1
    return out


def dict_read(d, k):
    return (d[k], k in d)


def dict_store(d, k):
    e = dict(d)
    e[k] = 1
    e[k] += 1
    del e["a"]
    return e


LIST = [5, 6, 7, 8, 9]
SEQUENCES = [
    LIST,
    tuple(LIST),
    "abcdé",
    "a\u20ac\U0001f600z!",
    b"abcde",
    bytearray(b"abcde"),
    array("i", LIST),
    array("d", LIST),
    range(5, 50, 9),
    memoryview(b"abcde"),
    [1.5, "x", None, 2**70, True],
]
INDICES = [1, -1, 0, 4, 5, -5, -6, 2**63, -(2**70), True, 1.0, "a", None]
for sequence in SEQUENCES:
    drive(read, *[(sequence, i) for i in INDICES])
drive(read, *[(s, 2) for s in SEQUENCES], orders=3)
for s in SEQUENCES[:8]:
    drive(slices, (s, 2), (s, 0), (s, -2), (s, 99), (s, "x"), late=2, times=10)
for s in (LIST, bytearray(b"abcde"), array("i", LIST), array("d", LIST)):
    for function in (store, store_slice, delete, augmented):
        drive(function, (s, 2), (s, -1), (s, 4), (s, 5), (s, -6), (s, None), late=2, times=10)
drive(walk, (LIST, 5), ("abcba", 5), (LIST, 6), (array("i", LIST), 5), (b"", 1))
drive(dict_read, ({"a": 1}, "a"), ({"a": 1}, "b"), ({1: 2}, 1), ({1: 2}, 1.0), ({}, []), ({(1, 2): 3}, (1, 2)))
drive(dict_store, ({"a": 1}, "b"), ({"a": 1}, "a"), ({1: 2}, 3), ({"a": 1}, []))
