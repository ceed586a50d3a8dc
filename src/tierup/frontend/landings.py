"""Handlers of exceptions in the region's own code: the blocks at which compiled code goes on after something has raised.

A way to a handler leads through the frame in memory: the raising operation's cold block stores boxes of the raw locals and the operand stack there, as
for an exit; C does what the interpreter does at an exception (traceback, stack, normalisation); and the landing takes everything from the frame. What is
known of types is kept, so there is a landing for each shape that raises, up to a limit.

A handler that was never seen to run is an exit (`never_seen`), taken at its first bytecode. One that asks for the exception's class only gets something
that stands for the exception (`frontend/caught.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tierup.frontend.caught import catches_lazily
from tierup.frontend.decode import Handler
from tierup.frontend.state import MAYBE_NULL, NULL, OWNED, Entry, Local, Part, Symbolic, Val
from tierup.ir.graph import Block, Edge, Function, Instr, Landing
from tierup.ir.order import successors
from tierup.ir.types import CAUGHT, HANDLED, INT, UNKNOWN
from tierup.ir.verify import frames_of

if TYPE_CHECKING:
    from tierup.frontend.build import Builder
    from tierup.frontend.emission import Emission

MAX_LANDINGS = 3
"""Shapes per handler; then there is one for all further ones."""


class Shape(NamedTuple):
    """What is known of the frame where a handler starts; the exception itself is on top of that."""

    target: int
    locals: tuple[Part, ...]
    stack: tuple[Part, ...]


class Landings:
    """The landings of one region: made when the first frame state needs them, filled later."""

    def __init__(self) -> None:
        self.blocks: dict[Shape, Block] = {}
        self.waiting: list[tuple[Handler, Shape, Block]] = []
        self._counts: dict[int, int] = {}

    def landing(self, b: Emission, bare: bool = False) -> Landing | None:
        """The landing for what the current bytecode raises, None if the code has no handler for it."""
        handler = b.root.decoded.handler(b.position)
        if handler is None or len(b.frame.chain()[0].stack) < handler.level:  # less than that is there only where nothing can raise any more
            return None
        shape = _shape(b.frame.chain()[0], handler)
        if shape not in self.blocks and (self._counts.get(handler.target, 0) >= MAX_LANDINGS or is_cold(b, handler)):
            shape = _any_shape(shape)
        if shape not in self.blocks:
            self._counts[handler.target] = self._counts.get(handler.target, 0) + 1
            block = b.function.block(f"@{handler.target}, raised")
            self.blocks[shape] = block
            self.waiting.append((handler, shape, block))
        return Landing(self.blocks[shape].id, handler.level, handler.lasti, bare, is_lazy(b, handler))


def is_cold(b: Emission, handler: Handler) -> bool:
    """It never ran as far as is known."""
    profile = b.root.profile
    return profile.count(handler.target) == 0 and not profile.failed(handler.target, "never_seen") and not profile.misled("never_seen")


def raises_lazily(b: Emission) -> bool:
    """Has what the current bytecode raises a lazy landing?"""
    handler = None if b.inlined or b.frameless else b.root.decoded.handler(b.position)
    return handler is not None and is_lazy(b, handler)


def is_lazy(b: Emission, handler: Handler) -> bool:
    """Its landing finds what stands for the exception."""
    return not is_cold(b, handler) and catches_lazily(b.root.decoded, handler.target)


def _shape(root: Symbolic, handler: Handler) -> Shape:
    locals_ = tuple((x.kind,) if x.val is None or x.kind in ("unbound", "maybe") else ("boxed", x.val.type) for x in root.locals)
    return Shape(handler.target, locals_, tuple(map(_entry_part, root.stack[: handler.level])))


def _entry_part(entry: Entry) -> Part:
    type_ = UNKNOWN if entry.val.type in (HANDLED, CAUGHT) else entry.val.type  # it was made for the frame in memory
    return (OWNED, type_, MAYBE_NULL if entry.own == NULL or entry.slot == MAYBE_NULL else -1)


def _any_shape(shape: Shape) -> Shape:
    return Shape(shape.target, (("maybe",),) * len(shape.locals), tuple((OWNED, UNKNOWN, part[2]) for part in shape.stack))


def build_landing(b: Builder, handler: Handler, shape: Shape, block: Block) -> None:
    """Takes the frame from memory and goes on at the handler."""
    b.start_block(b.root, handler.target, block)
    b.frame = Symbolic([Local(part[0], Val(part[1]) if len(part) > 1 else None) for part in shape.locals])
    for part in shape.stack:
        b.frame.stack.append(Entry(Val(part[1], b.emit("load_slot", index=b.ctx.nlocals + len(b.frame.stack))), OWNED, part[2]))
    for type_ in ((INT,) if handler.lasti else ()) + (UNKNOWN,):
        b.frame.stack.append(Entry(Val(type_, b.emit("load_slot", index=b.ctx.nlocals + len(b.frame.stack))), OWNED))
    if is_lazy(b, handler):
        raised = b.frame.stack.pop().val.box
        b.frame.stack += [Entry(Val(type_, raised), OWNED) for type_ in (HANDLED, CAUGHT)]
        b.check_tools = True
        b.jump_to(b.ins.end)
    elif is_cold(b, handler):
        b.leave("never_seen", b.state_at(handler.target))
    else:
        b.check_tools = True
        b.jump_to(handler.target)


def enter(fn: Function, landings: Landings) -> None:
    """The entry gets ways to the landings that are used."""
    blocks = {block.id: block for block in landings.blocks.values()}
    if not blocks:
        return
    used: dict[int, Block] = {}
    seen: set[int] = set()
    work = [fn.blocks[0]]
    while work:
        block = work.pop()
        if block.id in seen:
            continue
        seen.add(block.id)
        for instr in block.instrs:
            for state in frames_of(instr.state):
                if state.landing is not None:
                    used[state.landing.block] = blocks[state.landing.block]
        work += [*successors(block), *(one for one in used.values() if one.id not in seen)]
    if used:
        first = fn.block("enter")
        first.instrs.append(Instr("enter", [], {}, targets=[Edge(fn.blocks[0], []), *(Edge(used[key], []) for key in sorted(used))]))
        fn.blocks.insert(0, fn.blocks.pop())
