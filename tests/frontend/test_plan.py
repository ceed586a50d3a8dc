"""The plan of a region, as text: what is in line, what is called, and why."""

from __future__ import annotations

import marshal
import opcode
from pathlib import Path
from typing import Any

import pytest
from programs import FORCE, mode, run

pytest.importorskip("llvmlite")

import tierup.compiler.compile  # noqa: F401  (registers the handlers)
from tierup.frontend import build
from tierup.frontend.bytecodes import frameless
from tierup.frontend.plan import plan_text
from tierup.frontend.profile import encoded_offset
from tierup.ir.text import print_function
from tierup.reasons import REASONS
from tierup.reports import dump

PROGRAM = """
class Shape:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side

    def twice(self):
        return 2 * self.area()

    def looped(self):
        return sum([self.side for _ in range(2)])

    def printed(self):
        return format(self.side) + format(self.side)

    def starred(self, *more):
        return len(more)

    def once(self):
        return format(self.side)

def hot(shapes):
    total = 0
    for shape in shapes:
        total += shape.twice() + len(shape.printed()) + len(shape.once()) + shape.starred(1)
        if total < 0:
            total = shape.looped()
    return total

for _ in range(200):
    hot([Shape(i) for i in range(20)])
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    for _ in range(20):
        folder = tmp_path_factory.mktemp("snapshots")
        run(mode("force", mode="force", compiler="inline", cache="0", snapshot_dir=str(folder), spare=FORCE.variables["TIERUP_SPARE"]), ["-c", PROGRAM])
        for path in Path(folder).glob("hot-*"):
            snapshot = dump.load(str(path))
            seen = {marshal.loads(code).co_name for code, profile in zip(snapshot["codes"], snapshot["profiles"], strict=True) if profile}
            if {"twice", "area", "printed", "once"} <= seen:
                return plan_text(build.build(snapshot)).splitlines()
    raise AssertionError("the callees were never seen")


def line(plan: list[str], text: str) -> str:
    return next(line for line in plan if text in line)


def test_it_says_what_becomes_of_each_call(plan: list[str]) -> None:
    assert plan[0].startswith("hot, entered at")
    assert line(plan, "Shape.twice:").endswith("in line")
    assert line(plan, "Shape.area:").startswith("  Shape.twice:10 CALL") and plan.index(line(plan, "Shape.area:")) > plan.index(line(plan, "Shape.twice:"))
    assert REASONS["callee_kind"].sentence in line(plan, "Shape.starred:") or REASONS["callee_untold"].sentence in line(plan, "Shape.starred:")


def test_it_says_where_a_function_needs_its_frame(plan: list[str]) -> None:
    found = line(plan, "Shape.printed:")
    assert REASONS["escapes"].sentence in found and found.endswith("Shape.printed:16 CALL")


def test_a_frame_is_shown_for_a_single_call(plan: list[str]) -> None:
    assert line(plan, "Shape.once:").endswith("in line")


def calls_of_itself(folder: Path) -> list[str]:
    """What becomes of the calls in a function that calls itself."""
    program = "def down(n):\n    return 0 if n < 1 else down(n - 1) + 1\n\nfor _ in range(200):\n    down(20)\n"
    run(mode("force", mode="force", compiler="inline", cache="0", snapshot_dir=str(folder), spare=FORCE.variables["TIERUP_SPARE"]), ["-c", program])
    [path] = folder.glob("down-*")
    return [row for row in plan_text(build.build(dump.load(str(path)))).splitlines() if " CALL down: " in row]


def test_a_function_calls_itself_without_frames(tmp_path: Path) -> None:
    calls = calls_of_itself(tmp_path)
    assert len(calls) == 2 and all(row.endswith("called without a frame") for row in calls)


def test_a_small_function_takes_calls_of_itself_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can't do without frames."""
    monkeypatch.setattr(frameless, "MOST", 0)
    calls = calls_of_itself(tmp_path)
    assert [row.index("down:2") for row in calls] == [0, 2, 4]
    assert calls[0].endswith("in line") and calls[1].endswith("in line") and REASONS["recursive"].sentence in calls[2]


def snapshot_of(source: str) -> dict[str, Any]:
    """Of a function that was never seen to run."""
    code = compile(source, "program", "exec").co_consts[0]
    empty = {"codes": [], "profiles": [], "objects": [], "globals": [{}]}
    return {"format": 1, "kind": "call", "header": -1, "code": marshal.dumps(code), "profile": {}, **empty}


def test_what_does_not_fit_is_left_to_the_interpreter() -> None:
    arms = "\n".join(f"        if x == {k}: a = x + {k} * x - {k}; b = a * x" for k in range(400))
    built = build.build(snapshot_of(f"def f(x):\n    a = b = 0\n    while x:\n        x -= 1\n{arms}\n    return a, b\n"))
    assert built.count <= build.BUDGETS[-1].instructions + len(built.left_out["does_not_fit"]) * 2
    assert built.no_peeling and "nothing is known at the beginning of loops" in plan_text(built)
    assert line(plan_text(built).splitlines(), "left to the interpreter: f:").endswith(REASONS["does_not_fit"].sentence)


def test_it_says_what_failed_before() -> None:
    snapshot = snapshot_of("def f(x):\n    return x\n")
    snapshot |= {"failed": {2: ["type_changed"], encoded_offset(4, 7): ["overflow"]}}
    learned = [line for line in plan_text(build.build(snapshot)).splitlines() if line.startswith("not tried again")]
    assert learned[0] == f"not tried again at f:2: {REASONS['type_changed'].sentence}"
    assert learned[1] == f"not tried again at a function that is not told any more: {REASONS['overflow'].sentence}"


@pytest.mark.parametrize("large", [False, True])
def test_ints_that_were_seen_to_be_large_stay_objects(large: bool) -> None:
    snapshot = snapshot_of("def f(x, y):\n    return x * y\n")
    bytecode: bytes = marshal.loads(snapshot["code"]).co_code
    place, row = bytecode.index(opcode.opmap["BINARY_OP"]), (100, [((0, 0, None), 100)], [], [])
    snapshot |= {"objects": [{"kind": "type", "name": "int", "builtin": True}], "profile": {place: row}, "large": {-1: [place]} if large else {}}
    built = build.build(snapshot)
    assert ("i64_mul" in print_function(built.function)) is not large
    assert ("binary_op" in print_function(built.function)) is large
    assert (f"ints stay objects at f:2: {REASONS['overflow'].sentence}" in plan_text(built)) is large
