"""The tables that an operation or a guard needs a row in."""

from __future__ import annotations

import ast
from pathlib import Path

import tierup.backend.emit  # noqa: F401  (registers the emitters)
from tierup.backend.emitters import EMITTERS
from tierup.ir.ops import OPS
from tierup.reasons import REASONS

SOURCE = Path(__file__).parents[2] / "src" / "tierup"
LEAVING = {"guard": (1,), "leave": (0,), "fails": (1,), "exit_label": (0,), "RefusedError": (0,), "CannotCapture": (0,)}
"""Function -> places of arguments that are ids of reasons."""


def test_every_op_has_an_emitter() -> None:
    assert set(EMITTERS) == set(OPS)


def test_every_reason_has_a_row() -> None:
    named = {reason for folder in ("frontend", "backend", "runtime") for path in (SOURCE / folder).rglob("*.py") for reason in reasons_in(path)}
    assert len(named) > 10
    assert named <= set(REASONS)


def reasons_in(path: Path) -> set[str]:
    """The reasons that calls name directly."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        words = [call.args[place] for place in LEAVING.get(name, ()) if place < len(call.args)]
        found |= {word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value}
    return found
