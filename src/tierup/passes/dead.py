"""Removes what nobody needs: unreachable blocks, unused instructions, unused block parameters.

    b0:                                b0:
      %1 = load_slot index=0             jump -> b1()
      %2 = const_i64 value=1           b1:
      jump -> b1(%2)              =>     exit reason='loop_done' {at 4}
    b1(%3:i64):
      %4 = i64_add %3, %3 {at 2}
      exit reason='loop_done' {at 4}

Everything is dead until something that acts (stores, calls, leaves) needs it, so that values that only feed each other around a loop go, too.
Not tried: dead stores.
"""

from __future__ import annotations

from tierup.ir.graph import Block, Function, Instr, Value
from tierup.ir.verify import uses_of
from tierup.passes.rewrite import removable, remove_unreachable


def run(fn: Function) -> bool:
    """Removes unreachable blocks, then unneeded values."""
    changed = remove_unreachable(fn)
    needed = _Needed(fn)
    for block in fn.blocks:
        kept = [instr for instr in block.instrs if not removable(instr) or (instr.result is not None and instr.result in needed.values)]
        changed |= len(kept) != len(block.instrs)
        block.instrs = kept
        for edge in block.instrs[-1].targets:
            edge.args = [value for value, param in zip(edge.args, edge.block.params, strict=True) if param in needed.values]
    for block in fn.blocks:
        kept_params = [param for param in block.params if param in needed.values]
        changed |= len(kept_params) != len(block.params)
        block.params = kept_params
    return changed


class _Needed:
    """The values that something needs."""

    def __init__(self, fn: Function) -> None:
        self.values: set[Value] = set()
        self.work: list[Value] = []
        self.makers: dict[Value, Instr] = {}
        self.passed: dict[Value, list[Value]] = {}
        for block in fn.blocks:
            self._note(block)
        for block in fn.blocks:
            for instr in block.instrs:
                if not removable(instr):
                    self._need_operands(instr)
        while self.work:
            value = self.work.pop()
            if value in self.makers:
                self._need_operands(self.makers[value])
            for argument in self.passed.get(value, ()):
                self._need(argument)

    def _note(self, block: Block) -> None:
        for instr in block.instrs:
            if instr.result is not None:
                self.makers[instr.result] = instr
            for edge in instr.targets:
                for param, argument in zip(edge.block.params, edge.args, strict=True):
                    self.passed.setdefault(param, []).append(argument)

    def _need(self, value: Value) -> None:
        if value not in self.values:
            self.values.add(value)
            self.work.append(value)

    def _need_operands(self, instr: Instr) -> None:
        passed = {id(value) for edge in instr.targets for value in edge.args}
        for value in uses_of(instr):
            if id(value) not in passed or value in instr.args:
                self._need(value)
