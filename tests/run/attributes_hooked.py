"""Classes with __getattr__ and __setattr__: what is found and what is not, properties and descriptors that raise, slots, shadows, changes, references, frozen dataclasses."""

import gc
import sys
from dataclasses import FrozenInstanceError, dataclass

from _show import attempt, drive


class Shown:
    def __repr__(self):
        return type(self).__name__


class Proxy(Shown):
    kind = "proxy"

    def __init__(self, target):
        self.target = target

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(f"none: {name}")
        return self.target, name

    def method(self, x):
        return "method", x

    @property
    def good(self):
        return "good"

    @property
    def bad(self):
        return self.nothing_here_either

    @property
    def worse(self):
        raise AttributeError("worse")

    @staticmethod
    def static(x):
        return "static", x

    @classmethod
    def of_class(cls, x):
        return cls.__name__, x


class Raising:
    def __get__(self, owner, cls):
        raise AttributeError("from __get__")


class Deep(Proxy):
    raising = Raising()
    __slots__ = ("slot",)

    def __getattr__(self, name):
        return "deep", name


class Stores(Shown):
    def __setattr__(self, name, value):
        object.__setattr__(self, name, (value, "stored"))

    def __init__(self, x):
        self.x = x
        self.y = x


class Getting(Shown):
    def __getattribute__(self, name):
        return "got", name

    def __getattr__(self, name):
        return "hooked", name


class CountingNames(Shown):
    def __init__(self):
        self.names = []

    def __getattr__(self, name):
        if name == "names":
            raise AttributeError(name)
        self.names.append(name)
        return len(self.names)


@dataclass(frozen=True)
class Frozen:
    x: int
    y: int = 2

    def total(self):
        return self.x + self.y


@dataclass(frozen=True)
class FrozenBelow(Frozen):
    z: int = 3


def found(p):
    return p.target, p.kind, p.method(1), p.static(2), p.of_class(3), p.good


def missing(p):
    return p.a, p.b, p.a, p.method_of_target, p.call(1) if callable(p.call) else p.call


def raising(p):
    return p.bad, p.worse


def none(p):
    return p.nothing


def with_default(p):
    return getattr(p, "none", 5), getattr(p, "other", 5), hasattr(p, "no"), hasattr(p, "yes")


def set_and_get(p, x):
    p.extra = x
    first = p.extra
    del p.extra
    return first, p.extra


def stored(x):
    s = Stores(x)
    s.x = 5
    t = s.x
    s.z = 6
    return t, s.x, s.y, s.z, s.__dict__


drive(found, (Proxy(1),), (Deep(2),), (Getting(),), orders=2)
drive(missing, (Proxy(1),), (Deep(2),), (Getting(),), orders=2)
drive(raising, (Proxy(1),), (Deep(2),))
drive(none, (Deep(2),), (Proxy(1),), orders=2)
drive(with_default, (Proxy(1),), (Deep(2),), (Getting(),), (5,), orders=2)
drive(set_and_get, (Proxy(1), 1), (Deep(2), "a"), (Getting(), 1), orders=2)
drive(stored, (1,), ("s",))


def slot_of(d):
    return d.slot, d.raising


full = Deep(1)
full.slot = 7
drive(slot_of, (full,), (Deep(1),), orders=2)


def counted():
    c = CountingNames()
    return c.a, c.b, c.a, c.names, len(c.names)


drive(counted, ())


def frozen(x):
    f = Frozen(x)
    g = FrozenBelow(x, z=x)
    return f.x, f.y, f.total(), g.z, g.total(), f == Frozen(x), f == g, hash(f) == hash(Frozen(x)), {f: 1}[Frozen(x)]


def frozen_stored(f):
    try:
        f.x = 5
    except FrozenInstanceError as error:
        return str(error), f.x


drive(frozen, (1,), (2.5,))
drive(frozen_stored, (Frozen(1),), (FrozenBelow(2),), (Proxy(1),))


class Wrong(Shown):
    def __getattr__(self, name):
        raise ValueError(name)


class BadCount(Shown):
    def __getattr__(self):
        return 1


drive(none, (Wrong(),), (BadCount(),), (Proxy(1),))


class Hook:
    def __call__(self, name):
        return "hook", name


class Static(Shown):
    __getattr__ = staticmethod(lambda name: ("static hook", name))


class Instance(Shown):
    __getattr__ = Hook()


drive(none, (Static(),), (Instance(),))


def references(p):
    return p.counts, sys.getrefcount(p)


class Counts(Shown):
    def __getattr__(self, name):
        return sys.getrefcount(self)


drive(references, (Counts(),))


def changed(p):
    return p.later


for _ in range(40):
    changed(Proxy(1))
Proxy.later = "in the class"
print(attempt(changed, Proxy(1)))
del Proxy.later
print(attempt(changed, Proxy(1)))
old = Proxy.__getattr__
Proxy.__getattr__ = lambda self, name: "other hook"
print(attempt(changed, Proxy(1)))
del Proxy.__getattr__
print(attempt(changed, Proxy(1)))
Proxy.__getattr__ = old
Proxy.__getattribute__ = lambda self, name: "get " + name
print(attempt(changed, Proxy(1)))
del Proxy.__getattribute__
print(attempt(changed, Proxy(1)))
for _ in range(40):
    stored(1)
del Stores.__setattr__
print(attempt(stored, 1))


class Loud:
    def __del__(self):
        print("dies")


class Temporary(Shown):
    def __init__(self):
        self.loud = Loud()

    def __getattr__(self, name):
        return [name]


def temporary(i):
    x = Temporary().name
    print("between", i)
    y = Temporary().loud
    del y
    print("behind")
    return x


drive(temporary, (1,), times=12)
gc.collect()


def deep(n):
    class Endless:
        def __getattr__(self, name):
            return self.more

    try:
        return Endless().more if n else 0
    except RecursionError as error:
        return str(error)[:32]


drive(deep, (0,), (1,), times=12)
