"""A frame that leaves compiled code in the middle of a loop comes back at the next turn, not only when the sampler finds it."""

from __future__ import annotations

from pathlib import Path

from programs import ON, run

PROGRAM = """
import sys, time, tierup

def step(x):
    return x * 3 & 1023

def look():
    return sys._getframe(1).f_locals["i"]

def work(n):
    total = 0
    for i in range(n):
        total = (total * 3 + step(i)) & 0xFFFF
        if i % 50_000 == 10:
            total += look()  # whoever looks at a frame has its compiled code left
    return total

def rounds(seconds):
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        work(100_000)
        done += 1
    return done

start = time.monotonic()
while time.monotonic() < start + 30:
    rounds(0.5)
    before = tierup.stats()["entries"]
    done = rounds(0.5)
    entries = (tierup.stats()["entries"] - before) / done
    if 0 < entries < 500:
        break
print(0 < entries < 500, entries)
"""


def test_an_exit_in_a_loop_costs_a_few_turns(tmp_path: Path) -> None:
    """Each turn in the interpreter enters the region of `step`: there would be tens of thousands per call of `work`."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    got = run(ON, [str(program)], timeout=120)
    assert got.stdout.startswith("True"), got.stdout + got.stats


LONG_CALL = """
import time
from tierup.runtime import switch

def loops():
    units = list(switch.state.units.values()) if switch.state else []  # it comes with the first visit
    return any(entry[0] == "loop" and target.region >= 0 for unit in units if unit.name == "work" for entry, target in unit.targets.items())

def work(n):
    total = 0
    for i in range(n):
        {body}
        if not i % 50 and (loops() or time.monotonic() > end):
            return

end = time.monotonic() + 30
work(10**9)
print(loops())
"""
LONG_BODY = "\n        ".join(f"total = (total + i * {number}) & 0xFFFF" for number in range(60))


def test_a_loop_with_a_long_body_is_compiled_while_it_runs(tmp_path: Path) -> None:
    """One of more than 255 units begins with EXTENDED_ARG, and there jumps go."""
    program = tmp_path / "program.py"
    program.write_text(LONG_CALL.replace("{body}", LONG_BODY))
    got = run(ON, [str(program)], timeout=120)
    assert got.stdout.startswith("True"), got.stdout + got.stats
