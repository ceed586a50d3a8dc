"""Run by soak.py: makes modules, runs them hot, changes what they rely on, drops them. Prints a line of JSON after each stretch."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from typing import Any

from rounds import mappings

STRETCH = 5.0  # seconds between two counts, the time for collections included
KEPT = 4  # modules alive at a time
SOURCE = """
FACTOR = {factor}

class Shape:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def area(self):
        return self.x * self.y * FACTOR

    def __getitem__(self, i):
        return self.x + i

class Square(Shape):
    def __init__(self, x):
        super().__init__(x, x)

    def area(self):
        return self.x * self.x

def numbers(n):
    for i in range(n):
        yield i * FACTOR % 7

def closure(k):
    def inner(n):
        total = {factor}
        for i in range(n):
            total += i ^ k
        return total
    return inner

def guarded(values):
    total = 0
    for value in values:
        try:
            total += 10 // value
        except ZeroDivisionError:
            total += 1
    return total

def work(n):
    shapes = [Shape(i, i + 1) if i % 3 else Square(i) for i in range(n)]
    total = 0.5
    for shape in shapes:
        total += shape.area() + shape[2]
    total += sum(numbers(n)) + closure(n)(n)
    return total + guarded([i % 5 for i in range(n)]) + len([k for k in range(n) if k % 2])
"""


def made(number: int) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": f"made_{number}"}
    exec(compile(SOURCE.format(factor=number % 11 + 1), f"<made {number % 50}>", "exec"), space)
    return space


def change(space: dict[str, Any], number: int) -> None:
    """What compiled code relies on is not so any more."""
    kind = number % 4
    if kind == 0:
        space["FACTOR"] = float(number % 5)
    elif kind == 1:
        space["Shape"].area = lambda self: self.x - self.y
    elif kind == 2:
        space["Square"].extra = number
        space["numbers"] = lambda n: range(n)
    else:
        space["guarded"].__defaults__ = (number,)


def expected(space: dict[str, Any]) -> Any:
    """The same in functions that nobody has seen before: they are called once."""
    fresh = {**space}
    return type(space["work"])(space["work"].__code__.replace(), fresh)(40)


def live(number: int, spaces: list[dict[str, Any]]) -> None:
    """One module: hot, changed, hot again; an older one goes."""
    space = made(number)
    for turn in range(4):
        results = {repr(space["work"](40)) for _ in range(25)}
        if results != {repr(expected(space))}:
            raise AssertionError(f"module {number}, turn {turn}: {results}, expected {expected(space)}")
        change(space, number + turn)
    spaces.append(space)
    if len(spaces) > KEPT:
        spaces.pop(0)


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


def counts() -> list[int]:
    """When what is gone has been found: it takes a collection, a visit and a collection more."""
    for _ in range(4):
        gc.collect()
        end = time.monotonic() + 0.1
        while time.monotonic() < end:
            pass
    return [resident(), sys.getallocatedblocks(), len(gc.get_objects()), mappings()]


def regions() -> int:
    """Compiled or loaded so far."""
    module = sys.modules.get("tierup.runtime.switch")
    done = module.stats() if module is not None else {}
    return int(done.get("regions_compiled", 0) + done.get("regions_loaded", 0))


def main() -> None:
    end = time.monotonic() + int(sys.argv[1])
    number, spaces = 0, list[dict[str, Any]]()
    while time.monotonic() < end:
        stretch = time.monotonic() + STRETCH
        while time.monotonic() < stretch:
            live(number, spaces)
            number += 1
        print(json.dumps({"modules": number, "regions": regions(), "counts": counts()}), flush=True)


if __name__ == "__main__":
    main()
