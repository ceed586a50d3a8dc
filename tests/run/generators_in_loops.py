"""Generators that loops go over, in line: how they begin, go on, end, are left early, fail, and what can be seen of them."""

import gc
import sys
import traceback
import weakref

ROUNDS = 60


def down(n):
    while n > 0:
        yield n
        n -= 1


def evens(n, step=2):
    for i in range(0, n, step):
        yield i


def pairs(data):
    for i in range(len(data) - 1):
        yield data[i], data[i + 1]


def several(n):
    yield "begin"
    for i in range(n):
        yield i
        if i % 3 == 0:
            yield -i
    yield "end"


def tripled(n):
    for x in evens(n):
        yield x * 3


def changing(n):
    value = 1
    for i in range(n):
        yield value
        value = value + 1 if i < n // 3 else value + 0.5 if i < n - 2 else str(value)


def perhaps(n):
    for i in range(n):
        if i == 3:
            late = i
        yield i
    yield late


def empty(n):
    if n < 0:
        yield n


class Items:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        for item in self.items:
            yield item

    def walk(self, factor=1):
        for item in self.items:
            yield item * factor


def sums(n):
    t = 0
    for x in down(n):
        t += x
    for x in evens(n):
        t += x
    for x in evens(n, step=3):
        t -= x
    for a, b in pairs(list(range(n))):
        t += a * b
    for x in tripled(n):
        t += x
    for x in empty(n):
        t += x
    items = Items([1, 2.5, 3])
    for x in items.walk():
        t += x
    for x in items.walk(factor=2):
        t += x
    for x in items:
        t += x
    return t


for _ in range(ROUNDS):
    result = sums(40)
print(result)


def listed(make, n):
    out = []
    for x in make(n):
        out.append(x)
    return out


for make in (several, changing, perhaps, empty, down):
    for _ in range(ROUNDS):
        result = listed(make, 12)
    print(make.__name__, result)


def direct(n):
    out = []
    for x in several(n):
        out.append(x)
    for x in changing(n):
        out.append(x)
    for x in perhaps(n):
        out.append(x)
    return out


for _ in range(ROUNDS):
    result = direct(12)
print(result)
for _ in range(3):
    try:
        direct(2)
    except UnboundLocalError:
        traceback.print_exc(file=sys.stdout)


# left early: closed at once, with everything that has to run

log = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append("del " + self.name)


def careful(n):
    first, second = Noisy("first"), Noisy("second")
    try:
        for i in range(n):
            yield i
    except GeneratorExit:
        log.append("exit")
        raise
    finally:
        log.append("finally")


def broken_off(n, at):
    for x in careful(n):
        if x == at:
            log.append("break")
            break
    else:
        log.append("else")
    log.append("behind")


def returned(n, at):
    for x in careful(n):
        if x == at:
            return x
    return None


for _ in range(ROUNDS):
    log.clear()
    broken_off(5, 3)
    broken_off(3, 10)
    result = returned(5, 2), returned(2, 5)
print(log, result)


def plain_noise(n):
    noise, other = Noisy("one"), Noisy("two")
    for i in range(n):
        yield i
    noise = None
    yield "last"


def stops(n, at):
    for x in plain_noise(n):
        log.append(x)
        if x == at:
            break
    log.append("behind")


for at in (1, "last", "never"):
    for _ in range(ROUNDS):
        log.clear()
        stops(3, at)
    print(at, log)


# exceptions: in the generator, in the loop, and StopIteration


def fails(n, at):
    for i in range(n):
        if i == at:
            raise ValueError(i)
        yield i


def stops_wrongly(n):
    for i in range(n):
        yield i
    raise StopIteration(n)


def over(make, *args):
    t = 0
    for x in fails(*args) if make is None else make(*args):
        t += x
    return t


def over_fails(n, at):
    t = 0
    for x in fails(n, at):
        t += x
    return t


def over_wrong(n):
    t = 0
    for x in stops_wrongly(n):
        t += x
    return t


def fails_itself(n, at):
    t = 0
    for x in down(n):
        if x == at:
            t += None
        t += x
    return t


def caught_around(n, at):
    t = 0
    try:
        for x in fails(n, at):
            t += x
    except ValueError as error:
        t += 1000 + len(traceback.extract_tb(error.__traceback__))
    return t


def caught_inside(n, at):
    t = 0
    for y in down(3):
        try:
            for x in careful(n):
                for z in evens(4):
                    if x == at:
                        raise IndexError(y)
                    t += x + y + z
        except IndexError as error:
            log.append(error.args)
            t += 100
    return t


for at in (50, 2):
    for _ in range(ROUNDS):
        log.clear()
        result = caught_inside(4, at)
    print(result, log)


for function, good, bad in (over_fails, (9, 50), (9, 5)), (fails_itself, (9, 50), (9, 5)), (caught_around, (9, 50), (9, 5)):
    for _ in range(ROUNDS):
        function(*good)
    for _ in range(3):
        try:
            print(function(*bad))
        except Exception:
            traceback.print_exc(file=sys.stdout)
for _ in range(3):
    try:
        over_wrong(5)
    except RuntimeError as error:
        print(repr(error), repr(error.__cause__))
        traceback.print_tb(error.__traceback__, file=sys.stdout)


