"""The back end on one screen: IR -> LLVM -> object -> blob."""

from __future__ import annotations

from dataclasses import dataclass

from tierup.backend import llvm
from tierup.backend.blob import make_blob
from tierup.backend.emit import emit
from tierup.backend.pool import Spec
from tierup.ir.graph import Function


@dataclass(frozen=True, slots=True)
class Lowered:
    """Machine code and its tables, as a region holds them (docs/design.md)."""

    blob: bytes
    code_size: int
    pool: list[Spec]
    exits: list[tuple[int, str, int]]


THOROUGH_LIMIT = 2400


def _wants_pipeline(fn: Function) -> bool:
    """True if the function polls, which loops do, or goes round in inlined code; not for large ones, for which LLVM's pipeline takes too long."""
    if sum(len(block.instrs) for block in fn.blocks) > THOROUGH_LIMIT:
        return False
    return any(instr.op in ("poll", "breaker_clear") for block in fn.blocks for instr in block.instrs)


def lower(
    fn: Function, layout: dict[str, int], *, stress_seed: int | None = None, dumps: dict[str, str] | None = None, verify: bool = False,
) -> Lowered:
    """Compiles a function. `layout`: see `layout.py`; `stress_seed`: guards fail now and then; `dumps` receives `llvm`, `llvm_optimised` and `asm`."""
    emitted = emit(fn, layout, stress_seed)
    built = llvm.build(emitted.text, thorough=_wants_pipeline(fn), verify=verify)
    if dumps is not None:
        dumps["llvm"] = emitted.text
        dumps["llvm_optimised"] = str(built.module)
        dumps["asm"] = llvm.assembly(built)
    blob = make_blob(built.data, len(emitted.pool))
    return Lowered(blob.data, blob.code_size, emitted.pool, emitted.exits)
