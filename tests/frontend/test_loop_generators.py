"""Generators that loops go over, in line: none is made, asked for its next item or resumed."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count
from programs import mode, run

from tierup.frontend import build
from tierup.ir.graph import Function, Instr, Suspended
from tierup.reports import dump

PROGRAM = """
import time

def down(n):
    while n > 0:
        yield n
        n -= 1

def evens(n, step=2):
    for i in range(0, n, step):
        yield i

def pairs(n):
    for i in range(n):
        yield i, i + 1

def tripled(n):
    for x in evens(n):
        yield x * 3

def two(n):
    for i in range(n):
        yield i
        yield -i

def opened(n):
    try:
        for i in range(n):
            yield i
    finally:
        n = 0

def delegates(n):
    yield from range(n)

def calls(n):
    for i in range(n):
        yield len(str(made(i)))

def made(i):
    return [i]

class Items:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        for i in range(self.n):
            yield i
    def walk(self):
        for i in range(self.n):
            yield i

def local(k):
    def each(n):
        for i in range(n):
            yield i + k
    return each

items, each = Items(40), local(3)

def hot(n):
    total = 0
    for {target} in {iterable}:
        total += {value}
    return total

end = time.process_time() + 0.4
while time.process_time() < end:
    hot(40)
"""


def graph(folder: Path, iterable: str, target: str = "x", value: str = "x") -> Function:
    return built(folder, PROGRAM.replace("{target}", target).replace("{iterable}", iterable).replace("{value}", value))


def states(function: Function) -> list[Instr]:
    """What would make a generator on its way out."""
    found = [instr for block in function.blocks for instr in block.instrs if instr.state is not None]
    return [instr for instr in found if instr.state is not None and any(isinstance(item.made, Suspended) for item in instr.state.stack)]


@pytest.mark.parametrize(
    "iterable", ["down(n)", "evens(n)", "evens(n, 3)", "evens(n, step=3)", "tripled(n)", "two(n)", "opened(n)", "items.walk()"]
)
def test_never_made(tmp_path: Path, iterable: str) -> None:
    function = graph(tmp_path, iterable)
    assert not any(count(function, helper) for helper in ("get_iter", "for_iter", "call_known", "make_generator", "take_generator"))
    assert states(function)


@pytest.mark.parametrize("iterable", ["items", "each(n)", "(i * 2 for i in range(n))", "(i + total for i in range(n) if i % 3)"])
def test_taken_apart(tmp_path: Path, iterable: str) -> None:
    """Something else has made it. If it can't be taken apart, it is asked for its items."""
    function = graph(tmp_path, iterable)
    assert count(function, "take_generator") and states(function) and not count(function, "make_generator")


def test_pairs_are_not_made(tmp_path: Path) -> None:
    function = graph(tmp_path, "pairs(n)", "a, b", "a * b")
    assert not count(function, "build_tuple") and states(function)


@pytest.mark.parametrize("iterable", ["delegates(n)", "calls(n)", "iter(down(n))"])
def test_resumed(tmp_path: Path, iterable: str) -> None:
    """What delegates, or runs what may look at its frame."""
    function = graph(tmp_path, iterable)
    assert count(function, "for_iter")


def test_a_loop_entered_in_the_middle(tmp_path: Path) -> None:
    program = PROGRAM.replace("{target}", "x").replace("{iterable}", "down(n)").replace("{value}", "x").replace("hot(40)", "hot(300000)")
    function = built(tmp_path, program, kind="loop")
    assert count(function, "take_generator") and states(function)


def test_nothing_is_left_for_a_collection(tmp_path: Path) -> None:
    """Found by the fuzzer: a process that compiles by itself had one reference more to a number of the program until the next collection."""
    program = PROGRAM.replace("{target}", "x").replace("{iterable}", "tripled(n)").replace("{value}", "x")
    run(mode("on", mode="on", threshold="1", compiler="inline", cache="0", snapshot_dir=str(tmp_path)), ["-c", program])
    snapshot = dump.load(str(next(tmp_path.glob("hot-*-call-*"))))
    gc.disable()
    try:
        context = weakref.ref(build.build(snapshot).root)
        assert context() is None
    finally:
        gc.enable()
