"""What tierup does in the process raises no audit events that the program's hook sees: not while it samples, records, asks for regions, loads and drops them."""

import os
import sys
import time

seen = []


def hook(event, arguments):
    if not quiet:
        seen.append((event, tuple(sorted(map(str, arguments)))[:2] if event != "builtins.id" else ()))


def kernel(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def norm(self):
        return self.x * self.x + self.y * self.y


def points(n):
    return sum(Point(i, i + 1).norm() % 11 for i in range(n))


def texts(n):
    return len(",".join(str(i) for i in range(n)))


def late(n):
    total = 0
    for value in [1] * n + [1.5] * n:
        total += value
    return total


def dropped(n):
    namespace = {}
    exec("def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n", namespace)
    return namespace["f"](n)


quiet = False


def ids(n):
    return len({id(n) for _ in range(n)}), [id(n) == id(n) for _ in range(n)].count(True)


for _ in range(40):
    ids(20)
sys.addaudithook(hook)
end = time.process_time() + 0.6
turns = 0
while time.process_time() < end:
    quiet = False
    results = [kernel(3000), points(500), texts(300), late(500)]
    quiet = True  # how many turns there are is a matter of time, and so are events of the program's own
    turns += 1
    dropped(100)
quiet = False
print(results, turns > 3)
for row in seen:
    print(*row)
seen.clear()
with open(os.devnull) as file:
    file.read()
id(file)
print([event for event, _ in seen])


class Finalised:
    def __del__(self):
        id(self)


seen.clear()
for _ in range(3):
    Finalised()
print([event for event, _ in seen])
quiet = True
quiet = False
seen.clear()
print(ids(3), [event for event, _ in seen])
quiet = True
