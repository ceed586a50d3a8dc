"""`is` of values stored and read back; no copy of an object may appear and no two boxes for one value."""

from _show import drive

NAN = float("nan")


class Box:
    def __init__(self, value):
        self.value = value


def through_list(x):
    items = [None]
    items[0] = x
    return items[0] is x


def through_attribute(x):
    box = Box(x)
    y = box.value
    box.value = y
    return (box.value is x, y is x)


def through_dict(x):
    d = {}
    d["k"] = x
    return (d["k"] is x, d.get("k") is x, d.pop("k") is x)


def through_loop(x):
    last = x
    for _ in range(5):
        last = x
    return last is x


def computed(x):
    y = x + 1
    items = [y, y]
    z = y
    box = Box(y)
    return (items[0] is items[1], items[0] is z, box.value is z, z is y)


def computed_in_loop(x):
    out = []
    for i in range(4):
        y = x * i + x
        out.append(y)
        if out[-1] is not y:
            return ("lost", i)
        pair = (y, y)
        if pair[0] is not pair[1] or pair[0] is not out[i]:
            return ("pair", i)
    return "same"


def argument(x):
    return same(x, x) and same(y := x + 1, y)


def same(a, b):
    return a is b


def conditional(x, flag):
    y = x + 1
    z = y if flag else x
    return (z is y, z is x)


def carried(x):
    y = x + 1
    keep = []
    for _ in range(3):
        keep.append(y)
        y = y
    return (keep[0] is keep[1], keep[1] is keep[2], keep[2] is y)


def nan_in(x):
    y = x * 1.0
    items = [y]
    return (y in items, y in (y,), x in items, items == [y], items == [x], items.count(y))


def small_ints(x):
    a = x + 0
    b = x - 1 + 1
    return (a is b, a is x)


VALUES = [(1000,), (2.5,), (NAN,), (2**70,), (True,)]
for function in (through_list, through_attribute, through_dict, through_loop, computed, computed_in_loop, argument, carried, nan_in):
    drive(function, *VALUES, orders=2)
drive(conditional, (1000, True), (1000, False), (2.5, True), (2.5, False))
drive(small_ints, (5,), (256,), (-5,), (0,))
