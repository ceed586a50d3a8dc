"""One place in the code, several classes: the attribute in the instance here, in the class there, in a slot, at another index; stores; `in` short sequences."""

import traceback


class Plain:
    kind = "plain"

    def __init__(self, n):
        self.first = 1
        self.value = n


class Later:
    def __init__(self, n):
        self.a = self.b = self.c = 0
        self.value = n
        self.kind = "later" + str(n % 3)


class Slotted:
    __slots__ = ("value", "kind")

    def __init__(self, n):
        self.value = n
        self.kind = 7


class Classy:
    value = 99
    kind = None


def read(thing):
    return thing.value, thing.kind


def write(thing, n):
    thing.value = n
    thing.kind = "w"


def both(things, times):
    seen = {}
    for i in range(times):
        for thing in things:
            value, kind = read(thing)
            seen[kind] = seen.get(kind, 0) + value
            if i % 3 == 0:
                write(thing, i)
    return sorted(seen.items(), key=str)


def readers(things, times):
    total = 0
    for i in range(times):
        for thing in things:
            total += thing.value
    return total


for _ in range(4):
    things = [Plain(1), Later(2), Slotted(3), Classy()]
    print(readers(things, 100), both(things, 60), readers(things, 100), [vars(thing) for thing in things if hasattr(thing, "__dict__")])

things = [Plain(1), Later(2), Slotted(3), Classy()]
Plain.value = property(lambda self: 1000)
try:
    print(readers(things, 50), both(things, 5))
except AttributeError:
    traceback.print_exc()
del Plain.value
Classy.value = "text"
for _ in range(2):
    try:
        print(readers(things, 50))
    except TypeError:
        traceback.print_exc()
del Classy.value
for _ in range(2):
    try:
        print(readers(things, 50))
    except AttributeError:
        traceback.print_exc()


class Talking:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def replace(things, times):
    for i in range(times):
        for thing in things:
            thing.value = Talking((type(thing).__name__, i)) if i == times - 1 else None


for _ in range(3):
    replace(things, 30)


class Equal:
    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        asked.append(other)
        return self.answer

    __hash__ = None


asked = []


def has(item, items):
    return item in items


def hasnt(item, items):
    return item not in items


def counts(items, where, times):
    found = 0
    for i in range(times):
        for item in items:
            found += has(item, where)
            found += 3 * hasnt(item, where)
    return found


WHERE = [1, 2.5, "a", None, True, "bc", 1 << 70, b"x", float("nan")]
for _ in range(3):
    print(counts([1, 2, 3], WHERE, 60), counts(["a", "b"], WHERE, 60), counts(["a", "b"], ("b", "c"), 60), counts([1 << 70, 1.0, 2.5], WHERE, 60))
    print(counts([None], WHERE, 60), counts([None], (1, 2), 60), counts([False, True], (0, 2), 60), counts([WHERE[-1], float("nan")], WHERE, 60))
print(counts([1, 5], [Equal(True), 5], 20), counts([1, 5], [3, Equal(False)], 20), len(asked))


class Loud:
    def __eq__(self, other):
        raise KeyError(other)


for _ in range(2):
    try:
        counts([1], [2, Loud()], 5)
    except KeyError:
        traceback.print_exc()
