"""Properties, descriptors, class methods, cached values, __set_name__, __getattribute__, slots with defaults, inheritance of each."""

from functools import cached_property

from _show import drive


class Celsius:
    calls = 0

    def __init__(self, t):
        self.t = t

    @property
    def fahrenheit(self):
        Celsius.calls += 1
        return self.t * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        if value < -459:
            raise ValueError("too cold")
        self.t = (value - 32) * 5 / 9

    @fahrenheit.deleter
    def fahrenheit(self):
        self.t = "deleted"

    @cached_property
    def slow(self):
        Celsius.calls += 1
        return self.t + 0.5


class Typed:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__.get(self.name, "unset")

    def __set__(self, instance, value):
        if isinstance(value, str):
            raise TypeError("no strings")
        instance.__dict__[self.name] = value


class Record:
    a = Typed()
    b = Typed()
    __slots__ = ("__dict__", "s")

    @classmethod
    def make(cls, a):
        r = cls()
        r.a = a
        return r

    @staticmethod
    def twice(x):
        return x * 2


class Sub(Record):
    @property
    def b(self):
        return "sub b"

    def __getattribute__(self, name):
        return super().__getattribute__(name)


class Lazy:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        value = len(name)
        setattr(self, name, value)
        return value


def temperature(t):
    c = Celsius(t)
    out = [c.fahrenheit]
    c.fahrenheit = out[0] + 18
    out.append(c.t)
    out.append((c.slow, c.slow))
    return out


def too_cold(t):
    c = Celsius(t)
    c.fahrenheit -= 500
    return c.t


def deleting(t):
    c = Celsius(t)
    del c.fahrenheit
    return c.t


def typed(cls, value):
    r = cls.make(value)
    r.b = value
    r.s = value
    return r.a, r.b, r.s, cls.twice(value), r.twice(value)


def unset(cls, value):
    r = cls()
    first = r.a
    r.a = value
    return first, r.a, r.s


def lazy(name):
    x = Lazy()
    return x.abc, x.abc, getattr(x, name), vars(x)


for function in (temperature, too_cold, deleting):
    drive(function, (20,), (20.5,), (2**70,), ("s",), orders=2)
drive(typed, (Record, 1), (Record, 2.5), (Record, "s"), (Sub, 1), orders=2)
drive(unset, (Record, 1), (Sub, 1))
drive(lazy, ("abcd",), ("_private",))
print(Celsius.calls, type(Record.a).__name__)
