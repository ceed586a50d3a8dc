"""Inlined functions that call others: their frames exist meanwhile, for whoever looks."""

import gc
import sys
import threading
import weakref

seen = []


class Acc:
    def __init__(self, step):
        self.step = step
        self.total = 0

    def add(self, x):
        y = x + self.step
        z = (x, y)
        if x % 5 == 0:
            y = rare(y, self)
        self.total += y
        return len(z) + y

    def outer(self, x):
        w = x * 2
        r = self.add(w)
        return r + w


def rare(y, acc):
    if y % 400 == 3:
        caller = sys._getframe(1)
        seen.append((caller.f_code.co_name, caller.f_lineno, sorted(caller.f_locals.items(), key=str)[1:], caller.f_lasti))
        seen.append((caller.f_back.f_code.co_name, caller.f_back.f_lineno, caller.f_back.f_locals.get("w"), caller.f_back.f_lasti))
    if y % 1000 == 503:
        raise ValueError(y)
    return y + 1


def run(n, acc):
    total = 0
    caught = []
    for i in range(n):
        try:
            total += acc.outer(i)
        except ValueError as e:
            entry = e.__traceback__
            while entry is not None:
                frame = entry.tb_frame
                caught.append((frame.f_code.co_name, entry.tb_lineno, entry.tb_lasti, sorted(name for name in frame.f_locals if name != "e")))
                entry = entry.tb_next
    return total, caught


for _ in range(3):
    print(run(3000, Acc(3)))
print(len(seen), seen[:6], seen[-4:])


# what is lent to a frame, and what owns a reference
class Thing:
    def __del__(self):
        gone.append(1)


gone = []
counts = set()


def count(x, extra):
    counts.add((sys.getrefcount(x), sys.getrefcount(extra)))
    return extra


def lend(x, k):
    made = [k]
    again = x
    if k % 3 == 0:
        count(x, made)
        again = count(again, made)
    return again


def lends(n):
    held = object()
    kinds = set()
    for k in range(n):
        kinds.add(type(lend(held, k)).__name__)
    return sorted(kinds)


for _ in range(3):
    print(lends(2000), sorted(counts))
    counts.clear()


# objects die where they die in the interpreter
order = []


class Dies:
    def __init__(self, k):
        self.k = k

    def __del__(self):
        if self.k % 100 == 0:
            order.append((self.k, sys._getframe(1).f_code.co_name))


def nothing(k):
    order.append(k) if k % 100 == 0 else None


def short(k):
    d = Dies(k)
    if k % 4 == 0:
        nothing(k)
    d = None
    if k % 4 == 0:
        nothing(-k)
    return k


def shorts(n):
    return sum(short(k) for k in range(n)) + sum([short(k) for k in range(n)])


def loop(n):
    s = 0
    for k in range(n):
        s += short(k)
    return s


print(shorts(1000), loop(1000), loop(1000), [entry if isinstance(entry, int) else entry[0] for entry in order])


# f_locals, locals(), eval in the inlined code and behind it
def names(x, k):
    y = x + 1
    if k % 50 == 0:
        found.append((sorted(locals()), eval("y + 1")))
    return y


def grabs(x, k):
    y = x * 2
    if k % 50 == 0:
        grab()
    return y + x


def grab():
    frames.append(sys._getframe(1))


def collect(n):
    total = 0
    for k in range(n):
        total += names(k, k) + grabs(k, k)
    return total


found, frames = [], []
print(collect(700), collect(700))
print(found[-3:], [(f.f_lineno, f.f_locals["y"], f.f_locals["x"]) for f in frames[-4:]])


# recursion: the limit is where it was
def down(n):
    return step(n + 1)


def step(n):
    deepest[0] = n
    return down(n)


deepest = [0]
for limit in (200, 333, 500):
    sys.setrecursionlimit(limit)
    for _ in range(3):
        try:
            down(0)
        except RecursionError as e:
            print(limit, deepest, str(e))
sys.setrecursionlimit(1000)


# another thread looks
def looks(k):
    if k % 100 == 0:
        stop.append([f.f_code.co_name for f in walk(sys._current_frames()[main])])


def walk(frame):
    while frame is not None and frame.f_code.co_name != "<module>":
        yield frame
        frame = frame.f_back


def waits(k):
    t = k + 1
    if k % 100 == 0:
        thread = threading.Thread(target=looks, args=(k,))
        thread.start()
        thread.join()
    return t


def many(n):
    total = 0
    for k in range(n):
        total += waits(k)
    return total


stop, main = [], threading.get_ident()
print(many(600), [names[-2:] for names in stop])


# callees that change what the inlined code was made for; generators; weak references; tools that come
def change(k):
    if k == 400:
        Acc.add = lambda self, x: -x
    if k == 500:
        sys.setprofile(lambda *args: None)
        sys.setprofile(None)


def changing(acc, k):
    acc.outer(k)
    if k % 100 == 0:
        change(k)
    return acc.outer(k)


print([changing(Acc(4), k) for k in range(390, 520, 10)], sum(changing(Acc(4), k) for k in range(700)))


class Box:
    pass


def watch(box, k):
    there = weakref.ref(box)
    if k % 10 == 0:
        gc.get_referrers(box)
    return there() is box


def watching(n):
    return sum(watch(Box(), k) for k in range(n))


print(watching(300), watching(300))
