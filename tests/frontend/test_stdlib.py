"""The front end and the passes take all code of some modules of the standard library, without a profile, and make valid graphs of it."""

from __future__ import annotations

import importlib
import inspect
import marshal
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import tierup.frontend.bytecodes  # noqa: F401  (registers the handlers)
from tierup.frontend.build import build
from tierup.frontend.context import RefusedError
from tierup.frontend.decode import decode, stack_depths
from tierup.passes.pipeline import run_passes

MODULES = ["bisect", "collections", "copy", "fractions", "heapq", "json.decoder", "random", "statistics", "textwrap", "traceback"]
SUSPENDING = 0x20 | 0x80 | 0x200
"""Flags of generators and coroutines, which have loop entries only."""


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def snapshot(code: CodeType, kind: str, header: int) -> dict[str, Any]:
    described: dict[str, Any] = {"profile": {}, "profiles": [], "objects": [], "attrs": {}, "class_attrs": {}, "failed": {}, "mutable_globals": []}
    return {**described, "format": 1, "kind": kind, "header": header, "code": marshal.dumps(code), "codes": [], "entry_types": [], "globals": [{}]}


def entries(code: CodeType) -> list[tuple[str, int]]:
    """The regions that could be made of the code: its call, if it has one, and its loops."""
    found = [("call", -1)] if code.co_flags & 1 and not code.co_flags & SUSPENDING else []
    return found + [("loop", header) for header in sorted({header for header, _ in decode(code).loops})]


def code_of(name: str) -> Iterator[CodeType]:
    path = inspect.getsourcefile(importlib.import_module(name))
    assert path is not None
    return codes(compile(Path(path).read_bytes(), path, "exec"))


@pytest.mark.parametrize("name", MODULES)
def test_stack_depths(name: str) -> None:
    for code in code_of(name):
        depths = stack_depths(decode(code))
        assert min(depths.values()) == 0, code.co_qualname
        assert max(depths.values()) == code.co_stacksize, code.co_qualname


@pytest.mark.parametrize("name", MODULES)
def test_all_code_is_translated(name: str) -> None:
    made = 0
    for code in code_of(name):
        for kind, header in entries(code):
            try:
                function = build(snapshot(code, kind, header)).function
            except RefusedError as refused:
                assert refused.reason == "too_big", f"{code.co_qualname} {kind} {header}: {refused}"
                continue
            run_passes(function, check=True)
            made += 1
    assert made > 3
