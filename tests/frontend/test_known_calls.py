"""Calls of known C functions that go to a helper of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

PROGRAM = """
import time

class Thing(dict):
    __slots__ = ("gone",)

    def look(self, key):
        return super().get(key, 1)

thing = Thing()

def hot(s, x, i, n):
    total = 0
    for _ in range(n):
        {statement}
    return total

end = time.process_time() + 0.4
while time.process_time() < end:
    hot("some text", "te", 1, 40)
"""


@pytest.mark.parametrize(
    "statement, helper",
    [
        ("total += getattr(s, 'gone', 0)", "getattr"),
        ("total += hasattr(thing, 'gone')", "hasattr"),
        ("total += s.startswith(x)", "str_tail"),
        ("total += s.endswith(('t', 'xt'), i)", "str_tail"),
        ("total += s.find(x, i, 5) + s.rfind(x)", "str_find"),
        ("total += s.count(x)", "str_count"),
        ("total += int('12')", "int_of_str"),
        ("total += float('12')", "float_of_str"),
    ],
)
def test_helper(tmp_path: Path, statement: str, helper: str) -> None:
    function = built(tmp_path, PROGRAM.replace("{statement}", statement))
    assert count(function, helper) > 0
    assert count(function, "call_builtin") == count(function, "call_borrow") == 0


@pytest.mark.parametrize("statement", ["total += s.find(x, None)", "total += s.startswith((x, 'a'))", "total += getattr(s, x, 0)", "total += s.count(x, True)"])
def test_others_are_called(tmp_path: Path, statement: str) -> None:
    function = built(tmp_path, PROGRAM.replace("{statement}", statement))
    assert not any(count(function, helper) for helper in ("getattr", "str_tail", "str_find", "str_count"))


def test_super_of_a_method_in_c(tmp_path: Path) -> None:
    """Neither a super object nor a bound method: the method descriptor is called with self."""
    function = built(tmp_path, PROGRAM.replace("{statement}", "total += thing.look(x)"), name="Thing.look")
    assert count(function, "call_builtin") > 0 and count(function, "call_maybe_method") == count(function, "load_method_cached") == 0
