"""IR -> text of an LLVM module with the function `region`, and the frameless ones that it calls.

The emitters stand in `emit_numbers.py`, `emit_memory.py` and `emit_control.py`, one per op; this file walks the blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierup.backend import emit_arrays, emit_control, emit_instances, emit_iterators, emit_memory, emit_numbers
from tierup.backend.builder import CODE, Builder, Module
from tierup.backend.emitters import EMITTERS, Context
from tierup.backend.exits import Exits
from tierup.backend.pool import Spec
from tierup.ir.graph import Block, Function
from tierup.ir.order import predecessors, reverse_postorder

FAMILIES = (emit_numbers, emit_arrays, emit_memory, emit_iterators, emit_instances, emit_control)


@dataclass(frozen=True, slots=True)
class Emitted:
    """The module's text and the tables it refers to."""

    text: str
    pool: list[Spec]
    exits: list[tuple[int, str, int]]


def emit(fn: Function, layout: dict[str, int], stress_seed: int | None = None) -> Emitted:
    """Writes the function. `layout`: offsets by name, see `backend/layout.py`."""
    module = Module(layout, stress_seed)
    module.pool.slot(CODE)
    table: list[tuple[int, str, int]] = []
    functions = [_emit_function(Builder(module, one, number), table) for number, one in enumerate([fn, *fn.frameless], -1)]
    return Emitted(module.text(functions), module.pool.specs, table)


def _emit_function(builder: Builder, table: list[tuple[int, str, int]]) -> str:
    context = Context(builder, Exits(builder, table))
    bodies = _emit_blocks(builder.fn, context)
    builder.lines = []
    context.exits.flush()
    for block, lines in bodies:
        if block is not builder.fn.blocks[0]:
            builder.entry += [f"{block}:", *builder.parameters(block)]
        builder.entry += lines
    return builder.text()


def _emit_blocks(fn: Function, context: Context) -> list[tuple[Block, list[str]]]:
    """The instructions of each block, still without its phi nodes."""
    builder = context.b
    before = predecessors(fn)
    positions: dict[int, int] = {}
    bodies = []
    for block in reverse_postorder(fn):
        ways = before[block.id]
        builder.position = positions.get(ways[0].id, -1) if len(ways) == 1 else -1
        builder.lines = []
        builder.label = str(block) if block is not fn.blocks[0] else "entry"
        for param in block.params:
            builder.names[param.id] = f"%v{param.id}"
        _emit_instrs(block, context)
        positions[block.id] = builder.position
        bodies.append((block, builder.lines))
    return bodies


def _emit_instrs(block: Block, context: Context) -> None:
    names = context.b.names
    for instr in block.instrs:
        result = EMITTERS[instr.op](context, instr, *[names[value.id] for value in instr.args])
        if instr.result is not None:
            assert result is not None, f"the emitter of {instr.op} returns no result"
            names[instr.result.id] = result
