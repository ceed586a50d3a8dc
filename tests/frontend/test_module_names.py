"""Names of a module in its own loops, and globals that functions store: found, and given other values, without running Python code."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

LOOP = """
import time
step, limit, total, last = 3, 50, 0, None
end = time.process_time() + 0.4
while time.process_time() < end:
    {before}
    for i in range(limit):
        {statement}
"""
ANY = ("load_name", "store_name", "load_global_cached", "store_global")


@pytest.mark.parametrize(
    "statement, helper",
    [
        ("total = i + step", "put_global_int"),
        ("total = i / step", "put_global_float"),
        ("last = 'a'", "swap_global"),
        ("last = i > step", "swap_global"),
        ("total = last = i * step", "swap_global"),  # one object, which both names mean
    ],
)
def test_stores(tmp_path: Path, statement: str, helper: str) -> None:
    program = LOOP.replace("{before}", "pass").replace("{statement}", statement)
    function = built(tmp_path, program, name="<module>", kind="loop")
    assert count(function, helper) > 0
    assert not any(count(function, other) for other in ANY)


def test_what_was_stored_is_known_when_it_is_loaded(tmp_path: Path) -> None:
    program = LOOP.replace("{before}", "pass").replace("{statement}", "total = i + 1; last = total * i")
    function = built(tmp_path, program, name="<module>", kind="loop")
    assert count(function, "int_value") <= 2  # of the limit only, where the loop begins anew; total and i are known


def test_a_class_body_has_names_of_its_own(tmp_path: Path) -> None:
    body = """
import time
class Body:
    end, total = time.process_time() + 0.4, 0
    while time.process_time() < end:
        for i in range(50):
            total = i
"""
    function = built(tmp_path, body, name="Body", kind="loop")
    assert count(function, "store_name") > 0
    assert count(function, "put_global_int") == count(function, "locals_are_globals") == 0


def test_a_function_stores_globals(tmp_path: Path) -> None:
    program = """
import time
total = 0
def hot(n):
    global total
    for i in range(n):
        total += i
end = time.process_time() + 0.4
while time.process_time() < end:
    hot(40)
"""
    function = built(tmp_path, program)
    assert count(function, "put_global_int") > 0 and not any(count(function, other) for other in ANY)
