"""What is being translated (a code, in line or not), and how its translation may end before its end."""

from __future__ import annotations

from types import CodeType
from typing import Any

from tierup.frontend.decode import Decoded, Instruction, resume_offset
from tierup.frontend.profile import Profile
from tierup.frontend.state import Shape
from tierup.ir.graph import Block, Made


class RefusedError(Exception):
    """The region can't be compiled: `reason` (id of reasons.py) and a detail for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class InlineFailedError(Exception):
    """Inlined code turned out to need a frame; `site` must be called instead. `detail`: where that is and what it does."""

    def __init__(self, site: tuple[int, ...], detail: str = "") -> None:
        super().__init__(f"{site}: {detail}")
        self.site, self.detail = site, detail


class InstructionEnded(Exception):
    """The block was ended in the middle of a bytecode; nothing is left to do for it."""


class Context:
    """The code that is being translated: the region's own (`index` -1) or inlined code, called from `parent` at `site`."""

    def __init__(self, decoded: Decoded, profile: Profile, index: int, parent: Context | None = None) -> None:
        self.decoded, self.profile, self.index, self.parent = decoded, profile, index, parent
        self.code: CodeType = decoded.code
        self.nlocals = nlocalsplus(self.code)
        self.joins = frozenset(i.target for i in decoded.instructions.values() if i.target >= 0)
        """Offsets that jumps go to: there block versions start."""
        self.versions: dict[int, list[tuple[Shape, Block]]] = {}
        self.level: int = parent.level + 1 if parent else 0
        self.function: tuple[Any, ...] | Made = ()
        """Pool spec of the function object (inlined code), or what it would have to be made of."""
        self.held = False
        """Inlined code: the function is no constant, but an object that is held in a further local behind all others."""
        self.call = Instruction("", -1, -1, -1, -1, -1)
        """The caller's CALL."""
        self.site: tuple[int, ...] = ()
        self.keeps = False
        self.operator = -1
        """See FrameState."""
        self.feed = ""
        """Inlined code of a generator: where its values go (abi/feeds.py)."""
        self.ends = -1
        """A `__next__` that FOR_ITER calls: where the caller goes on when it raises StopIteration."""
        self.cells: dict[int, int] = {}
        """Inlined code: slots of the region's own frame that hold the cells of its free variables."""
        self.makes = False
        """It is an __init__, called for a class (see FrameState)."""
        self.escapes: dict[tuple[int, ...], float] = {}
        """Inlined code: how often per call its frame has to exist, for each bytecode (of inlined code in it, too) that wants it."""
        self.consumes = -1
        """Inlined code that is no CALL of a function: so many operands on the caller's stack are released behind it (see FrameState)."""
        self.share = 1.0
        """Which part of what was recorded of the code is due to this place."""

    def often(self, offset: int) -> float:
        """How often the bytecode ran for this place while it was recorded, about."""
        return self.profile.count(offset) * self.share

    def part_of_calls(self) -> float:
        """Inlined code: the calls from here, of all that were recorded."""
        assert self.parent is not None
        return min(1.0, self.parent.often(self.call.start) / max(self.profile.count(resume_offset(self.decoded)), 1))


def nlocalsplus(code: CodeType) -> int:
    """Number of slots: locals, cells, free variables."""
    cells = [name for name in code.co_cellvars if name not in code.co_varnames]
    return len(code.co_varnames) + len(cells) + len(code.co_freevars)
