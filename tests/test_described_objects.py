"""What is asked of the program's objects, with odd ones."""

from __future__ import annotations

import pytest

objects = pytest.importorskip("tierup.runtime.objects")


def test_a_class_that_is_not_ready() -> None:
    """CPython never makes the type of co_positions() ready: it has no namespace and no MRO."""
    value = compile("a", "<a>", "eval").co_positions()
    cls = type(value)
    assert objects.is_type(cls) and not objects.is_type(value)
    assert dict(objects.type_dict(cls)) == {}
    assert objects.lookup(cls, "a") is objects.MISSING
