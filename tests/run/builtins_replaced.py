"""The program replaces builtins: its own functions are called where the program calls them, and by nobody else."""

import builtins
import sys
import time

callers = {}
NAMES = (
    "__import__ __build_class__ abs all any dir divmod getattr hasattr hash id isinstance issubclass iter len max min next open print repr setattr sorted sum vars ord chr"
).split()


def replace(name):
    original = getattr(builtins, name)

    def replacement(*arguments, **options):
        frame = sys._getframe(1)
        if frame.f_code.co_filename != __file__:
            callers.setdefault(name, frame.f_code.co_filename)
        return original(*arguments, **options)

    setattr(builtins, name, replacement)
    return original


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def norm(self):
        return self.x * self.x + self.y * self.y


def kernel(n):
    total = 0
    for i in range(n):
        total += i * i % 7 + len("abc") + abs(-i)
    return total


def points(n):
    return sum(Point(i, i + 1).norm() % 11 for i in range(n))


def sizes(words):
    return [len(word) for word in words if isinstance(word, str)]


def late(n):
    total = 0
    for value in [1] * n + [1.5] * n:
        total += value
    return total


originals = {name: replace(name) for name in NAMES}
end = time.process_time() + 0.5
while time.process_time() < end:
    results = kernel(300), points(200), sizes(["a", "bc", 3] * 30), late(300)
print(results[0], results[1], sum(results[2]), results[3])


def liar(*arguments):
    raise SystemError("nobody but the program may call this")


for name in NAMES:
    if name not in ("print", "sum"):
        builtins.__dict__[name] = liar
end = time.process_time() + 0.3


def more(n, step):
    total = 0
    while n > 0:
        total += n % 5
        n -= step
    return total


def halves(n):
    k = 0.5
    while n:
        n -= 1
        k = k * 1.5 % 7
    return k


while time.process_time() < end:
    results = more(2000, 1), halves(1000)
print(results)
for name in NAMES:
    builtins.__dict__[name] = originals[name]
print(sorted(callers.items()))
