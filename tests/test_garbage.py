"""What only compiled code keeps, found by the collection that the program asks for."""

from __future__ import annotations

import pytest
from programs import FORCE, PLAIN, STRESS, Mode, run

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
