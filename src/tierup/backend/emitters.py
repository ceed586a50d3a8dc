"""The table of emitters: `@emits("op", ...)` above a function makes it write that op.

An emitter gets the context, the instruction and its operands as text; it returns the operand text of the result, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tierup.backend.builder import Builder
from tierup.backend.exits import Exits
from tierup.ir.graph import FrameState, Instr


@dataclass(frozen=True, slots=True)
class Context:
    """What emitters work on."""

    b: Builder
    exits: Exits

    def guard(self, condition: str, reason: str, instr: Instr) -> None:
        """Exits in the instruction's frame state unless the condition holds."""
        self.exits.guard(condition, reason, state_of(instr))

    def fails(self, condition: str, reason: str, instr: Instr) -> None:
        """Exits in the instruction's frame state if the condition holds."""
        self.exits.guard(condition, reason, state_of(instr), want=False)


Emitter = Callable[..., str | None]

EMITTERS: dict[str, Emitter] = {}


def emits(*ops: str) -> Callable[[Emitter], Emitter]:
    """Registers an emitter for the ops."""

    def register(emitter: Emitter) -> Emitter:
        for op in ops:
            assert op not in EMITTERS, f"{op} has two emitters"
            EMITTERS[op] = emitter
        return emitter

    return register


def state_of(instr: Instr) -> FrameState:
    """The frame state of an instruction that must have one."""
    assert instr.state is not None, f"{instr.op} needs a frame state"
    return instr.state
