"""Instances that do not escape: what is compiled makes none, and boxes no number."""

from __future__ import annotations

import marshal
from pathlib import Path

import pytest
from programs import FORCE, mode, run

pytest.importorskip("llvmlite")

import tierup.compiler.compile  # noqa: F401  (registers the handlers)
from tierup.frontend import build
from tierup.ir.graph import Function
from tierup.ir.verify import format_errors, verify
from tierup.reports import dump

PROGRAM = """
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

for _ in range(200):
    hot(Vector(1.0, 2.0), Vector(0.5, 0.25), 40, [])
"""
CALLEES = {"__init__", "__add__", "dot"}


def built(folder: Path, rest: str) -> Function:
    """The graph of `hot`, once its callees were seen: what a window of the recorder sees depends on when the sampler looked."""
    for turn in range(20):
        here = folder / str(turn)
        here.mkdir()
        how = mode("force", mode="force", compiler="inline", cache="0", snapshot_dir=str(here), spare=FORCE.variables["TIERUP_SPARE"])
        run(how, ["-c", PROGRAM.replace("{rest}", rest)])
        for path in here.glob("hot-*-call-*"):
            snapshot = dump.load(str(path))
            seen = {marshal.loads(code).co_name for code, profile in zip(snapshot["codes"], snapshot["profiles"], strict=True) if profile}
            if seen >= CALLEES:
                function = build.build(snapshot).function
                assert not verify(function), format_errors(function, verify(function))
                return function
    raise AssertionError("the callees were never seen")


def count(function: Function, what: str) -> int:
    """How many instructions are this op, or call this helper."""
    return sum(what in (instr.op, instr.attrs.get("helper")) for block in function.blocks for instr in block.instrs)


def test_no_instance_is_made(tmp_path: Path) -> None:
    function = built(tmp_path, "")
    assert count(function, "make_instance") == count(function, "new_instance") == 0
    assert all(block.instrs[-1].op == "return" for block in function.blocks if any(instr.op == "box_f64" for instr in block.instrs))
    assert any(item.made is not None for block in function.blocks for i in block.instrs if i.state is not None for item in i.state.locals)


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    function = built(tmp_path, "kept.append(place)")
    assert count(function, "make_instance") > 0 and count(function, "new_instance") == 0


def test_classes_with_finalisers_make_instances(tmp_path: Path) -> None:
    function = built(tmp_path, "total += Ended(n).x")
    assert count(function, "new_instance") > 0
