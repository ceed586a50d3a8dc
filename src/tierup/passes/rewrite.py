"""What passes share: replacing values, dropping what is not needed."""

from __future__ import annotations

from dataclasses import replace

from tierup.ir.effects import effect
from tierup.ir.graph import FrameState, Function, Instr, StackItem, Value
from tierup.ir.order import reverse_postorder
from tierup.ir.verify import frames_of

Substitution = dict[Value, Value]

RAISING = frozenset((
    "i64_floordiv", "i64_mod", "i64_shl", "i64_shr", "i64_truediv", "f64_truediv", "f64_to_i64", "index", "plain_index",
    "quiet_add", "quiet_sub", "quiet_mul", "quiet_div",
))  # fmt: skip
"""Ops whose exit may be there because Python raises an exception: it does so also if nobody uses the result."""


NUMBERS = frozenset(("i64", "f64", "ni64", "nf64"))
"""Representations of values that become objects with an identity: exits make one object of each value, so that what are two objects must be two values."""


def named_numbers(fn: Function) -> set[Value]:
    """Numbers that some frame state makes objects of."""
    states = {id(state): state for block in fn.blocks for instr in block.instrs for state in frames_of(instr.state)}
    found = {value for state in states.values() for _, value in state.raw}
    found |= {item.value for state in states.values() for item in state.leaves if item.value is not None and item.value.repr in NUMBERS}
    return found


def resolve(value: Value, substitution: Substitution) -> Value:
    """The value that takes the place of `value` in the end."""
    while value in substitution:
        value = substitution[value]
    return value


def substitute(fn: Function, substitution: Substitution) -> None:
    """Replaces all uses, also those in frame states and edges."""
    if not substitution:
        return
    states: dict[FrameState, FrameState] = {}
    for block in fn.blocks:
        for instr in block.instrs:
            instr.args = [resolve(value, substitution) for value in instr.args]
            for edge in instr.targets:
                edge.args = [resolve(value, substitution) for value in edge.args]
            if instr.state is not None:
                instr.state = _state(instr.state, substitution, states)


def _state(state: FrameState, substitution: Substitution, states: dict[FrameState, FrameState]) -> FrameState:
    """Equal states stay one object, so that the back end shares their exits cheaply."""
    if state not in states:

        def item(old: StackItem) -> StackItem:
            if old.parts is not None:
                return replace(old, parts=tuple(map(item, old.parts)))
            bound = None if old.bound is None else resolve(old.bound, substitution)
            return old if old.value is None else StackItem(resolve(old.value, substitution), old.owned, bound=bound)

        states[state] = replace(
            state,
            stack=tuple(map(item, state.stack)),
            raw=tuple((index, resolve(value, substitution)) for index, value in state.raw),
            bound=tuple((index, resolve(value, substitution)) for index, value in state.bound),
            drop=tuple(resolve(value, substitution) for value in state.drop),
            parent=_state(state.parent, substitution, states) if state.parent else None,
            function=resolve(state.function, substitution) if state.function else None,
            locals=tuple(map(item, state.locals)),
        )
    return states[state]


def remove_unreachable(fn: Function) -> bool:
    """Removes blocks that no way leads to."""
    reachable = {id(block) for block in reverse_postorder(fn)}
    count = len(fn.blocks)
    fn.blocks = [block for block in fn.blocks if id(block) in reachable]
    return len(fn.blocks) != count


def removable(instr: Instr) -> bool:
    """May be dropped if nobody uses the result. (An exit that is not taken then does not matter, unless the interpreter would have raised there.)"""
    if instr.op == "call":
        return effect(instr) == "pure"
    return instr.op not in RAISING and effect(instr) in ("pure", "reads")
