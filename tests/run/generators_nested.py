"""Generators in loops, in line: inside of inlined functions and of each other, left early at each level, shared, at the recursion limit."""

import gc
import sys
import traceback
import weakref


def small(n):
    for i in range(n):
        yield i


def pairs(n):
    k = 0
    while k < n:
        yield k, k * 2
        k += 1


sink = []


class Odd:
    def __add__(self, o):
        sink.append(sys._getframe(1).f_code.co_name)
        return o

    def __radd__(self, o):
        sink.append(sys._getframe(1).f_code.co_name)
        return o


def helper(a, odd):
    t = 0
    for x in small(3):
        t = t + x
        if a == 77:
            odd + 1
        t = len(str(t)) + t
    return t


def user(n, odd):
    total = 0
    for a, b in pairs(n):
        total += helper(a, odd)
        total -= b
    return total


for _ in range(60):
    r = user(20, Odd())
print(r, user(90, Odd()), len(sink), sink[:2])


def other(n):
    out = []

    def note(x):
        out.append((sys._getframe(1).f_code.co_name, x))

    for x in small(n):
        note(x)
        for a, b in pairs(2):
            note((a, b))
            if x == 3 and a == 1:
                break
        else:
            note("else")
    return out


for _ in range(60):
    r = other(5)
print(r)
# nested generators in generators, left early at every level
log = []


class Loud:
    def __init__(s, n):
        s.n = n

    def __del__(s):
        log.append(s.n)


def inner(n):
    l = Loud("inner")
    try:
        for i in range(n):
            yield i
    finally:
        log.append("fin inner")


def middle(n):
    l = Loud("middle")
    for x in inner(n):
        yield x * 2
    yield "m"


def outer(n):
    l = Loud("outer")
    for x in middle(n):
        yield x, [x]


def go(n, stop):
    for x, y in outer(n):
        if x == stop:
            break
    log.append("behind")


for stop in (0, 2, "m", "none"):
    for _ in range(60):
        log.clear()
        go(3, stop)
    print(stop, log)


def err(n):
    for x, y in outer(n):
        if x == 4:
            1 / 0


for _ in range(60):
    log.clear()
    try:
        err(2)
    except ZeroDivisionError:
        pass
for _ in range(3):
    log.clear()
    try:
        err(5)
    except ZeroDivisionError as e:
        print(len(traceback.extract_tb(e.__traceback__)), log)
    print(log)


# closed while an exception is handled
def handling(n):
    try:
        raise KeyError(1)
    except KeyError:
        for x in middle(n):
            if x == 2:
                break
        return sys.exc_info()[0].__name__


for _ in range(60):
    log.clear()
    r = handling(3)
print(r, log)


# generator object from elsewhere, shared or not
def shared(n):
    g = small(n)
    t = 0
    for x in g:
        t += x
    for x in g:
        t += 1000
    return t


def chained(n):
    it = iter(small(n))
    next(it)
    t = 0
    for x in it:
        t += x
        if x == 3:
            next(it, None)
    return t


class It:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        n = self.n
        while n:
            yield n
            n -= 1


def classes(n):
    t = 0
    for x in It(n):
        for y in It(2):
            t += x * y
    return t


for _ in range(60):
    r = shared(10), chained(10), classes(6)
print(r)


def kw(a, b=2, *, c=3):
    for i in range(a):
        yield i * b + c


def star(*args):
    for a in args:
        yield a


def usekw():
    t = 0
    for x in kw(5):
        t += x
    for x in kw(5, b=4):
        t += x
    for x in kw(5, c=1):
        t += x
    for x in star(1, 2, 3):
        t += x
    for x in (lambda n: small(n))(4):
        t += x
    return t


for _ in range(60):
    r = usekw()
print(r)


# types that change late, large ints, floats
def grows(n):
    v = 1
    for i in range(n):
        yield v
        v = v * 3


def use(n):
    t = 0
    for v in grows(n):
        t += v
    return t


for _ in range(60):
    use(10)
print(use(100))


# recursion limit met inside of the generator
def rec(n):
    for x in small(2):
        if n:
            return rec(n - 1) + x
    return 0


for _ in range(60):
    rec(5)
for lim in (120, 121, 122, 123, 124, 125):
    sys.setrecursionlimit(lim)
    for d in range(100, 130):
        try:
            rec(d)
        except RecursionError:
            print(lim, d)
            break
sys.setrecursionlimit(1000)


# references
def refs(n):
    big = [1, 2]

    def g(b):
        for i in range(n):
            yield b

    c = []
    for x in g(big):
        c.append(sys.getrefcount(big))
    c.append(sys.getrefcount(big))
    c.append(sys.getrefcount(g))
    return c


for _ in range(60):
    r = refs(3)
print(r)


def cyc():
    class Node:
        pass

    n = Node()
    n.me = n
    w = weakref.ref(n)

    def g(x):
        for i in range(3):
            yield i

    for i in g(n):
        n = None
        gc.collect()
        a = w() is None
    gc.collect()
    return a, w() is None


for _ in range(60):
    r = cyc()
print(r)


def third(n):
    for x in middle(n):
        yield x, 1


def long(n):
    t = 0
    for k in range(6):
        for x in middle(n):
            t += len(str(x))
        for x, y in third(n):
            t += y
    return t


print(long(3000), long(5000))
