"""Classes with __next__ that loops go over, in line: how they end, fail, change meanwhile, die, and what is seen of their frames."""

import sys
import traceback


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("dead", self.name)


class Count:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


class Slotted:
    __slots__ = ("left",)

    def __init__(self, n):
        self.left = n

    def __iter__(self):
        return self

    def __next__(self):
        left = self.left = self.left - 1
        if left < 0:
            raise StopIteration
        return left, left * 0.5


class Linked:
    def __init__(self, value, below):
        self.value, self.below = value, below

    def __iter__(self):
        return Walk(self)


class Walk:
    def __init__(self, node):
        self.node = node

    def __iter__(self):
        return self

    def __next__(self):
        node = self.node
        if node is None:
            raise StopIteration
        self.node = node.below
        return node.value


class WithValue(Count):
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration(self.i)
        self.i += 1
        return -self.i


class Stop(StopIteration):
    pass


class WithSubclass(Count):
    def __next__(self):
        if self.i >= self.n:
            raise Stop
        self.i += 1
        return self.i * 2


class Guarded(Count):
    def __next__(self):
        try:
            if self.i >= self.n:
                raise StopIteration
            self.i += 1
            return self.i
        finally:
            self.n -= 1


class Calls(Count):
    def more(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1

    def __next__(self):
        self.more()
        return self.i


class Fails(Count):
    def __next__(self):
        self.i += 1
        return 10 // (self.n - self.i)


class Holds(Count):
    """What its locals hold dies before the iterator does."""

    def __init__(self, n, name):
        super().__init__(n)
        self.loud = Loud((name, "iterator"))
        self.name = name

    def __next__(self):
        held = Loud((self.name, self.i))
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return held.name


class Looks(Count):
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        frame = sys._getframe()
        return self.i, frame.f_code.co_name, frame.f_back.f_code.co_name, frame.f_back.f_lineno - frame.f_back.f_code.co_firstlineno


class Never(Count):
    def __next__(self):
        self.i += 1
        return self.i


class InC:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    __next__ = iter([5, 6, 7]).__next__


class Static(Count):
    @staticmethod
    def __next__():
        raise StopIteration


class Default(Count):
    def __next__(self, by=2):
        if self.i >= self.n:
            raise StopIteration
        self.i += by
        return self.i


def total(items):
    t = 0
    for x in items:
        t += x
    return t


def listed(items):
    found = []
    for x in items:
        found.append(x)
    else:
        found.append("end")
    return found


def pairs(items):
    t = 0
    for a, b in items:
        t += a * b
    return t


def nested(n):
    t = 0
    for a in Count(n):
        for b in Count(a):
            t += a * b
            if t % 11 == 10:
                break
        else:
            t += 1
    return t


def left_early(n, stop):
    for x in Count(n):
        if x == stop:
            break
    for y in Holds(n, "early"):
        if y[1] == stop:
            return x, y
    return x, None


def dies_at_the_end(n):
    for x in Holds(n, "loop"):
        last = x
    print("behind", last)
    return last


def failing(items):
    t = 0
    try:
        for x in items:
            t += x
    except ZeroDivisionError:
        return t, traceback.format_exc()
    return t


def uncaught(items):
    t = 0
    for x in items:
        t += x
    return t


def items_of(n):
    for x in Count(n):
        yield x * 2


def again(n):
    """One that goes on after its end."""
    items = Count(n)
    t = [total(items), total(items)]
    items.n += 2
    return [*t, total(items)]


def bounded(n):
    t = 0
    for x in Never(n):
        if x > n:
            break
        t += x
    return t


class Deep(Count):
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return depth(self.n - 1)


def depth(n):
    t = 1
    for x in Deep(n):
        t += x
    return t


def endless(n):
    for x in Endless(n):
        return x


class Endless(Count):
    def __next__(self):
        return endless(self.n + 1)


def limited():
    try:
        endless(0)
    except RecursionError as error:
        return str(error), [row.name for row in traceback.extract_tb(error.__traceback__, limit=4)]


def changed(n, when, change):
    items, t = Count(n), []
    for x in items:
        t.append(x)
        if x == when:
            change(items)
    return t


SHADOWED = """
class Other:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n

def summed(n):
    t = 0
    try:
        for x in Other(n):
            t += x
    except LookupError as error:
        return t, repr(error)
    return t
"""
shadowed = {"__name__": "shadowed"}
exec(SHADOWED, shadowed)


def with_another_name():
    """What the class calls StopIteration is something else for a while."""
    found = [shadowed["summed"](5) for _ in range(40)][-1:]
    shadowed["StopIteration"] = KeyError
    found += [shadowed["summed"](5) for _ in range(40)][-1:]
    del shadowed["StopIteration"]
    return [*found, shadowed["summed"](5)]


def other(self):
    if self.i >= self.n:
        raise StopIteration
    self.i += 2
    return -self.i


def of_class(items):
    Count.__next__ = other


def of_instance(items):
    items.__next__ = lambda: 5


def of_other_class(items):
    items.__class__ = WithValue


def shorter(items):
    items.n = 0


plain_next = Count.__next__


def run(turn, quiet):
    results = [
        total(Count(20)),
        listed(Count(5)),
        pairs(Slotted(9)),
        total(Linked(1, Linked(2.5, Linked(3, None)))),
        total(WithValue(5)),
        total(WithSubclass(5)),
        total(Guarded(9)),
        total(Calls(6)),
        nested(6),
        list(items_of(4)),
        again(3),
        bounded(9),
        depth(3),
        listed(InC(3)),
        total(Default(7)),
        changed(6, 3, shorter),
        changed(6, 3, of_instance),
        changed(6, 3, of_other_class),
        listed(Looks(2)),
        failing(Fails(4)),
    ]
    try:
        results.append(uncaught(Fails(3)))
    except ZeroDivisionError:
        results.append(traceback.format_exc())
    try:
        results.append(listed(Static(3)))
    except TypeError as error:
        results.append(repr(error))
    if quiet:
        return
    print(turn, *results, sep="\n  ")
    print(left_early(5, 2), left_early(3, 9), dies_at_the_end(2))
    print(limited())
    print(changed(8, 4, of_class), changed(8, 4, of_class))
    Count.__next__ = plain_next


for turn in range(45):
    run(turn, turn % 15 != 14)

events = []


def trace(frame, event, argument):
    if frame.f_code.co_filename == __file__:
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, repr(argument)[:24] if event == "return" else ""))
    return trace


def traced(items):
    sys.settrace(trace)


for tool in (traced, lambda items: sys.setprofile(trace)):
    print(changed(7, 5, tool))
    sys.settrace(None)
    sys.setprofile(None)
    print(len(events), events[:12], events[-4:])
    events.clear()
print(total(Count(100_000)), pairs(Slotted(20_000)))
print(with_another_name(), with_another_name())
