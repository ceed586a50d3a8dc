"""Graphs of functions as the compiler builds them from what a program did."""

from __future__ import annotations

import marshal
from pathlib import Path

from programs import mode, run

import tierup.compiler.compile  # noqa: F401  (registers the handlers)
from tierup.frontend import build
from tierup.ir.graph import Function
from tierup.ir.verify import format_errors, verify
from tierup.reports import dump


def built(folder: Path, program: str, callees: frozenset[str] = frozenset(), name: str = "hot", kind: str = "call") -> Function:
    """The graph of the function of this name, once its callees were seen: what a window of the recorder sees depends on when the sampler looked."""
    for turn in range(10):
        here = folder / str(turn)
        here.mkdir()
        how = mode("on", mode="on", threshold="1", compiler="inline", cache="0", snapshot_dir=str(here))
        run(how, ["-c", program])
        for path in here.glob(f"{name}-*-{kind}-*"):
            snapshot = dump.load(str(path))
            seen = {marshal.loads(code).co_name for code, profile in zip(snapshot["codes"], snapshot["profiles"], strict=True) if profile}
            if seen >= callees:
                function = build.build(snapshot).function
                assert not verify(function), format_errors(function, verify(function))
                return function
    raise AssertionError("the callees were never seen")


def count(function: Function, what: str) -> int:
    """How many instructions are this op, or call this helper."""
    return sum(what in (instr.op, instr.attrs.get("helper")) for block in function.blocks for instr in block.instrs)
