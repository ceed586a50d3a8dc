"""Loops outside of functions: their names are globals, which anybody can see at any time."""

import gc
import signal
import sys
import threading
import weakref

here = sys.modules[__name__]
N = 60


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        seen.append((self.name, globals().get("total"), globals().get("i")))


def look():
    return total, i


def add_one():
    global total
    total += 1
    return total


def constant():
    return limit * 2


seen = []
total = 0
for i in range(N):
    total += i * i
    if i % 20 == 7:
        seen.append(look())
print("sums", total, i, seen)

# numbers of all sizes, and who else holds them
kept, total = [], 1
for i in range(90):
    total = total * 3 - i
    if i % 9 == 0:
        kept.append(total)
        kept.append(total is kept[-1])
    total = -total if i % 4 == 3 else total
print("sizes", total, kept)
total, kept = 300, []
for i in range(250, 330):
    total += 1
    copy = total
    kept.append(i)
    total -= 2
    kept.append((copy - total, copy is total, kept[-1] is i))
print("copies", total, copy, kept[:3], kept[-3:], len(set(map(str, kept))))
kept = []
for i in range(300, 340):
    one = two = i * 7
    three = [two, i]
    four, two = two, i * 7.5
    five = six = two + 1
    kept.append((one is four, one is three[0], three[1] is i, five is six, five is two, i))
print("one object", set(row[:-1] for row in kept), kept[-1])
ratio, kept = 0.5, []
for i in range(N):
    ratio = ratio * 1.5 + i
    if i % 10 == 0:
        kept.append(ratio)
    other = ratio
    ratio -= 0.25
print("floats", ratio, other, kept)
total = 2**29
for i in range(70):
    total = total + total // 3
    before = total
    total += 5
    if before + 5 != total or before is total:
        print("wrong", before, total)
print("grown", total, before)

# kinds that change
thing, kinds = 0, []
for i in range(N):
    if i % 6 == 0:
        thing = i
    elif i % 6 == 1:
        thing = i / 4
    elif i % 6 == 2:
        thing = str(i)
    elif i % 6 == 3:
        thing = None
    elif i % 6 == 4:
        thing = i > 30
    else:
        thing = [i]
    kinds.append(thing)
print("kinds", kinds[-12:])

# what dies when a name gets another value
seen, total, loud = [], 0, None
for i in range(30):
    loud = Loud(i)
    total += 10
    if i % 10 == 5:
        loud = i
    if i % 10 == 8:
        loud = Loud(-i)
loud = None
print("deaths", seen)
alive, kept = weakref.WeakSet(), []
for i in range(20):
    node = Loud("w")
    alive.add(node)
    kept.append(len(alive))
print("alive", kept)
del node
gc.collect()

# names that come and go, and those that hide builtins
seen, kept = [], []
for i in range(40):
    if i % 3 == 0:
        fresh = i
    if i % 3 == 1:
        del fresh
    try:
        kept.append(fresh)
    except NameError as error:
        kept.append(str(error))
print("fresh", kept[:7], kept[-4:])
lengths = []
for i in range(40):
    if i == 20:
        len = lambda x: -1
    if i == 30:
        del len
    lengths.append(len("abc"))
print("hidden", lengths)

# the dict itself, the module, functions that read and write the same names
total, kept = 0, []
for i in range(N):
    total += 1
    if i % 7 == 0:
        globals()["total"] = total + 100
    if i % 11 == 0:
        kept.append((globals()["total"], here.total, vars(here)["i"], look(), sorted(k for k in globals() if k == "total")))
    if i % 13 == 0:
        here.total = total * 2
    if i % 5 == 0:
        kept.append(add_one())
print("dict", total, kept)
limit, kept = 1000, []
for i in range(50):
    kept.append(constant())
    limit += 1
print("constant", limit, kept[0], kept[-1], sum(kept))


def hold(value):
    add_one()
    return value, total


total, kept = 1000, []
for i in range(40):
    kept.append(hold(total))
    total += 3
print("held", kept[:2], kept[-2:])


def generated():
    global total
    while True:
        total += 1
        yield total, i


M = 5000


def sums(n):
    return M if n < 1 else sums(n - 1) + sums(n - 2) + M


def with_m(x):
    return x + M


total = 0
for i in range(300):
    one = sums(i % 6) + with_m(i)
    M += 1
    two = sums(i % 6) + with_m(i)
    total += two - one
print("constants that change", total, M, one, two)
source, kept, total = generated(), [], 500
for i in range(30):
    total += 2
    kept.append(next(source))
print("generator", total, kept[-2:])
print("nested", [sum(total + x + i for x in range(3)) for i in range(3)], {k: total + k for k in range(2)})

# exceptions
total, kept = 0, []
for i in range(60):
    try:
        total += 10 // (i % 4)
        if i % 9 == 2:
            raise ValueError(total)
    except ZeroDivisionError:
        total += 1
    except ValueError as error:
        kept.append(error.args)
    finally:
        total += 1000
print("raised", total, kept)
i = 0
while True:
    i += 1
    if i % 2:
        continue
    for j in range(i):
        if j * j > i:
            break
    else:
        continue
    if i > 200:
        break
print("while", i, j)
total = 0
try:
    for i in range(50):
        total += 1 if i < 40 else undefined
except NameError as error:
    entry = error.__traceback__
    print("name", error, total, i, entry.tb_lineno - entry.tb_frame.f_lineno)

# namespaces of other kinds
text = """
for k in range(30):
    t = t + k
    u = t * 0.5
"""
apart, local = {"t": 7}, {}
exec(text, apart)
print("exec", apart["t"], apart["u"], apart["k"])
exec(text, {"t": 9}, local)
print("locals", local)


class Mapping(dict):
    def __setitem__(self, key, value):
        log.append((key, value))
        super().__setitem__(key, value)

    def __missing__(self, key):
        if key == "t":
            return 3
        raise KeyError(key)


log = []
code = compile(text, "text", "exec")
exec(code, {}, Mapping())
print("mapping", log[:3], len(log))
for turn in range(12):
    one, two = {"t": turn}, {}
    exec(code, one, two if turn % 3 == 2 else one)
    print("again", turn, one.get("t"), two.get("t"), one.get("k"), two.get("u"))


class Body:
    t = 0
    for k in range(40):
        t += k
        j = t
    del k


print("class", Body.t, Body.j, hasattr(Body, "k"), j)

# others look on
total, looks = 0, []
signal.signal(signal.SIGALRM, lambda *_: looks.append(total == i * 3 or total == i * 3 + 3))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
for i in range(1, 40000):
    total += 3
signal.setitimer(signal.ITIMER_REAL, 0)
print("signals", total, all(looks))
stop, looks = threading.Event(), []


def watch():
    while not stop.is_set():
        looks.append(total)


watcher = threading.Thread(target=watch)
total = 0
watcher.start()
for i in range(30000):
    total += 1
stop.set()
watcher.join()
print("threads", total, looks == sorted(looks))
lines = []


def tracer(frame, event, argument):
    if frame.f_code.co_name == "<module>":
        lines.append((event, frame.f_globals["total"]))
    return tracer


def begin():
    sys._getframe(1).f_trace = tracer
    sys.settrace(tracer)


total = 0
for i in range(30):
    total += 1
    if i == 20:
        begin()
    if i == 24:
        sys.settrace(None)
        sys._getframe().f_trace = None
print("traced", total, len(lines), lines[:4], lines[-3:])
counts = []
for i in range(1000, 1010):
    value = i * 1000
    counts.append(sys.getrefcount(value))
    other = value
    counts.append(sys.getrefcount(value))
print("references", counts)
