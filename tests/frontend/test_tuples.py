"""Tuples that a function in line returns to a caller that takes them apart: none is made."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

PROGRAM = """
import time
def both(a, b):
    return a + b, a - b

def hot(a, b, n):
    total = 0.0
    for _ in range(n):
        {taken} = both(a, b)
        total += {used}
    return total

end = time.process_time() + 0.4
while time.process_time() < end:
    hot(1.0, 2.0, 40)
"""
CALLEES = frozenset(("both",))


def test_no_tuple_is_made(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{taken}", "x, y").replace("{used}", "x * y"), CALLEES)
    assert count(function, "build_tuple") == 0


def test_what_is_kept_is_made(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{taken}", "pair").replace("{used}", "pair[1]"), CALLEES)
    assert count(function, "build_tuple") > 0
