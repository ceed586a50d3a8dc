"""Cancels an incref against a later decref of the same value in a block, if nothing in between can release an object.

    incref %1                                     store_slot %1 index=2
    store_slot %1 index=2                  =>
    decref %1 type='unknown' offset=4

References to one object are all alike: who holds %1 before the pair holds it all the way, as nothing in between takes a reference away, so the count
never reaches 0 without the pair either. An exit in between that takes the reference over would then take one too many: such pairs stay. So do those with
an exit behind a store of %1, as the slot or object then holds a reference that was never counted.

Not tried: pairs in different blocks, pairs with a decref of anything in between (it might be the last holder of %1).
"""

from __future__ import annotations

from tierup.ir.effects import effect, releases
from tierup.ir.graph import Block, Function, Instr, Value
from tierup.ir.verify import frames_of


def run(fn: Function) -> bool:
    """Cancels pairs block by block."""
    changed = False
    for block in fn.blocks:
        changed |= _run_block(block)
    return changed


def _run_block(block: Block) -> bool:
    open_increfs: dict[Value, list[Instr]] = {}
    stored: set[Value] = set()
    gone: set[int] = set()
    for instr in block.instrs:
        if instr.op == "decref" and open_increfs.get(instr.args[0]):
            gone |= {id(instr), id(open_increfs[instr.args[0]].pop())}
        elif instr.op == "incref":
            if not open_increfs.get(instr.args[0]):
                stored.discard(instr.args[0])
            open_increfs.setdefault(instr.args[0], []).append(instr)
        elif releases(instr):
            open_increfs.clear()
            stored.clear()
        else:
            if effect(instr) == "writes":
                stored.update(instr.args)
            for value in _taken_over(instr) | (stored if instr.state is not None else set()):
                open_increfs.pop(value, None)
    block.instrs = [instr for instr in block.instrs if id(instr) not in gone]
    return bool(gone)


def _taken_over(instr: Instr) -> set[Value]:
    """Values whose reference the instruction's way out takes over."""
    taken: set[Value] = set()
    for state in frames_of(instr.state):
        taken.update(item.value for item in state.leaves if item.owned and item.value is not None)
        taken.update(state.drop)
        if state.function is not None and not state.lent:
            taken.add(state.function)
    return taken
