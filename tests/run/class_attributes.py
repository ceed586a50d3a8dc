"""Attributes and methods of classes themselves and of several classes at one place; classes, instances and receivers change in the middle of hot loops."""


def show(title, *values):
    print(title, *values)


class Direction:
    NONE, FORWARD, BACKWARD = 0, 1, -1
    names = {0: "none", 1: "forward", -1: "backward"}

    @classmethod
    def name(cls, value, extra=""):
        return cls.names[value] + extra

    @staticmethod
    def opposite(value):
        return -value


class Special(Direction):
    FORWARD = 7


class Base:
    kind = "base"

    def __init__(self, value, direction=Direction.FORWARD):
        self.value = value
        self.direction = direction

    def get(self):
        return self.value

    def ahead(self):
        return self.direction == Direction.FORWARD

    def both(self, other):
        if other:
            return self.get() + other.get()
        return self.get()


class Twice(Base):
    kind = "twice"

    def get(self):
        return self.value * 2


class Shifted(Base):
    def __init__(self, value, direction=Direction.BACKWARD):
        self.shift = 100
        super().__init__(value, direction)

    def get(self):
        return self.value + self.shift


class Slotted:
    __slots__ = ("direction", "value")
    kind = "slotted"

    def __init__(self, value):
        self.value = value
        self.direction = None

    def get(self):
        return self.value

    def ahead(self):
        return self.direction is not None

    def both(self, other):
        return (self, other) if other is None else self.get() - other.get()


def walk(things):
    total, ahead, kinds = 0, 0, []
    for thing in things:
        for other in (things[0], None):
            got = thing.both(other)
            total += got if not isinstance(got, tuple) else 1000
        if thing.ahead():
            ahead += 1
        if not thing.value:
            total += 100000
        kinds.append(thing.kind)
        thing.direction = Direction.opposite(thing.direction or Direction.NONE)
    return total, ahead, "".join(kinds)


def names(rounds):
    found = []
    for i in range(rounds):
        found.append(Direction.name(Direction.FORWARD if i % 3 else Direction.BACKWARD))
        found.append(Special.name(Direction.NONE, extra="!"))
        found.append(Direction.name(Direction.FORWARD, "?"))
    return len(found), found[:4], found[-3:]


def forward(rounds):
    total = 0
    for i in range(rounds):
        total += Direction.FORWARD
        if i == rounds // 2:
            Direction.FORWARD += 1
    return total


def make(rounds):
    last = None
    for i in range(rounds):
        last = Base(i) if i % 3 else Shifted(i, last)
    return last.value, last.get(), last.direction


def outer(rounds):
    seen = []

    def inner(value, add=1):
        seen.append(value + add)
        return len(seen)

    for i in range(rounds):
        inner(i)
        inner(i, 2)
    return sum(seen), inner(0)


def fails(things):
    results = []
    for thing in things:
        try:
            results.append(thing.get())
        except (AttributeError, TypeError, ZeroDivisionError) as error:
            results.append(f"{type(error).__name__}: {error}")
    return results


def run(title, work, *arguments):
    for _ in range(30):
        result = work(*arguments)
    show(title, result)


things = [Base(1), Twice(2), Shifted(3), Base(0), Twice(5)]
run("walk", walk, things)
run("walk, slots", walk, [*things, Slotted(4)])
for thing in things[:3]:
    thing.__dict__["late"] = 1
    thing.later = 2
run("walk, dicts", walk, things)
things[1].get = lambda: 5000
run("walk, own method", walk, things)
Base.kind = property(lambda self: f"<{self.value}>")
run("walk, property", walk, things)
Base.__bool__ = lambda self: False
run("walk, all false", walk, things)
del Base.__bool__
Base.__len__ = lambda self: self.value
run("walk, lengths", walk, things)
run("names", names, 20)
Direction.name = staticmethod(lambda value, extra="": (value, extra))
run("names, static", names, 20)
show("forward", [forward(20) for _ in range(30)][-1], Direction.FORWARD)
run("make", make, 20)
original = Base.__init__
Base.__init__ = lambda self, value, direction=3: original(self, value * 2, direction)
run("make, other init", make, 20)
Base.__init__ = lambda self, value, direction=3: 5
show("make, wrong", fails([Base.__new__(Base)]))
try:
    make(20)
except TypeError as error:
    show("make, error", str(error))
Base.__init__ = original
run("outer", outer, 20)
del things[0].__dict__["value"]
things[2].__class__ = Twice
run("fails", fails, [*things, object(), Slotted.__new__(Slotted)])
