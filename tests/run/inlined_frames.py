"""Small functions called from hot ones, two and three deep, that suddenly do what they never did: look at frames, raise, meet other types, overflow."""

import sys

from _show import attempt, drive, fresh

LIMIT = 1000


def frames(depth=5):
    found = []
    frame = sys._getframe(1)
    while frame is not None and len(found) < depth and frame.f_code.co_name not in ("attempt", "<module>"):
        names = {name: value for name, value in sorted(frame.f_locals.items()) if not callable(value)}
        found.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, names))
        frame = frame.f_back
    return found


def leaf(x, y=3):
    z = x * y
    if x > LIMIT:
        z = frames()
        print(z)
        return len(z)
    return z - y


def middle(x):
    z = x + 0.5
    a = leaf(x) + leaf(x, 2)
    return a + z


def outer(x):
    a = x - 1
    b = middle(a)
    c = middle(a + 1)
    return a, b, c


def looking(n):
    total = 0
    for i in range(n):
        total += middle(i)[0] if i == -1 else middle(i)
    return total


for function in (outer, looking, middle):
    drive(function, (7,), (LIMIT + 2,), (LIMIT,), (3,), times=12, late=2)


# Raising in the middle of what was inlined, with and without a handler on the way.


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point({self.x!r}, {self.y!r})"

    def ratio(self):
        q = self.x / self.y
        return q

    def scaled(self, k=2):
        r = self.ratio()
        return r * k + self.x

    def both(self):
        return self.scaled() + self.scaled(3)


def index(items, i):
    return items[i] + 1


def pick(items, i):
    j = i + 1
    return index(items, j - 1)


def unguarded(p, items, i):
    return p.both(), pick(items, i)


def guarded(p, items, i):
    out = []
    for k in range(3):
        try:
            out.append(p.both())
            out.append(pick(items, i + k))
        except ZeroDivisionError as error:
            out.append(error.args)
            out.append(error.__traceback__.tb_next.tb_frame.f_locals["self"] is p)
        except (IndexError, TypeError) as error:
            trace, names = error.__traceback__, []
            while trace is not None:
                names.append((trace.tb_frame.f_code.co_name, trace.tb_lineno - trace.tb_frame.f_code.co_firstlineno))
                trace = trace.tb_next
            out.append((type(error).__name__, names))
        finally:
            out.append(k)
    return out


good, none, text = Point(3, 4), Point(1, 0), Point("a", 2)
batches = [(good, [1, 2, 3, 4], 0), (none, [1, 2], 0), (good, [1, 2], 1), (text, [], 0), (good, ["a", None, 2.5], 0), (Point(2.5, True), (1, 2, 3), 0), (None, [], 0), (good, [2**70, 2**62, 1], 0)]
for function in (unguarded, guarded):
    drive(function, *batches, orders=3, times=12, late=2)


# Values in flight while inlined code is left: on the caller's stack, in its locals, unboxed and boxed, objects and nothing.


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def keep(x, i):
    y = x
    w = i * 2 + 1
    x = None
    if w > LIMIT:
        print([n[0] for n in frames()], y.name)
    return w


def carries(n, last):
    total = 0.25
    for i in range(n):
        a = i * 1.5
        b = [a, i, keep(Loud(f"{n} {i}"), last if i == n - 1 else i), (a, i)]
        total += b[0] + keep(b and Loud("second"), b[1] + (last if i == n - 1 else 0))
    return total


subject = fresh(carries)
for _ in range(4):
    print(subject(4, 1))
print(subject(5, LIMIT), subject(3, 2**63), attempt(subject, 2, None), attempt(subject, 2, "s"))


# Overflow, then the rest of the loop; the result of what was left goes on in the caller.


def mix(h, c):
    h = h * 31 + c
    return h


def mix_twice(h, c):
    return mix(mix(h, c), c + 1)


def hashes(text, h):
    for c in text:
        h = mix_twice(h, c) - c
    return h


drive(hashes, ([1, 2, 3], 5), (list(range(40)), 7), ([2**62, -1], 1), ([1.5, 2], 0), ([True, False], 3), (["x"], 2), (range(10), 2**61), orders=2)


# How deep it goes, to the frame.


def tip(n):
    return n + 1


def twice(n):
    return tip(n) + tip(n)


def down(n):
    global deepest
    deepest = n
    twice(n)
    return down(n + 1)


def depth_of(function):
    global deepest
    deepest = -1
    try:
        function(0)
    except RecursionError as error:
        names = []
        trace = error.__traceback__
        while trace is not None:
            names.append(trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
        return deepest, names[-3:], len(names), str(error)


def late(n):
    global deepest
    deepest = n
    if n > 60:
        return twice([n])
    return late(n + 1) + twice(n)


for _ in range(30):
    down_once = attempt(tip, 1)
sys.setrecursionlimit(150)
for _ in range(12):
    print(depth_of(down), attempt(late, 45).splitlines()[-1:])
for limit in range(60, 80):
    sys.setrecursionlimit(limit)
    print(limit, depth_of(down), attempt(late, 40).splitlines()[-3:])


# A finaliser that runs in inlined code gives the function that was inlined other code; then the frame is to be rebuilt.


class Finaliser:
    def __del__(self):
        replace()


def replace():
    pass


def put_and_add(items, i):
    items[0] = None
    return items[i] + 1


def put_and_add_twice(items, n):
    total = 0
    for _ in range(n):
        total = put_and_add(items, 1)
    return total


def roomy(items, i):
    a = b = c = d = e = g = h = None
    for k in range(3):
        a = [k]
    return a, b, c, d, e, g, h, i


for i in range(60):
    put_and_add_twice([Finaliser(), i], 4)
for late_value in (1.5, 1 << 70, None, "late"):
    original = put_and_add.__code__

    def replace():
        put_and_add.__code__ = roomy.__code__

    print(attempt(put_and_add_twice, [Finaliser(), late_value], 1))

    def replace():
        pass

    print(attempt(put_and_add_twice, [1, 2], 2))
    put_and_add.__code__ = original
    print(attempt(put_and_add_twice, [1, 2], 2))
