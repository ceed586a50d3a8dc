"""Hot code when the interpreter ends: atexit handlers, finalisers of module globals, daemon threads, sys.exit in threads, suspended generators. exit code 3."""

import atexit
import sys
import threading
import time


def work(n):
    total = 0
    for i in range(n):
        total += i * i % 11
    return total


def floats(n):
    x = 0.5
    for i in range(n):
        x = x * 0.5 + i
    return x


class Last:
    """Dies when the module's globals are cleared; its method still works."""

    def __init__(self, name, function):
        self.name = name
        self.function = function
        self.write = sys.stdout.write

    def run(self, n):
        total = 0
        for i in range(n):
            total += self.function(i)
        return total

    def __del__(self):
        self.write(f"{self.name} {self.run(20)}\n")


def suspended(n):
    total = 0
    try:
        for i in range(n):
            total += i
            yield total
    finally:
        print("closed at", total, work(10))


async def waiting(n):
    try:
        for i in range(n):
            await Never(i)
    finally:
        print("coroutine closed", work(11))


class Never:
    def __init__(self, i):
        self.i = i

    def __await__(self):
        yield self.i


def forever():
    n = 0
    while True:
        n = (n + work(20)) % 1000


def leaves():
    work(100)
    sys.exit(7)


@atexit.register
def at_exit():
    print("at exit", [work(k) for k in range(50)][-1], floats(30))


def outer(n):
    """Compiled, it knows the namespace of this module, which is to be cleared all the same."""
    total = 0
    for i in range(n):
        total += work(i)
    return total


for _ in range(60):
    work(40), floats(40), outer(10)
Last("first", work).run(30)
kept = Last("kept", work)
other = Last("other", floats)
for _ in range(30):
    kept.run(10), other.run(10)
generators = [suspended(k) for k in (5, 10, 20)]
for generator in generators:
    next(generator), next(generator)
coroutine = waiting(5)
coroutine.send(None)
coroutine.send(None)
for _ in range(2):
    threading.Thread(target=forever, daemon=True).start()
threads = [threading.Thread(target=leaves) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
time.sleep(0.05)


class Chain:
    def __init__(self, before):
        self.before = before
        self.work = work

    def __del__(self):
        if self.before is None:
            sys.stdout.write(f"chain {self.work(30)}\n")


chain = None
for _ in range(200):
    chain = Chain(chain)
print("the end", work(40))
sys.exit(3)
