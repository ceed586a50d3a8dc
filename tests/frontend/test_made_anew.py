"""Functions that are made anew each time another one runs: calls of them go in line by their code."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built

from tierup.ir.graph import Function

PROGRAM = """
import time

def made(k):
    return lambda x: x + k

def hot(n):
    k = 3
    {definition}
    total = 0
    for i in range(n):
        total += {call}
    return total

def apply(function, n):
    total = 0
    for i in range(n):
        total += function(i)
    return total

end = time.process_time() + 0.4
while time.process_time() < end:
    hot(40)
    apply(made(1), 40)
"""


def calls(function: Function) -> int:
    """How many calls there are of what is not known."""
    return sum(instr.attrs.get("helper") == "call" for block in function.blocks for instr in block.instrs)


@pytest.mark.parametrize(
    "definition, call",
    [
        ("def add(x): return x + k", "add(i)"),
        ("def add(x, y): return x + y", "add(i, k)"),
        ("def add(x, y): return x + y", "add(i, y=k)"),
        ("add = lambda x: -x", "add(i)"),
        ("ways = [lambda x: -x]", "ways[0](i)"),
        ("add = made(k)", "add(i)"),
    ],
)
def test_in_line(tmp_path: Path, definition: str, call: str) -> None:
    function = built(tmp_path, PROGRAM.replace("{definition}", definition).replace("{call}", call))
    assert not calls(function)


@pytest.mark.parametrize("call", ["sum(x + k for x in (1, 2, i))", "len([x + k for x in (1, 2, i)])", "any(x > k for x in (1, 2, i))"])
def test_comprehensions_stay_in_line(tmp_path: Path, call: str) -> None:
    """They are functions that are made anew, too, but never need to exist."""
    function = built(tmp_path, PROGRAM.replace("{definition}", "pass").replace("{call}", call))
    assert not calls(function)
    assert not any(instr.attrs.get("helper") == "make_function" for block in function.blocks for instr in block.instrs)


def test_a_callback(tmp_path: Path) -> None:
    program = PROGRAM.replace("{definition}", "pass").replace("{call}", "i")
    function = built(tmp_path, program, name="apply")
    assert not calls(function)


@pytest.mark.parametrize(
    "definition, call",
    [
        ("def add(x, y=2): return x + y", "add(i)"),  # its defaults are those of the function
        ("def add(x, *rest): return x", "add(i, k)"),
        ("def add(x): return len(str(x)) + made(x)(k)", "add(i)"),  # its frame would have to be seen
    ],
)
def test_called(tmp_path: Path, definition: str, call: str) -> None:
    function = built(tmp_path, PROGRAM.replace("{definition}", definition).replace("{call}", call))
    assert calls(function)
