"""Side effects must happen exactly once, also when an operation after them fails, changes type or is done again by the interpreter."""

from _show import drive

log = []


class Counting:
    def __init__(self, results):
        self.results, self.n = results, 0

    def next(self):
        self.n += 1
        log.append(self.n)
        return self.results[min(self.n, len(self.results)) - 1]


def sum_of(results):
    log.clear()
    c = Counting(results)
    total = c.next()
    for _ in range(4):
        total = total + c.next()
    return total, list(log)


def pop_and_add(items):
    stack = list(items)
    total = stack.pop()
    while stack:
        total = stack.pop() + total
    return total, stack


def append_then_compute(items):
    out = []
    for x in items:
        out.append(x)
        out[-1] = out[-1] * 2 + 1
    return out


def store_then_fail(items):
    d = {}
    try:
        for i, x in enumerate(items):
            d[i] = x
            d[-1] = x + 1
    except TypeError:
        d["failed"] = i
    return d


def iterator_advances(items):
    it = iter(items)
    out = []
    for x in it:
        out.append(x + next(it, 0))
    return out


def increments(items):
    n = 0
    try:
        for x in items:
            n += 1
            y = x * x
            n += 1
            y = y - x
    except TypeError:
        pass
    return n, y


def write_sequence(items):
    text = []
    for x in items:
        text.append("a")
        z = -x if x else x
        text.append("b")
    return "".join(text), z


LISTS = [([1, 2, 3, 4],), ([1.5, 2, 3.5],), ([1, 2, 2**63 - 1, 5],), ([1, 2, "s", 4],), ([2**62, 2**62, 2**62, 2**62],), ([1, None, 2],), (["a", "b"],), ([True, 2.5, 2**64],), ([0, 0.0, -0.0],)]
for function in (sum_of, pop_and_add, append_then_compute, store_then_fail, iterator_advances, increments, write_sequence):
    drive(function, *LISTS, orders=4, times=12, late=2)
