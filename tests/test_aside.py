"""Our own Python objects are none of the collector's business."""

from __future__ import annotations

from programs import ON, PLAIN, run

PROGRAM = """
import gc, sys

def ours(value):
    if type(value) is type:
        return value.__dict__.get("__module__", "").partition(".")[0] == "tierup"
    if type(value) is type(ours):
        return value.__globals__.get("__name__", "").partition(".")[0] == "tierup"
    return type(value) is type(sys) and value.__name__.partition(".")[0] == "tierup"

import tierup
assert tierup.enabled()
print([value for value in gc.get_objects() if ours(value)])
names = [name for name in sys.modules if name.partition(".")[0] == "tierup"]
assert len(names) > 10
gc.collect()
for name in names:
    del sys.modules[name]
del tierup
gc.collect()
gc.freeze()
gc.unfreeze()
gc.collect()
print(gc.get_freeze_count(), sum(range(10)))
"""


def test_the_collector_does_not_see_our_objects() -> None:
    outcome = run(ON, ["-c", PROGRAM])
    assert outcome.stdout == "[]\n0 45\n", outcome.stderr


def test_classes_of_ours_may_die() -> None:
    """They leave the list that they were put in."""
    program = """
import gc, sys
import tierup.runtime.units as units
import tierup
tierup.enable()
del units.Target, units.Unit
made = [type("C", (), {"__module__": "tierup.x", "f": lambda self: 1}) for _ in range(100)]
tierup.disable()
tierup.enable()
del made[::2]
gc.collect()
del made
gc.collect()
print("done")
"""
    assert run(PLAIN, ["-c", program]).stdout == "done\n"
