"""Profiles are remembered without keeping anything alive."""

from __future__ import annotations

import gc

import pytest

pytest.importorskip("tierup._tierup")
from tierup.runtime import remembered


def sample() -> None:
    """Its code stands for any."""


def row(*types: type, results: tuple[type, ...] = (), callees: tuple[object, ...] = ()) -> tuple[object, ...]:
    return (3, [((*types, None), 2)], list(results), list(callees))


def test_what_was_kept_comes_back() -> None:
    remembered.keep(sample.__code__, {4: row(int, str, results=(float,), callees=(sample, list.append))})
    assert remembered.recall(sample.__code__) == {4: (3, [((int, str, None), 2)], [float], [sample, list.append])}


def test_later_rows_replace_earlier_ones() -> None:
    remembered.keep(sample.__code__, {4: row(int), 8: row(str)})
    remembered.keep(sample.__code__, {8: row(bytes)})
    found = remembered.recall(sample.__code__)
    assert (found[4][1][0][0][0], found[8][1][0][0][0]) == (int, bytes)


def test_classes_and_functions_may_die() -> None:
    class Local:
        pass

    def function() -> None:
        pass

    remembered.keep(sample.__code__, {4: row(Local, results=(Local,), callees=(function,)), 8: row(int)})
    del Local, function
    gc.collect()
    found = remembered.recall(sample.__code__)
    assert found[4] == (3, [], [], [])
    assert found[8][1][0][0][0] is int


def test_other_code_is_not_taken_for_it() -> None:
    made = compile("1", "made", "eval")
    remembered.keep(made, {0: row(int)})
    assert remembered.recall(made)
    assert remembered.recall(compile("2", "made", "eval")) == {}
