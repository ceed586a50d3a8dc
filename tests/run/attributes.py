"""Attribute load, store, delete over instance dicts, slots, properties, class attributes, modules, descriptors, __getattr__."""

import math
import types

from _show import drive


class Point:
    scale = 2

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        if y is not None:
            self.y = y

    def __repr__(self):
        return "Slotted"


class Computed:
    def __init__(self, x, y):
        self._x = x
        self.sets = 0
        self.y = y

    @property
    def x(self):
        return self._x * 10

    @x.setter
    def x(self, value):
        self.sets += 1
        self._x = value

    @property
    def readonly(self):
        return 1


class Dynamic:
    def __getattr__(self, name):
        if name == "missing":
            raise AttributeError("no way")
        return len(name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, (name, value))


class Reversed:
    def __init__(self, x, y):
        self.y = y
        self.x = x


def load(p):
    return (p.x, p.y)


def store(p, value):
    p.x = value
    p.y = p.x
    return (p.x, p.y)


def augment(p, value):
    for _ in range(3):
        p.x += value
    return p.x


def build_and_sum(cls, n):
    total = 0
    for i in range(n):
        p = cls(i, 2 * i)
        p.x = p.x + p.y
        total = total + p.x
    return total


def delete(cls):
    p = cls(1, 2)
    del p.x
    return p.x


def missing(p):
    return p.nothing


def class_attribute(p):
    return p.scale


def module_attributes(x):
    return (math.pi * x, math.floor(x), math.sqrt(x))


def set_readonly(p):
    p.readonly = 5


def new_attribute(cls, n):
    p = cls(1, 2)
    for i in range(n):
        p.z = i
        p.w = p.z
    return p.w


def swap_fields(p):
    p.x, p.y = p.y, p.x
    return (p.x, p.y)


def make(cls):
    return cls(3, 4)


CLASSES = [Point, Slotted, Computed, Reversed]
for cls in CLASSES:
    p = cls(1, 2)
    p.__class__.__repr__ = lambda self: type(self).__name__
OBJECTS = [cls(1, 2) for cls in CLASSES] + [Dynamic(), types.SimpleNamespace(x=1, y=2), Slotted(1, None), Point(2.5, 2**70), None, Point]
drive(load, *[(o,) for o in OBJECTS], orders=5)
drive(store, *[(o, 5) for o in OBJECTS], orders=3, late=2)
Point.x = Point.y = None
del Point.x, Point.y
drive(augment, (Point(1, 2), 1), (Slotted(1.5, 2), 1), (Computed(1, 2), 1), (Point(2**63 - 5, 1), 1), (Point("a", 1), "b"), (Point(1, 1), None))
drive(build_and_sum, (Point, 10), (Slotted, 10), (Computed, 10), (Reversed, 10), (int, 3), orders=4)
drive(delete, (Point,), (Slotted,), (Computed,))
drive(missing, *[(o,) for o in OBJECTS])
drive(class_attribute, (Point(1, 2),), (Point,), (Slotted(1, 2),))
drive(module_attributes, (2,), (2.5,), (-1,), ("s",))
drive(set_readonly, (Computed(1, 2),))
drive(new_attribute, (Point, 5), (Slotted, 5), (Computed, 5))
drive(swap_fields, *[(o,) for o in OBJECTS[:6]], orders=2)
