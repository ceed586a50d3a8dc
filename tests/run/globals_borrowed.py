"""Globals that are no constants: what was loaded lives on when the name is bound anew, deleted or unset while the expression goes on."""

import builtins
import sys
import traceback

died = []


class Thing:
    def __init__(self, name):
        self.name = name
        self.items = []

    def take(self, *values):
        self.items.extend(values)
        return self.name, len(self.items)

    def __add__(self, other):
        return self.name + str(other)

    def __del__(self):
        died.append(self.name)


class Dropper:
    """Binds the global anew when it goes."""

    def __del__(self):
        global thing
        thing = Thing("by finaliser")


thing = Thing("first")
table = {"a": 1}
flag = [1]
count = 0


def renew(name):
    global thing
    thing = Thing(name)
    return name


def forget():
    global thing
    del thing
    return "gone"


def plain(n):
    total = 0
    for i in range(n):
        if flag and table:
            total += table["a"] + len(thing.items)
    return total


def renewed_in_arguments(i):
    return thing.take(i, renew(f"r{i}"), thing.name)


def renewed_in_operator(i):
    return thing + renew(f"o{i}")


def dropped(i):
    local = Dropper()
    return thing.name, [thing, [local := None], thing][0].name, thing.name


def forgotten():
    return thing.take(forget(), 1)


def held(i):
    return sys.getrefcount(thing), sys.getrefcount(table)


def absent():
    return nowhere_to_be_found


def shadowed():
    return len(flag), extra


for i in range(60):
    results = [plain(20), renewed_in_arguments(i), renewed_in_operator(i), dropped(i), held(i)]
    if i % 20 == 19:
        print(results, died[-4:])
for i in range(5):
    try:
        print(forgotten(), died[-1])
        print(plain(3))
    except NameError:
        traceback.print_exc(file=sys.stdout)
    thing = Thing(f"new {i}")
for i in range(30):
    try:
        outcome = absent()
    except NameError as error:
        outcome = error.name
    if i == 20:
        nowhere_to_be_found = [i]
    if i == 25:
        del nowhere_to_be_found
    if i > 18:
        print(outcome, end=" ")
print()
builtins.extra = (0,)
for i in range(40):
    if i == 20:
        extra = (1,)
    elif i == 25:
        del extra
    elif i == 30:
        builtins.extra = (2,)
    elif i == 35:
        globals()[type("S", (str,), {"__hash__": str.__hash__, "__eq__": str.__eq__})("extra")] = (3,)
    elif i == 37:
        del globals()["extra"]
    print(shadowed(), end=" ")
print()
del builtins.extra
try:
    shadowed()
except NameError:
    traceback.print_exc(file=sys.stdout)
table = None
print(plain(2))
table = {"a": 2.5}
flag = []
print(plain(4))
flag = "x"
print(plain(4), len(died))
