"""Objects that compiled code makes and releases: the order in which attributes die, finalisers, weak references, chains as long as the stack, counts of the collector, classes that change."""

import abc
import gc
import sys
import weakref

log = []


class Told:
    """Says when it goes."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


class Plain:
    def __init__(self, a, b, c):
        self.a = a
        self.b = b
        self.c = c


class Slotted(Plain):
    __slots__ = ("extra",)


class Backwards:
    def __init__(self, a, b):
        self.b = b
        self.a = a


class Counted(int):
    pass


class Watched:
    def __init__(self, value):
        self.value = value


class Node:
    def __init__(self, next_):
        self.next = next_


class Changing:
    def __init__(self, value):
        self.value = value

    def double(self):
        return self.value * 2


class Abstract(abc.ABC):
    def __init__(self, value):
        self.value = value

    def get(self):
        return self.value


class Base:
    def __init__(self, value):
        self.value = value


class Derived(Base):
    pass


def orders(n):
    """What an instance, a tuple and a list hold goes in the interpreter's order."""
    kept = [None, None, None, None]
    for i in range(n):
        kept[0] = Plain(Told(f"a{i}"), Told(f"b{i}"), i * 0.5)
        kept[1] = (Told(f"t{i}"), i * 1000, Told(f"u{i}"), i * 0.25)
        kept[2] = [Told(f"l{i}"), i * 2000, Told(f"m{i}")]
        kept[3] = Backwards(Told(f"x{i}"), Told(f"y{i}"))
        if i % 3 == 1:
            vars(kept[0])
            kept[3].more = Told(f"more{i}")
        if i % 5 == 2:
            del kept[0].a
            kept[0].a = Told(f"again{i}")
    kept.clear()
    result = list(log)
    log.clear()
    return result


def numbers(n):
    """Ints of one, two and more digits, their subclasses, floats: on the way and gone."""
    kept = [0] * 8
    total = 0
    for i in range(n):
        kept[i & 7] = i << (i & 7) * 9
        kept[i * 3 & 7] = -(i + 257) * 1000003
        kept[i * 5 & 7] = Counted(i)
        kept[i * 7 & 7] = i * 0.5
        big = (1 << 200) + i
        kept[i + 1 & 7] = big - (1 << 200)
        total += sum(kept)
    return total


def chains(n):
    """Longer than the stack would bear."""
    node = None
    for _ in range(n):
        node = Node(node)
    node = None
    pair = None
    for i in range(n):
        pair = (pair, i * 1.5)
    pair = None
    items = None
    for i in range(n):
        items = [items, i + 1000]
    items = None
    mixed = None
    for i in range(n):
        mixed = Node((mixed, [Node(mixed), i])) if i % 2 else [Node(mixed)]
    return mixed is not None


def watched(n):
    """Weak references, with callbacks."""
    called = []
    kept = [None]
    refs = []
    for i in range(n):
        value = Watched(i * 1.5)
        if i % 4 == 0:
            refs.append(weakref.ref(value, lambda _, i=i: called.append(i)))
        kept[0] = value
    value = None
    kept.clear()
    return called, [ref() for ref in refs].count(None)


def counts(n):
    """The collector's counts."""
    kept = [None] * 16
    before = gc.get_count()[0]
    for i in range(n):
        kept[i & 15] = Plain(i, None, i * 0.5)
    return 5 <= gc.get_count()[0] - before <= 20  # what else is made or goes on the way differs


def references(n):
    """Of the class itself."""
    kept = []
    for i in range(n):
        kept.append(Base(i * 2.0))
    held = sys.getrefcount(Base)
    kept.clear()
    return held - sys.getrefcount(Base)


def rounds(n):
    total = 0
    kept = [None]
    for i in range(n):
        kept[0] = Changing(i)
        total += kept[0].double()
    return total


def abstract(n):
    kept = [None]
    for i in range(n):
        kept[0] = Abstract(i)
    return kept[0].get()


def derived(n):
    kept = [None]
    for i in range(n):
        kept[0] = Derived(i * 0.5)
        if i % 7 == 0:
            kept[0].__class__ = Base
        if i % 11 == 0:
            kept[0].other = kept
            kept[0].other = None
    return type(kept[0]).__name__


def resurrected(n):
    """An attribute's finaliser saves what it belongs to, as far as that still is there."""
    saved = []

    class Saver:
        def __init__(self, i):
            self.i = i

        def __del__(self):
            saved.append(self)

    kept = [None]
    for i in range(n):
        kept[0] = Plain(Saver(i), i, None)
    kept.clear()
    return [saver.i for saver in saved]


def slotted(n):
    kept = [None]
    for i in range(n):
        kept[0] = Slotted(Told(i), i, 0.5 * i)
        kept[0].extra = Told(-i)
    kept.clear()
    result = list(log)
    log.clear()
    return result


def many(n):
    """More names than fit, and instances that are made before a name is there."""

    class Many:
        def __init__(self, i):
            self.a = i
            if i > 30:
                self.b = i * 0.5
            if i > 60:
                self.c = self.d = self.e = None

    kept = [None] * 8
    for i in range(n):
        kept[i & 7] = Many(i)
        kept[i * 3 & 7] = Many(n - i)
    return [sorted(vars(one)) for one in kept]


for _ in range(3):
    print(orders(40))
    print(numbers(300))
    print(chains(3000))
    print(watched(60))
    gc.disable()
    print(counts(40), references(50))
    gc.enable()
    print(rounds(200), abstract(100), derived(100), resurrected(30), slotted(20), many(100))
print(chains(100_000))

Changing.__del__ = lambda self: log.append(self.value)
print(rounds(40), log)
del Changing.__del__
log.clear()
print(rounds(40), log)
Changing.double = lambda self: 1
print(rounds(40))

Abstract.__abstractmethods__ = frozenset(("missing",))
try:
    abstract(5)
except TypeError as error:
    print(error)
Abstract.__abstractmethods__ = frozenset()
print(abstract(5))

gc.set_threshold(0)
print(counts(40) , rounds(50))
gc.set_threshold(5, 2, 2)
seen = []
gc.callbacks.append(lambda phase, info: seen.append(phase) if len(seen) < 4 else None)
print(references(60), orders(20), seen)
