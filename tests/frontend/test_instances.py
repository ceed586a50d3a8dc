"""Instances that do not escape: what is compiled makes none, and boxes no number."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

PROGRAM = """
import time
class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def dot(self, other):
        return self.x * other.x + self.y * other.y

class Ended:
    def __init__(self, x):
        self.x = x

    def __del__(self):
        pass

def hot(a, b, n, kept):
    total = 0.0
    place = Vector(0.0, 0.0)
    for _ in range(n):
        place = place + a
        total += (a + b).dot(place)
    {rest}
    return total

end = time.process_time() + 0.4
while time.process_time() < end:
    hot(Vector(1.0, 2.0), Vector(0.5, 0.25), 40, [])
"""
CALLEES = frozenset(("__init__", "__add__", "dot"))


def test_no_instance_is_made(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{rest}", ""), CALLEES)
    assert count(function, "make_instance") == count(function, "new_instance") == 0
    assert all(block.instrs[-1].op == "return" for block in function.blocks if any(instr.op == "box_f64" for instr in block.instrs))
    assert any(item.made is not None for block in function.blocks for i in block.instrs if i.state is not None for item in i.state.locals)


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{rest}", "kept.append(place)"), CALLEES)
    assert count(function, "make_instance") > 0 and count(function, "new_instance") == 0


def test_classes_with_finalisers_make_instances(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{rest}", "total += Ended(n).x"), CALLEES)
    assert count(function, "new_instance") > 0
