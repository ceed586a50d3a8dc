"""The collector inside hot loops: callbacks, cycles with finalisers, thresholds, objects seen by gc.get_referrers."""

import gc

log = []


def on_collect(phase, info):
    log.append(phase)


class Cycle:
    count = 0

    def __init__(self, n):
        self.n = n
        self.me = self

    def __del__(self):
        Cycle.count += 1


def make_cycles(n):
    total = 0
    for i in range(n):
        c = Cycle(i)
        total += c.n
    return total


def allocate(n):
    out = []
    for i in range(n):
        out.append([i, (i, i + 1), {"k": i}])
    return len(out), out[-1]


def collect_inside(n):
    total = 0
    for i in range(n):
        pair = [i, i * 2.5]
        pair.append(pair)
        if i % 10 == 0:
            gc.collect()
        total += pair[1]
    return total


def tracked(n):
    x = (n, n)
    y = [x]
    d = {"a": n}
    e = {"a": y}
    return gc.is_tracked(x), gc.is_tracked(y), gc.is_tracked(d), gc.is_tracked(e)


def referrers(n):
    target = Cycle(n)
    holder = [target]
    found = [type(r).__name__ for r in gc.get_referrers(target) if r is holder]
    target.me = None
    return found


gc.collect()
gc.disable()
for i in range(30):
    make_cycles(20)
print(Cycle.count)
gc.collect()
print(Cycle.count)
gc.enable()
gc.callbacks.append(on_collect)
gc.set_threshold(50, 5, 5)
for i in range(20):
    result = (make_cycles(100), allocate(30), collect_inside(20), referrers(i))
print(result, log[:2], len(log) > 100)
gc.callbacks.remove(on_collect)
gc.collect()
print(Cycle.count)
gc.set_threshold(700, 10, 10)
for i in range(20):
    result = tracked(i)
print(result)
before = len(gc.get_objects())
for i in range(20):
    allocate(30)
print(abs(len(gc.get_objects()) - before) < 5)
