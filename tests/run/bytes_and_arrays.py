"""Loops over bytes, bytearray, array, memoryview: reading, writing, overflow of elements, resizing, typed formats."""

import struct
from array import array

from _show import drive


def checksum(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return (b << 16) | a


def xor(data, key):
    out = bytearray(len(data))
    for i in range(len(data)):
        out[i] = data[i] ^ key
    return bytes(out)


def fill(make, value):
    target = make()
    for i in range(len(target)):
        target[i] = value
    return target


def running_sum(target):
    for i in range(1, len(target)):
        target[i] = target[i - 1] + target[i]
    return target


def sums(make):
    return running_sum(make())


def append_all(make, values):
    target = make()
    for v in values:
        target.append(v)
    return target


def view_write(value):
    data = bytearray(4)
    view = memoryview(data)
    for i in range(4):
        view[i] = value + i
    return bytes(data), view[1:3].tolist()


def export_locks(value):
    data = bytearray(b"abc")
    with memoryview(data):
        data.append(value)


def packed(value):
    return struct.unpack("<q", struct.pack("<q", value))


drive(checksum, (b"hello world" * 5,), (bytearray(b"abc"),), (array("B", [1, 2]),), ([1, 2, 2.5],), (memoryview(b"zz"),), ("text",), (b"",), orders=3)
drive(xor, (b"secret", 42), (bytearray(b"abc"), 255), (b"abc", 256), (b"abc", -1), (b"abc", 2.5), ([1, 2], 3), orders=2)
MAKERS = [lambda: bytearray(3), lambda: array("i", [0] * 3), lambda: array("d", [0.0] * 3), lambda: array("q", [0] * 3), lambda: [0] * 3]
MAKERS += [lambda: array("B", [0] * 3), lambda: array("f", [0.0] * 3), lambda: array("L", [0] * 3)]
for make in MAKERS:
    subject = make()
    print(type(subject).__name__, getattr(subject, "typecode", ""))
    for value in (5, 255, 256, -1, 2**31, 2**63, 2**64, 1.5, True, "x", None):
        from _show import fresh, repeat

        repeat(fresh(fill), (make, value), 6)
drive(sums, (lambda: bytearray([1, 2, 3]),), (lambda: bytearray([200, 100]),), (lambda: array("d", [1.5, 2.5]),), (lambda: array("q", [2**62] * 3),), (lambda: [2**62] * 3,))
drive(append_all, (lambda: array("i"), [1, 2]), (lambda: array("i"), [1.5]), (lambda: array("d"), [1, 2.5]), (lambda: bytearray(), [1, 300]), (list, [1, "x"]))
drive(view_write, (1,), (253,), (2.5,))
drive(export_locks, (1,))
drive(packed, (1,), (-(2**63),), (2**63,), (1.5,))
