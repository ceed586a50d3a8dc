"""What only compiled code keeps, found by the collection that the program asks for."""

from __future__ import annotations

from typing import Any

import pytest
from programs import FORCE, PLAIN, STRESS, Mode, run

pytest.importorskip("tierup._tierup")

from tierup import percode

PROGRAM = """
import gc

CYCLE = '''
class Telling:
    def __init__(self, told):
        self.told = told

    def __del__(self):
        self.told.append("dies")


telling = Telling(told)
'''

def soon():
    told = []
    exec(CYCLE, {"told": told})
    gc.collect()
    return told

for _ in range(6):
    print(soon(), gc.collect.__name__, gc.collect(0) >= 0, gc.collect(generation=2) >= 0)
"""


@pytest.mark.parametrize("how", [PLAIN, FORCE, STRESS[0]], ids=lambda how: how.name)
def test_one_collection_is_enough(how: Mode) -> None:
    """Where its compiled code leads back to a function, the function dies when it would without."""
    got = run(how, ["-c", PROGRAM])
    assert got.stdout.splitlines() == ["['dies'] collect True True"] * 6, got.stderr


NUMBERS = """
import gc, sys
gc.disable()
number, half = 2**62 + len(sys.argv), 0.5 + len(sys.argv)

def hot(n, k):
    total = 0
    for i in range(n):
        if i % 3 == k:
            total ^= number + i
        total += int(half * i) + sum(x for x in (i, k))
    return total

for k in range(60):
    hot(200, k % 4)
before = sys.getrefcount(number), sys.getrefcount(half)
gc.collect()
after = sys.getrefcount(number), sys.getrefcount(half)
print(all(x <= y for x, y in zip(before, after)))  # a region that was installed meanwhile has references of its own
"""


@pytest.mark.parametrize("how", [FORCE, *STRESS], ids=lambda how: how.name)
def test_the_compiler_leaves_no_numbers_to_the_collector(how: Mode) -> None:
    """Found by the fuzzer: a process that compiles by itself had references to numbers of the program until the next collection."""
    got = run(how, ["-c", NUMBERS], TIERUP_COMPILER="inline")
    assert got.stdout == "True\n", got.stderr


def test_what_was_found_out_about_code_goes_with_it() -> None:
    """What a program makes and drops leaves nothing in our tables; what lives on stays."""
    table = percode.PerCode(lambda code: code.co_name)
    made: dict[str, Any] = {}
    exec("def gone(): ...", made)
    assert table.of(made["gone"].__code__) == "gone" and table.of(run.__code__) == "run"
    percode.forget_dead()
    assert len(table.known) == 2
    made.clear()
    percode.forget_dead()
    assert [found for _, found in table.known.values()] == ["run"]
