"""What is known of NumPy: nothing before it is imported, its types afterwards, nothing of types that only look like them."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("numpy")

import numpy as np

from tierup import _tierup
from tierup.runtime import arrays, objects

IMPORTED_LATE = """
from tierup import _tierup
from tierup.runtime import arrays
assert not arrays.learned() and "numpy.ndarray" not in _tierup.symbols() and arrays.known(float) == ""
import numpy
assert arrays.learned() and _tierup.symbols()["numpy.ndarray"] == id(numpy.ndarray)
"""
OLDER = """
import numpy
numpy.__version__ = "1.26.4"
from tierup.runtime import arrays
assert not arrays.learned()
"""


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_numpy_is_not_imported() -> None:
    run(IMPORTED_LATE)


def test_other_rules_are_refused() -> None:
    run(OLDER)


def test_types_are_described() -> None:
    assert arrays.learned()
    for cls in (np.ndarray, np.float64, np.int64, np.bool_):
        assert objects.describe_type(cls)["numpy"] == f"numpy.{cls.__name__}"
    assert all("numpy" not in objects.describe_type(cls) for cls in (np.float32, np.longlong, np.matrix, float, type("float64", (np.float64,), {})))


def test_others_are_not_learned() -> None:
    class Own(np.ndarray):
        pass

    assert not _tierup.learn_arrays(Own, np.float64, np.int64, np.bool_)
    assert not _tierup.learn_arrays(np.ndarray, np.int64, np.float64, np.bool_)
    assert not _tierup.learn_arrays(np.ndarray, np.float64, np.longlong, np.bool_)
    assert not _tierup.learn_arrays(np.ndarray, float, int, bool)
    assert not _tierup.learn_arrays(1, None, "", ())
