"""== and != of instances whose classes say nothing about it, until they do."""

from _show import attempt, drive


class Plain:
    def __init__(self, x):
        self.x = x


class Ordered(Plain):
    def __lt__(self, other):
        return self.x < other.x


class Hashed(Plain):
    def __hash__(self):
        return 1


class Equal(Plain):
    def __eq__(self, other):
        return self.x == other.x


class Unequal(Plain):
    def __ne__(self, other):
        return "unequal"


class Slotted:
    __slots__ = ("x",)


class Number(int):
    pass


class Listed(list):
    pass


def equal(a, b):
    return (a == b, a != b, "yes" if a == b else "no")


def found(items, wanted):
    return [i for i, item in enumerate(items) if item == wanted]


def fresh_ones(a):
    made = Plain(a)
    other = Plain(a)
    same = made
    return made == other, made == same, made != other, made == a, a != made


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def last_reference(n):
    return [Loud((n, i, "left")) == Loud((n, i, "right")) for i in range(2)]


def changing(items, wanted, n, change):
    found = []
    for i in range(n):
        if i == n // 2:
            change()
        found.append([item == wanted for item in items])
    return found


a, b, slotted = Plain(1), Plain(1), Slotted()
THINGS = [a, b, Ordered(1), Hashed(1), Equal(1), Unequal(1), slotted, Slotted(), Number(1), Listed(), None, 1, "a", Plain, object()]
drive(equal, (a, a), (a, b), (a, None), (None, a), (None, None), orders=4)
for thing in THINGS:
    drive(equal, (thing, thing), *((thing, other) for other in THINGS), times=6, late=2)
drive(found, (THINGS[:2], a), (THINGS[:4], a), (THINGS, slotted), orders=2)
drive(fresh_ones, (1,), (a,), (None,), orders=2)
drive(last_reference, (1,), (2,), times=5)


def with_equality():
    Plain.__eq__ = lambda self, other: "set late"


def without():
    del Plain.__eq__


def other_class():
    b.__class__ = Equal


print(changing([a, b], a, 40, with_equality))
print(changing([a, b], a, 40, without))
print(changing([a, b], a, 40, other_class))
print(attempt(equal, a, b))
