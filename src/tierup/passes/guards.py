"""Drops guards whose test is known to hold: the same test was made on every way here, and nothing since can have changed the answer.

    %2 = is_type %1 type='list'                        %2 = is_type %1 type='list'
    guard %2 reason='type_changed' {at 2}              guard %2 reason='type_changed' {at 2}
    %3 = call %1 helper='get_len' @4 {at 4}     =>     %3 = call %1 helper='get_len' @4 {at 4}
    %4 = is_type %1 type='list'                        %4 = is_type %1 type='list'
    guard %4 reason='type_changed' {at 6}

A condition is known by what it computes, not by its name: operands, attributes, and so on down to values that memory or calls gave. Facts for good
(types of builtin objects, anything computed from SSA values only) hold in all dominated blocks. Facts that Python code can end (version tags, inline
values, globals, tools) hold until an instruction that escapes, and not around loops.

Not tried: facts from branches, implications between different tests, moving guards out of loops.
"""

from __future__ import annotations

from typing import Any

from tierup.ir.effects import escapes
from tierup.ir.graph import Block, Function, Instr, Value
from tierup.ir.order import Dominators, predecessors

Key = tuple[Any, ...]

UNTIL_ESCAPE = frozenset(
    ("is_version", "class_is_version", "has_inline_values", "inline_count_is", "no_shadow", "frame_is_private", "recursion_room", "ndarray_is")
)
"""Tests that read what Python code can change, but nothing else in compiled code does."""

FOR_GOOD = frozenset(("int_fits", "array_holds"))
"""Tests that read what never changes."""

WHOLE_GUARDS = frozenset(("check_tracing", "global_is"))
"""Guards that make their test themselves; it holds until an escape."""


def run(fn: Function) -> bool:
    """Walks the dominator tree."""
    return _Walk(fn).run()


class _Walk:
    def __init__(self, fn: Function) -> None:
        self.fn = fn
        self.doms = Dominators(fn)
        self.before = predecessors(fn)
        self.keys: dict[Value, tuple[Key, bool]] = {}
        self.for_good: dict[int, set[Key]] = {}
        self.for_now: dict[int, set[Key]] = {}

    def run(self) -> bool:
        changed = False
        for block in self.doms.order:
            changed |= self._block(block)
        return changed

    def _block(self, block: Block) -> bool:
        parent = self.doms.parent(block)
        good = set(self.for_good[parent.id]) if parent else set()
        ways = [self.for_now.get(way.id) for way in self.before[block.id]]
        now = set.intersection(*(way for way in ways if way is not None)) if ways and None not in ways else set()
        kept = []
        for instr in block.instrs:
            if not self._known(instr, good, now):
                kept.append(instr)
            if escapes(instr):
                now.clear()
        changed = len(kept) != len(block.instrs)
        block.instrs = kept
        self.for_good[block.id], self.for_now[block.id] = good, now
        return changed

    def _known(self, instr: Instr, good: set[Key], now: set[Key]) -> bool:
        """True for a guard that can't fail; notes what the others establish."""
        if instr.result is not None:
            self.keys[instr.result] = self._key(instr)
        if instr.op in WHOLE_GUARDS:
            key, lasting = _own_key(instr), False
        elif instr.op == "guard":
            key, lasting = self._key_of(instr.args[0])
        else:
            return False
        same_value = ("value", instr.args[0].id) if instr.args else key
        if key in good or key in now or same_value in good:
            return True
        (good if lasting else now).add(key)
        if instr.op == "guard":
            good.add(same_value)
        return False

    def _key_of(self, value: Value) -> tuple[Key, bool]:
        return self.keys.get(value, (("value", value.id), True))

    def _key(self, instr: Instr) -> tuple[Key, bool]:
        """What the instruction computes, and whether that is the same for good."""
        assert instr.result is not None, "only results have keys"
        alone = ("value", instr.result.id)
        if instr.op == "is_type":
            lasting = isinstance(instr.attrs["type"], str)
        elif instr.op in UNTIL_ESCAPE:
            lasting = False
        elif instr.op in FOR_GOOD or (instr.row.effect == "pure" and instr.row.state == "none" and instr.row.result != "ptr"):
            lasting = True
        else:
            return alone, True
        operands = [self._key_of(value) for value in instr.args]
        return (*_own_key(instr), *(key for key, _ in operands)), lasting and all(long for _, long in operands)


def _own_key(instr: Instr) -> Key:
    return (instr.op, *(repr(value) for value in instr.attrs.values()))
