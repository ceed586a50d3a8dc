"""A dozen classes at one access, then a dozen more; the classes, their bases, properties and methods change meanwhile, objects lose attributes, names come and go."""

import traceback


class Base:
    kind = "base"

    def name(self):
        return self.kind + str(self.tag)


def plain(i):
    class Plain(Base):
        def __init__(self):
            for k in range(i % 4):
                setattr(self, f"pad{k}", k)
            self.tag = i
            self.val = 0

    return Plain


def slotted(i):
    class Slotted(Base):
        __slots__ = ("tag", "val")

        def __init__(self):
            self.tag = i
            self.val = 0

    return Slotted


def computed(i):
    class Computed(Base):
        kind = property(lambda self: f"computed{self._tag}")

        def __init__(self):
            self._tag = i
            self.val = 0

        @property
        def tag(self):
            return self._tag

    return Computed


def odd(i):
    class Odd(Base):
        val = 3

        def __getattr__(self, name):
            if name == "tag":
                return -i
            raise AttributeError(name)

        def __setattr__(self, name, value):
            self.__dict__[name] = value * 2

    return Odd


MAKERS = (plain, slotted, computed, odd)


def access(things, n):
    out = 0
    for thing in things:
        out += thing.tag
        thing.val = n
        out += thing.val
        if thing.name() == thing.kind + str(thing.tag):
            out += 1
    return out


def attempt(things, n):
    try:
        return access(things, n)
    except Exception:
        return traceback.format_exc()


def drive(things, turns):
    outcomes = {}
    for n in range(turns):
        outcome = attempt(things, n)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(len(outcomes), list(outcomes.items())[:2], list(outcomes)[-1])


classes = [MAKERS[i % 4](i) for i in range(13)]
things = [cls() for cls in classes]
drive(things, 60)
more = [MAKERS[i % 4](100 + i)() for i in range(14)]
drive(things + more, 40)

Base.name = lambda self: f"{self.kind}{self.tag}"
drive(things + more, 40)
Base.kind = "changed"
classes[0].kind = "own"
things[4].kind = "mine"
drive(things + more, 40)
classes[0].tag = property(lambda self: 1000)
drive(things, 30)
del classes[0].tag
things[0].__dict__["tag"] = 5
drive(things, 30)
things[4].name = lambda: "of the instance"
drive(things, 30)
classes[8].tag = 17
del things[8].tag
drive(things, 30)
del classes[8].tag
drive(things, 30)
classes[1].tag.__set__(things[1], 44)
del things[5].val
drive(things[:8], 30)
for turn in range(20):
    fresh = [MAKERS[i % 4](i)() for i in range(12)]
    for i, thing in enumerate(fresh):
        if i == turn % 12:
            type(thing).kind = f"fresh{turn}"
    drive(fresh, 4)
