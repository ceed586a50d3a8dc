"""Where operands of other classes came than those seen, the region tests for the ones it knows and does the rest the general way, without an exit."""

from __future__ import annotations

import dis
import marshal
from pathlib import Path
from typing import Any

import pytest
from programs import FORCE, mode, run

pytest.importorskip("llvmlite")

import tierup.compiler.compile  # noqa: F401  (registers the handlers)
from tierup.frontend import build
from tierup.frontend.profile import encoded_offset
from tierup.ir.graph import Instr
from tierup.reports import dump

PROGRAM = """
class A:
    def __init__(self):
        self.n = 1
    def step(self):
        return 1

class B(A):
    def step(self):
        return 2

def hot(things):
    total = 0
    for thing in things:
        total += thing.n
        total += thing.step()
        thing.n = 1
    return total

for _ in range(200):
    hot([A(), B()] * 10)
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("snapshots")
    run(mode("force", mode="force", compiler="inline", cache="0", snapshot_dir=str(folder), spare=FORCE.variables["TIERUP_SPARE"]), ["-c", PROGRAM])
    return dump.load(str(next(Path(folder).glob("hot-*-call-*"))))


@pytest.mark.parametrize(("opcode", "helper"), [("LOAD_ATTR", "load_attr_cached"), ("LOAD_METHOD", "load_method_cached"), ("STORE_ATTR", "store_attr_cached")])
@pytest.mark.parametrize("failed", [False, True])
def test_the_classes_known_are_told_apart(snapshot: dict[str, Any], opcode: str, helper: str, failed: bool) -> None:
    offset = next(ins.offset for ins in dis.get_instructions(marshal.loads(snapshot["code"])) if ins.opname == opcode)
    built = build.build({**snapshot, "failed": {encoded_offset(offset, -1): ["classes_changed"]} if failed else {}}).function
    here: list[Instr] = [instr for block in built.blocks for instr in block.instrs if instr.offset == encoded_offset(offset, -1)]
    assert any(instr.op == "is_version" for instr in here)
    assert any(instr.attrs.get("reason") in ("classes_changed", "type_changed") for instr in here) is not failed
    assert any(instr.attrs.get("helper") == helper for instr in here) is failed


def test_other_places_that_take_the_same_variable_do_without_the_class_at_once(snapshot: dict[str, Any]) -> None:
    """Otherwise each of them would fail in turn, and the code be compiled again each time."""
    offsets = {ins.opname: ins.offset for ins in dis.get_instructions(marshal.loads(snapshot["code"]))}
    failed = {encoded_offset(offsets["LOAD_METHOD"], -1): ["classes_changed"]}
    built = build.build({**snapshot, "failed": failed}).function
    of_classes = [instr for block in built.blocks for instr in block.instrs if instr.attrs.get("reason") in ("classes_changed", "type_changed")]
    assert not [instr for instr in of_classes if instr.offset in {encoded_offset(offsets[name], -1) for name in ("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR")}]
