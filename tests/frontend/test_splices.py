"""Slices that go straight into a slice: what is compiled makes neither lists nor slice objects for them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

PROGRAM = """
import time
def hot(a, b, k, n):
    for _ in range(n):
        {statement}
    return a

end = time.process_time() + 0.4
while time.process_time() < end:
    hot(list(range(9)), list(range(9)), 4, 40)
"""


@pytest.mark.parametrize(
    "statement",
    ["a[: k + 1] = a[k::-1]", "a[:] = a[k : k + 1] + a[:k] + a[k + 1 :]", "a[k:] = b[k:]", "a[1:k] = b[::2]"],
)
def test_no_list_is_made(tmp_path: Path, statement: str) -> None:
    function = built(tmp_path, PROGRAM.replace("{statement}", statement))
    assert count(function, "list_splice") > 0
    assert count(function, "list_slice") == count(function, "list_set_slice") == count(function, "build_slice") == count(function, "binary_op") == 0


@pytest.mark.parametrize("statement", ["a[k:] = (b[k:], print)[0]", "a[1:] = a[1:] * 1", "a[::2] = b[::2]", "a[1:] = a[1:2] + a[2:3] + a[3:4] + a[4:]"])
def test_others_are_made(tmp_path: Path, statement: str) -> None:
    function = built(tmp_path, PROGRAM.replace("{statement}", statement))
    assert count(function, "list_splice") == 0 and count(function, "list_slice") + count(function, "build_slice") > 0