def handles(n):
    for i in range(n):
        try:
            if i % 4 == 1:
                raise KeyError(i)
            yield i
        except KeyError as error:
            yield str(error)


for _ in range(ROUNDS):
    result = direct_handles = [x for x in handles(9)]
print(result)


def over_handles(n):
    out = []
    for x in handles(n):
        out.append((x, sys.exc_info()[0]))
    return out


for _ in range(ROUNDS):
    result = over_handles(6)
print(result)


# what can be seen: references, frames, the function


def holds(thing, n):
    again = thing
    for i in range(n):
        yield i


class Thing:
    pass


def counts(n):
    thing = Thing()
    before = sys.getrefcount(thing), sys.getrefcount(holds)
    seen = []
    for i in holds(thing, n):
        seen.append((sys.getrefcount(thing) - before[0], sys.getrefcount(holds) - before[1]))
    seen.append((sys.getrefcount(thing) - before[0], sys.getrefcount(holds) - before[1]))
    return seen


for _ in range(ROUNDS):
    result = counts(3)
print(result)


def dies(n):
    thing = Thing()
    watch = weakref.ref(thing)
    out = []
    for i in keeps(thing, n):
        thing = None
        out.append(watch() is None)
    out.append(watch() is None)
    return out


def keeps(thing, n):
    for i in range(n):
        if i == 2:
            del thing
        yield i


for _ in range(ROUNDS):
    result = dies(4)
print(result)


def names(n):
    out = []
    for i in down(n):
        frame = sys._getframe()
        out.append((i, frame.f_code.co_name, sorted(frame.f_locals)))
    return out


for _ in range(ROUNDS):
    result = names(2)
print(result)


def collects(n):
    t = 0
    for i in holds([n], n):
        gc.collect(0)
        t += i
    return t


for _ in range(ROUNDS):
    result = collects(3)
print(result)


def other_code(n):
    while n > 0:
        yield n * 100
        n -= 1


def changed(n):
    out = []
    for i in target(n):
        out.append(i)
        if i == 2 and switch:
            target.__code__ = other_code.__code__
    return out


def target(n):
    while n > 0:
        yield n
        n -= 1


switch = False
for _ in range(ROUNDS):
    changed(4)
switch = True
print(changed(4))
switch = False
print(changed(4))

factor = 2


def scaled(n):
    for i in range(n):
        yield i * factor


def rescaled(n):
    global factor
    out = []
    for x in scaled(n):
        out.append(x)
        if x == 6:
            factor = "ab" if switch else 2
    factor = 2
    return out


for _ in range(ROUNDS):
    rescaled(6)
switch = True
print(rescaled(6))


# closures, local generators, recursion


def outer(n):
    base = n
    total = 0

    def local(k):
        for i in range(k):
            yield i + base

    for x in local(n):
        total += x
        base += 1
    return total


for _ in range(ROUNDS):
    result = outer(10)
print(result)


def over_cells(n):
    big, other = [1, 2], {}

    def each(thing):
        for i in range(n):
            yield thing, other

    out = []
    for x, y in each(big):
        out.append((len(x), len(y), sys.getrefcount(big), sys.getrefcount(each)))
        other = {n: n}
    return out


for _ in range(ROUNDS):
    result = over_cells(3)
print(result)


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def walk(self):
        if self.left is not None:
            for x in self.left.walk():
                yield x
        yield self.value
        if self.right is not None:
            for x in self.right.walk():
                yield x


tree = Node(4, Node(2, Node(1), Node(3)), Node(6, Node(5), Node(7)))


def walked():
    out = []
    for x in tree.walk():
        out.append(x)
    return out


for _ in range(ROUNDS):
    result = walked()
print(result)


def deep(n):
    for x in down(1):
        return deep(n + x) if n < limit else n
    return None


limit = 50
for _ in range(ROUNDS):
    deep(0)
limit = 10**6
try:
    deep(0)
except RecursionError as error:
    print(error, len(traceback.extract_tb(error.__traceback__)) > 100)
print(deep(10**6))


# tools that come in the middle


def traced(n, at):
    events = []

    def tracer(frame, event, arg):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer

    for x in evens(n):
        if x == at:
            sys.settrace(tracer)
            sys._getframe().f_trace = tracer
        if x == at + 4:
            sys.settrace(None)
            sys._getframe().f_trace = None
    return events


for _ in range(ROUNDS):
    traced(10, 100)
for event in traced(20, 6):
    print(*event)


def profiled(n, at):
    events = []
    for x in evens(n):
        if x == at:
            sys.setprofile(lambda frame, event, arg: events.append((frame.f_code.co_name, event)))
        if x == at + 4:
            sys.setprofile(None)
    return events


for _ in range(ROUNDS):
    profiled(10, 100)
print(profiled(20, 6))


# one loop that runs for long, and is entered in the middle


def long(n):
    t = 0
    for a in evens(n):
        for b in down(3):
            t += a * b
    return t


print(long(20000))
t = 0
for x in evens(20000):
    t += x
print(t)
for k in range(12):
    for x in tripled(2000):
        t += x
print(t)
it = evens(3000)
for x in it:
    if x == 2000:
        break
for y in it:
    x += y
print(x, y, list(it))
