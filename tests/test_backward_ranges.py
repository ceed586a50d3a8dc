"""Loops over ranges that go backwards are compiled a few times, not again and again: the second guess at a step is known as such."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import mode, run

pytest.importorskip("llvmlite")

PROGRAM = """
import time

def hot(numbers):
    total = 0
    for i in numbers:
        total += i
    return total

forwards, in_steps, backwards = range(50), range(0, 100, 2), range(50)[::-1]
end = time.process_time() + 2
while time.process_time() < end:
    for numbers in (forwards, in_steps, backwards):
        for _ in range(20):
            hot(numbers)
"""


def test_backward_ranges_are_settled(tmp_path: Path) -> None:
    """How many exits come before the recorder has looked depends on what else the machine does; too many of them come again."""
    found = []
    for _ in range(2):
        got = run(mode("on", mode="on", threshold="1", compiler="inline", cache="0", stats="1"), ["-c", PROGRAM])
        found.append(sum(int(line.split()[1]) for line in got.stats.splitlines() if "[range_" in line))
        if found[-1] < 5000:
            return
    raise AssertionError(f"{found}: {got.stats}")
