"""super() without arguments in hot methods: chains of classes, several subclasses, methods replaced, classes with other bases, cells rebound, closures in line."""

import sys


class Base:
    def __init__(self, value):
        self.value = value
        self.seen = 0

    def step(self, n):
        self.seen += 1
        return n + self.value

    def name(self):
        return "base"


class Middle(Base):
    def __init__(self, value, extra=3):
        super().__init__(value)
        self.extra = extra

    def step(self, n):
        return super().step(n) * 2 + self.extra

    def name(self):
        return "middle of " + super().name()


class Leaf(Middle):
    def __init__(self, value):
        super().__init__(value, extra=value)

    def step(self, n):
        result = super().step(n)
        return result - 1

    def name(self):
        return "leaf of " + super().name()


class Other(Middle):
    def step(self, n):
        return super().step(n + 1)


class Mixin:
    def step(self, n):
        return super().step(n) + 1000


class Mixed(Mixin, Base):
    pass


class Mixed2(Mixin, Middle):
    pass


def run(things, times):
    total = 0
    for i in range(times):
        for thing in things:
            total += thing.step(i)
    return total


def make(times):
    total = 0
    for i in range(times):
        total += Leaf(i).extra
    return total


things = [Base(1), Middle(2), Leaf(3), Other(4)]
for _ in range(4):
    print(run(things, 300), [thing.seen for thing in things], make(200))
print(run([Mixed(5), Mixed2(6)], 200), run([Mixed(5)], 200), [thing.name() for thing in things])


def replaced(self, n):
    return -n


original = Base.step
Base.step = replaced
print(run(things, 100))
Base.step = original
print(run(things, 100))


class Late(Base):
    def step(self, n):
        return original(self, n) * 100


Middle.__bases__ = (Late,)
print(run(things, 100), Leaf.__mro__)
Middle.__bases__ = (Base,)
print(run(things, 100))


class Raises(Middle):
    def step(self, n):
        if n == 150:
            raise ValueError(n)
        return super().step(n)


class Below(Raises):
    def step(self, n):
        return super().step(n)


for _ in range(3):
    try:
        run([Below(1)], 200)
    except ValueError as error:
        trace = error.__traceback__
        while trace:
            print(trace.tb_frame.f_code.co_qualname, trace.tb_lineno, trace.tb_frame.f_locals.get("n"), trace.tb_frame.f_code.co_freevars)
            trace = trace.tb_next


class Shadow(Base):
    def step(self, n):
        self.name = n
        return super().step(n) + len(super().name())


class Rebound(Base):
    def step(self, n):
        if n > 100:
            self = Base(50)
            try:
                return super().step(n)
            except TypeError as error:
                return str(error)[:4] == "super" or 7
        return super().step(n)


class Property(Base):
    @property
    def double(self):
        return super().step(1)

    @classmethod
    def create(cls, value):
        return cls(value)

    def step(self, n):
        return self.double + n


class Created(Property):
    @classmethod
    def create(cls, value):
        made = super().create(value)
        made.value += 1
        return made


for _ in range(3):
    print(run([Shadow(2), Rebound(3), Property(4)], 200), sum(Created.create(i).step(i) for i in range(200)))


def counter(start):
    count = start

    def bump(by):
        nonlocal count
        count += by
        return count

    def read():
        return count

    class Holder:
        def add(self, n):
            nonlocal count
            count += n
            return count

        def look(self):
            return count, __class__

    return bump, read, Holder()


bump, read, holder = counter(10)
other_bump, other_read, other_holder = counter(1000)


def closures(holder, times):
    total = 0
    for i in range(times):
        total += holder.add(i) + bump(1)
        total -= read()
        total += holder.look()[0]
    return total


for _ in range(3):
    print(closures(holder, 200), closures(other_holder, 200), read(), other_read())


class Watching(Base):
    def step(self, n):
        if n == 120:
            frame = sys._getframe()
            print(frame.f_code.co_name, sorted(frame.f_locals), frame.f_back.f_code.co_name)
        return super().step(n)


class Watched(Watching):
    def step(self, n):
        return super().step(n) + 1


for _ in range(3):
    print(run([Watched(1)], 150))


class Odd(type):
    def __eq__(cls, other):
        print("compared")
        return True

    __hash__ = type.__hash__


class Getting:
    def __getattr__(self, name):
        print("asked for", name)
        raise AttributeError(name)


class OddBase(metaclass=Odd):
    def step(self, n):
        return n + 2


class OddMiddle(OddBase):
    step = Getting()


class OddLeaf(OddMiddle, OddBase):
    def step(self, n):
        return super().__class__ is super and len(super().__init_subclass__.__name__) + n

    def back(self, n):
        return OddBase.step(self, n)


class OddLast(OddLeaf):
    def step(self, n):
        return super().step(n) + super().back(n)


for _ in range(3):
    print(run([OddLast()], 150))
