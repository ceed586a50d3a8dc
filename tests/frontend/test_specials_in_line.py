"""__next__ of what a loop goes over, and __call__ of what is called, in line: no call, and no StopIteration."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

from tierup.ir.graph import Function

PROGRAM = """
import time

class Count:
    def __init__(self, n):
        self.i, self.n = 0, n
    def __iter__(self):
        return self
    def __next__(self):
        if self.i >= self.n:
            {end}
        self.i += 1
        return self.i

def more():
    raise StopIteration

class Add:
    def __init__(self, n):
        self.n = n
    def __call__(self, x, y=1):
        return self.n + x * y

class Star:
    def __call__(self, *args):
        return args[0]

def hot(n, add=Add(3), star=Star()):
    total = 0
    for x in {items}:
        total += {value}
    return total

end = time.process_time() + 0.4
while time.process_time() < end:
    hot(40)
"""


def graph(folder: Path, end: str = "raise StopIteration", items: str = "Count(n)", value: str = "x") -> Function:
    return built(folder, PROGRAM.replace("{end}", end).replace("{items}", items).replace("{value}", value))


def test_next_is_never_called(tmp_path: Path) -> None:
    function = graph(tmp_path)
    assert not count(function, "for_iter") and not count(function, "raise_varargs")
    states = [instr.state for block in function.blocks for instr in block.instrs if instr.state is not None and instr.state.parent is not None]
    assert any(state.parent.ends >= 0 and state.parent.consumes == 0 for state in states if state.parent is not None)


@pytest.mark.parametrize("end", ["raise StopIteration(self.n)", "more()"])
def test_next_is_called(tmp_path: Path, end: str) -> None:
    """An exception that has to be raised is raised in a frame."""
    assert count(graph(tmp_path, end), "for_iter")


@pytest.mark.parametrize("value", ["add(x)", "add(x, 2)", "add(x, x) + add(1)"])
def test_instances_are_not_called(tmp_path: Path, value: str) -> None:
    function = graph(tmp_path, items="range(n)", value=value)
    assert not count(function, "call") and not count(function, "call_known")


@pytest.mark.parametrize("value", ["star(x)", "add(x, y=2)"])
def test_instances_are_called(tmp_path: Path, value: str) -> None:
    assert count(graph(tmp_path, items="range(n)", value=value), "call")
