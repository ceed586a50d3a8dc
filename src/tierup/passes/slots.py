"""Loads that give what is known to stand there: in a local's slot what was stored or loaded before, elsewhere what was loaded before, on every way here.
And what was computed of the same values before, in a block that dominates, overflow checks and tests of indices included.

    store_slot %1 index=2                  store_slot %1 index=2
    %2 = load_slot index=2          =>     %3 = is_type %1 type='list'
    %3 = is_type %2 type='list'

Members of objects (`LOADS`) are known until something may change them. Nothing but `store_slot`, `poll` and the helpers in `FILLING` changes a slot
while compiled code runs (tools that could are noticed by `check_tracing`). Around a loop, only slots that no instruction stores to are known, and no
members. So one object has one name, and the guards on it are found to be the same.

Not tried: dead stores; slots that are stored to outside of the loop only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from tierup.ir.effects import escapes
from tierup.ir.graph import Block, Function, Instr, Value
from tierup.ir.order import Dominators, predecessors
from tierup.passes.rewrite import NUMBERS, Substitution, named_numbers, resolve, substitute

Key = int | tuple[Any, ...]
Known = dict[Key, Value]

LOADS = frozenset(("inline_value", "slot_value", "field_obj", "has_inline_values", "instance_value", "size"))
"""Reads of members that only escapes and the stores below change."""

OWN = frozenset(("stack_array", "cells"))
"""Pure operations that give something else each time."""

LASTING = frozenset(("int_value", "int_fits"))
"""Reads of what never changes."""

FILLING = ("unpack_store",)
"""Helpers that store to slots of their own choice."""

STORES = frozenset(("set_inline_value", "add_inline_value", "set_inline_f64", "set_slot_value", "set_slot_f64", "set_field_obj"))


def run(fn: Function) -> bool:
    """Follows the blocks in an order in which all but loops come after what leads to them."""
    return _Walk(fn).run()


class _Walk:
    def __init__(self, fn: Function) -> None:
        self.fn = fn
        self.doms = Dominators(fn)
        self.before = predecessors(fn)
        self.after: dict[int, Known] = {}
        self.computed: dict[int, Known] = {}
        self.named: set[Value] | None = None
        self.constants: dict[Value, Key] = {}
        self.substitution: Substitution = {}
        self.home: dict[Value, Block] = {}
        self.stored = {index for block in fn.blocks for instr in block.instrs for index in _stored(fn, instr)}

    def run(self) -> bool:
        for block in self.doms.order:
            self.home.update(dict.fromkeys(block.params, block))
            known = self._meet(block)
            parent = self.doms.parent(block)
            self.computed[block.id] = dict(self.computed[parent.id]) if parent else {}
            self._block(block, known, self.computed[block.id])
            self.after[block.id] = known
        substitute(self.fn, self.substitution)
        return bool(self.substitution)

    def _meet(self, block: Block) -> Known:
        ways = self.before[block.id]
        seen = [self.after[way.id] for way in ways if way.id in self.after]
        if not seen:
            return {}
        round_again = len(seen) < len(ways)
        return {
            index: value
            for index, value in seen[0].items()
            if all(other.get(index) is value for other in seen[1:])
            and not (round_again and (not isinstance(index, int) or index in self.stored))
            and self.doms.dominates(self.home[value], block)
        }

    def _block(self, block: Block, known: Known, computed: Known) -> None:
        kept = []
        for instr in block.instrs:
            if instr.result is not None:
                self.home[instr.result] = block
                if self._found(instr, computed):
                    continue
            key = self._key(instr)
            if key is not None and instr.result is not None:
                if key in known and self._becomes(instr.result, known[key]):
                    continue
                known[key] = instr.result
            elif instr.op in STORES or escapes(instr):
                for old in [old for old in known if not isinstance(old, int)]:
                    del known[old]
            for index in _stored(self.fn, instr):
                known.pop(index, None)
            if instr.op == "store_slot":
                known[instr.attrs["index"]] = resolve(instr.args[0], self.substitution)
            kept.append(instr)
        block.instrs = kept

    def _found(self, instr: Instr, computed: Known) -> bool:
        """Was the same computed of the same values before? If it could have failed, it would have."""
        if (instr.row.effect != "pure" and instr.op not in LASTING) or instr.op in OWN or instr.result is None:
            return False
        if not instr.args and instr.op.startswith("const_"):
            self.constants[instr.result] = (instr.op, _exactly(instr.attrs["value"]))
            return False
        first = computed.setdefault((instr.op, *instr.attrs.values(), *map(self._of, instr.args)), instr.result)
        return first is not instr.result and self._becomes(instr.result, first)

    def _of(self, operand: Value) -> Key:
        value = resolve(operand, self.substitution)
        return self.constants.get(value, value.id)

    def _becomes(self, value: Value, first: Value) -> bool:
        """Takes the first value in place of the other, unless both are objects somewhere."""
        if value.repr in NUMBERS:
            if self.named is None:
                self.named = named_numbers(self.fn)
            if value in self.named and first in self.named:
                return False
            if value in self.named:
                self.named.add(first)
        self.substitution[value] = first
        return True

    def _key(self, instr: Instr) -> Key | None:
        """What a load reads."""
        if instr.op == "load_slot":
            index: int = instr.attrs["index"]
            return index
        if instr.op not in LOADS:
            return None
        return (instr.op, *instr.attrs.values(), *map(self._of, instr.args))


def _exactly(constant: float) -> bytes | str:
    """A constant's name: of floats the bits, as a nan has a sign, and 0.0 has."""
    return struct.pack("<d", constant) if isinstance(constant, float) else repr(constant)


def _stored(fn: Function, instr: Instr) -> Iterable[int]:
    """The slots that an instruction stores to: `poll` fills those of raw locals that may have their box already."""
    if instr.op == "store_slot":
        return (instr.attrs["index"],)
    if instr.attrs.get("helper") in FILLING:
        return range(fn.nlocalsplus)
    return instr.state.half if instr.op == "poll" and instr.state is not None else ()
