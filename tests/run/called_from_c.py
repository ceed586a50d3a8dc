"""Functions that C code calls: keys, callbacks, slots of classes; wrong arguments, exceptions, tools, and functions that change between the calls."""

import functools
import itertools
import sys
import traceback
from collections import defaultdict


def key(x):
    return -x


def pair(x, y=3):
    return x * y


def only_named(x, *, n=1):
    return x + n


def starred(*things):
    return len(things)


def raises(x):
    if x == 17:
        raise ValueError(x)
    return x


def counted(x):
    return sys.getrefcount(x)


def looks(x):
    frame = sys._getframe()
    return frame.f_code.co_name, frame.f_back.f_code.co_name, frame.f_lineno, frame.f_back.f_lineno


class Ordered:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

    def __eq__(self, other):
        return self.n == other.n

    def __hash__(self):
        return hash(self.n)

    def __call__(self, x):
        return self.n + x

    def __len__(self):
        return self.n

    def __iter__(self):
        return iter((self.n,))

    @property
    def twice(self):
        return self.n * 2


class Dies:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        log.append(self.n)


log = []


def makes(n):
    thing = Dies(n)
    other = Dies(n + 100)
    return n


def deep(n):
    return 0 if n == 0 else 1 + next(map(deep, (n - 1,)))


def generator(n):
    yield n


def show(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        print(type(error).__name__, error, [(entry.name, entry.lineno) for entry in traceback.extract_tb(error.__traceback__)])


def turn():
    numbers = list(range(40))
    print(sorted(numbers, key=key)[:3], list(map(key, numbers))[-2:], list(map(pair, numbers))[-2:], list(map(pair, numbers, numbers))[-2:])
    print(max(numbers, key=key), min(numbers, key=lambda x: (x - 20) ** 2), list(filter(key, numbers))[:2], functools.reduce(pair, [1, 2, 3, 4]))
    print(list(map(functools.partial(pair, y=5), numbers))[-1], list(map(functools.partial(only_named, n=2), numbers))[-1])
    print(list(map(starred, numbers, numbers))[-1], list(itertools.starmap(pair, zip(numbers, numbers)))[-1])
    show(lambda: list(map(raises, numbers)))
    show(lambda: sorted(numbers, key=raises))
    show(lambda: list(map(pair, numbers, numbers, numbers)))
    show(lambda: list(map(only_named, numbers, numbers)))
    print(list(map(counted, [object() for _ in range(30)]))[-3:], list(map(looks, numbers))[-1])
    things = [Ordered(n) for n in (5, 3, 9, 1) * 6]
    print([thing.n for thing in sorted(things)][::5], len(set(things)), list(map(things[0], numbers))[-1], [thing.twice for thing in things][:4])
    print(sum(map(len, things)), list(itertools.chain.from_iterable(things))[:4], things.index(Ordered(9)))
    counts = defaultdict(lambda: [0])
    for n in numbers:
        counts[n % 7][0] += 1
    print(sorted(counts.items()), log.clear(), list(map(makes, range(20)))[-1], log)
    print(deep(40), [next(made) for made in map(generator, range(3))])


def changed():
    numbers = list(range(30))
    code, defaults = pair.__code__, pair.__defaults__
    found = []
    for n in numbers:
        if n == 10:
            pair.__defaults__ = (4,)
        if n == 15:
            pair.__code__ = key.__code__
        if n == 20:
            pair.__code__ = code
            pair.__defaults__ = None
        show_quietly(found, n)
    pair.__defaults__ = defaults
    print(found)


def show_quietly(found, n):
    try:
        found.extend(map(pair, (n,)))
    except TypeError as error:
        found.append(str(error))


def traced():
    events = []

    def tool(frame, event, argument):
        events.append((frame.f_code.co_name, event))
        return tool

    def switches(x):
        if x == 5:
            sys.settrace(tool)
        if x == 8:
            sys.settrace(None)
        return x

    for _ in range(3):
        list(map(switches, [0] * 20))
    print(list(map(switches, range(12))), events)


def limits():
    low, high = 1, 5000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            deep(middle)
            low = middle
        except RecursionError:
            high = middle
    print(low > 300)


for _ in range(3):
    turn()
    changed()
    traced()
limits()
