"""The back end on one screen: IR -> LLVM -> object -> blob."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any

from tierup.backend import llvm
from tierup.backend.blob import Blob, make_blob
from tierup.backend.emit import Emitted, emit
from tierup.backend.pool import Spec
from tierup.ir.graph import Function


@dataclass(frozen=True, slots=True)
class Lowered:
    """Machine code and its tables, as a region holds them (docs/design.md)."""

    blob: bytes
    code_size: int
    pool: list[Spec]
    exits: list[tuple[int, str, int]]
    later: dict[str, Any]
    """Of code that was compiled quickly: what `improve` needs; else empty."""


SMALL = 60
"""Instructions: what is smaller is compiled thoroughly at once, where that can be had later."""

THOROUGH_LIMIT = 2400


def _wants_pipeline(fn: Function) -> bool:
    """True if the function polls, which loops do, goes round in inlined code, or calls frameless functions; not for large ones, for which LLVM's pipeline
    takes too long.
    """
    if _size(fn) > THOROUGH_LIMIT:
        return False
    return bool(fn.frameless) or any(instr.op in ("poll", "breaker_clear") for block in fn.blocks for instr in block.instrs)


def _size(fn: Function) -> int:
    return sum(len(block.instrs) for one in (fn, *fn.frameless) for block in one.blocks)


def lower(
    fn: Function, layout: dict[str, int], *, effort: str = "full", stress_seed: int | None = None, dumps: dict[str, str] | None = None, verify: bool = False,
) -> Lowered:
    """Compiles a function. `layout`: see `layout.py`; `effort`: `EFFORTS` in `compiler/compile.py`; `stress_seed`: guards fail now and then; `dumps` receives
    `llvm`, `llvm_optimised` and `asm`.
    """
    emitted = emit(fn, layout, stress_seed)
    loops = _wants_pipeline(fn)
    quick = effort == "quick" or (effort == "tiers" and _size(fn) > SMALL)
    built = llvm.build(emitted.text, quick=quick, loops=loops, verify=verify)
    if dumps is not None:
        dumps["llvm"] = emitted.text
        dumps["llvm_optimised"] = str(built.module)
        dumps["asm"] = llvm.assembly(built)
    blob = make_blob(built.data, len(emitted.pool))
    later = _for_later(emitted, loops) if quick and effort == "tiers" else {}
    return Lowered(blob.data, blob.code_size, emitted.pool, emitted.exits, later)


def _for_later(emitted: Emitted, loops: bool) -> dict[str, Any]:
    """The text, and a name for it and its tables: only better code for these can take the place of the quick one."""
    name = hashlib.sha256(repr((emitted.text, emitted.pool, emitted.exits)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return {"name": name, "loops": loops, "text": zlib.compress(emitted.text.encode(), 1)}


def improve(later: dict[str, Any], pool_slots: int) -> Blob:
    """Better code for what was compiled quickly; pool and exits stay the same."""
    built = llvm.build(zlib.decompress(later["text"]).decode(), loops=later["loops"])
    return make_blob(built.data, pool_slots)
