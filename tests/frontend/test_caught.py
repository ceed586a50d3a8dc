"""Which handlers go on with something that stands for the exception, and what raises for them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from graphs import built, count

PROGRAM = """
import time

class Thing:
    pass

thing = Thing()

def hot(d, s, n):
    total = 0
    for i in range(n):
        try:
            total += {raising}
        except {wanted}:
            {handling}
    return total

end = time.process_time() + 1  # as long for a handler that returns at once
while time.process_time() < end:
    hot({}, "x", 40)
"""


def program(raising: str, wanted: str, handling: str) -> str:
    return PROGRAM.replace("{raising}", raising).replace("{wanted}", wanted).replace("{handling}", handling)


@pytest.mark.parametrize(
    "raising, wanted, handling, helper",
    [
        ("d[i]", "KeyError", "total += 1", "dict_subscr"),
        ("d[i]", "(IndexError, KeyError)", "pass", "dict_subscr"),
        ("thing.a", "AttributeError", "continue", "load_attr_caught"),
        ("int(s)", "ValueError", "return 1", "int_of_str_caught"),
        ("float(s)", "ValueError", "total += 1", "float_of_str_caught"),
    ],
)
def test_lazy(tmp_path: Path, raising: str, wanted: str, handling: str, helper: str) -> None:
    function = built(tmp_path, program(raising, wanted, handling))
    assert count(function, helper) > 0
    assert count(function, "caught_end") > 0
    assert count(function, "make_caught") == count(function, "caught_before") == count(function, "push_exc_info") == 0


@pytest.mark.parametrize("handling, helper", [("total += len(sorted(s, key=ord))", "make_caught"), ("raise", "caught_before")])
def test_made_before_it_is_seen(tmp_path: Path, handling: str, helper: str) -> None:
    text = program("d[i]", "KeyError", handling).replace('    hot({}, "x", 40)', "    try:\n        hot({}, 's', 40)\n    except KeyError:\n        pass")
    function = built(tmp_path, text)
    assert count(function, helper) > 0


def test_named(tmp_path: Path) -> None:
    function = built(tmp_path, program("d[i]", "KeyError as error", "total += 1"))
    assert count(function, "push_exc_info") > 0 and count(function, "caught_end") == 0
