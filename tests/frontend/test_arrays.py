"""Loops over NumPy arrays: no object is made in them, and the heads of arrays are read before them; with a call in the loop, they are read again."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llvmlite")
pytest.importorskip("numpy")

from graphs import built, count

PROGRAM = """
import time
import numpy as np

def hot(a, b, n, kept):
    total = 0.0
    for i in range(n):
        total += a[i] * b[i, 1]
        b[i, 0] = total
        {rest}
    return total

a, b = np.arange(40.0), np.ones((40, 2))
end = time.process_time() + 0.4
while time.process_time() < end:
    hot(a, b, 40, [])
"""
MAKING = ("box_nf64", "binary_subscr", "store_subscr", "binary_op")


def test_elements_are_numbers(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{rest}", ""))
    assert all(block.instrs[-1].op == "return" for block in function.blocks if any(i.op in MAKING or i.attrs.get("helper") in MAKING for i in block.instrs))
    turns = [block for block in function.blocks if any(i.op == "set_element_f64" for i in block.instrs)]
    assert min(sum(i.op == "ndarray_is" for i in block.instrs) for block in turns) == 0, "the heads are read in each turn"


def test_a_call_may_change_arrays(tmp_path: Path) -> None:
    function = built(tmp_path, PROGRAM.replace("{rest}", "kept.sort()"))
    turns = [block for block in function.blocks if any(i.op == "element_f64" for i in block.instrs)]
    assert count(function, "element_f64") > 0 and all(any(i.op == "ndarray_is" for i in block.instrs) for block in turns)
