"""Emission and frame states: what is written into the graph, and what the interpreter would need to go on there."""

from __future__ import annotations

import marshal
from abc import ABC, abstractmethod
from dataclasses import replace
from types import CodeType
from typing import Any

from tierup.abi.feeds import LOOP
from tierup.abi.helpers import HELPERS
from tierup.frontend.context import Context, InlineFailedError
from tierup.frontend.decode import Decoded, Instruction, decode, line_of
from tierup.frontend.landings import Landings
from tierup.frontend.profile import Profile
from tierup.frontend.state import NULL, OWNED, PERHAPS, RAW, VIRTUAL, Entry, Local, Symbolic, Val, View, all_places, is_virtual
from tierup.ir.effects import may_look, may_run_code
from tierup.ir.graph import FRAMELESS, Block, Edge, FrameState, Function, Instr, Landing, Made, StackItem, Suspended, Value
from tierup.ir.ops import OPS
from tierup.ir.text import result_repr
from tierup.ir.types import HANDLED

DUMMY = Value(0, "none")

OF_OWN_FRAME = frozenset(row.name for row in HELPERS.values() if "frame" in row.args) - {"make_function"}
"""Helpers that work on the frame of the region, so not for inlined code. (The functions of comprehensions are made in the frame that makes them.)"""

NOWHERE = (-1, -1)
"""Start and end of what is not there."""

UNIT = 2
"""Bytes of a code unit."""


class Emission(ABC):
    """The state of building; instructions, guards and frame states. What becomes of values is said in `values.Values`."""

    def __init__(self, snapshot: dict[str, Any], kind: str, ctx: Context) -> None:
        self.snapshot, self.kind, self.ctx = snapshot, kind, ctx
        self.root = ctx
        """The region's own code."""
        self.landings = Landings()
        self.function = Function(ctx.code.co_qualname, kind, nlocalsplus=0 if kind == FRAMELESS else ctx.nlocals)
        self.frame = Symbolic([])
        self.block: Block | None = None
        self.ins = Instruction("", 0, 0, 0, 0, -1)
        self.epoch = self.last_epoch = 0
        self.tested: set[tuple[Any, ...]] = set()
        """What was tested and holds until something may have run: globals, codes of functions, the eval breaker."""
        self.lasting: frozenset[tuple[Any, ...]] = frozenset()
        """What holds all the time: what the callers of a frameless function that changes nothing have tested."""
        self._pooled: dict[tuple[Any, ...], Value] = {}
        self._pooled_in: Block | None = None
        self.check_tools = False
        self.shown: list[Value] | None = None
        """The frames of the inlined code exist at the moment (see Escapes): the objects that got a reference for that. None: they don't."""
        self.kwnames: int | None = None
        self.keywords = NOWHERE
        """Start of the last KW_NAMES and end of its CALL."""
        self.keys = 0
        self.half: Instruction | None = None
        """The first half of the pair (`decode.PAIRS`) whose second half is being translated."""
        self.in_cells: dict[int, Val] = {}
        """What is known of what the current code's cells hold; true in the epoch `in_cells_since`."""
        self.in_cells_since = -1
        self.in_globals: dict[int, Val] = {}
        """What was loaded from globals or stored to them, by the index of the names; true in the epoch `in_globals_since`."""
        self.in_globals_since = -1
        self.made_at: dict[Made, tuple[int, ...]] = {}
        """The sites where functions that do not exist are made."""
        self.viewed: list[Val] = []
        """The arrays of whose heads something is known, wherever they are held at the moment."""
        self._callees: dict[int, Decoded] = {}
        self._profiles: dict[int, Profile] = {}
        self._before: FrameState | None = None
        self._height = 0

    @property
    def code(self) -> CodeType:
        return self.ctx.code

    @property
    def profile(self) -> Profile:
        return self.ctx.profile

    def callee(self, index: int) -> Decoded:
        """Decoded code of a callee of the snapshot."""
        if index not in self._callees:
            self._callees[index] = decode(marshal.loads(self.snapshot["codes"][index]))
        return self._callees[index]

    def profile_of(self, index: int) -> Profile:
        """What the snapshot says of the code `index`."""
        if index not in self._profiles:
            decoded = self.callee(index)
            self._profiles[index] = profile = Profile(self.snapshot, decoded, index, own=decoded.code == self.root.code)
            profile.used, profile.used_of_classes = self.root.profile.used, self.root.profile.used_of_classes
        return self._profiles[index]

    @property
    def inlined(self) -> bool:
        return self.ctx.parent is not None

    @property
    def frameless(self) -> bool:
        """What is built is a function without a frame: all its code is inlined code of a frame that nobody has."""
        return self.kind == FRAMELESS

    @property
    def position(self) -> int:
        """Bytecode offset, in the region's own code, of what is being done."""
        ctx, offset = self.ctx, self.ins.offset
        while ctx.parent is not None:
            ctx, offset = ctx.parent, ctx.call.offset if self.shown is None else ctx.call.end - UNIT
        return offset

    def here(self) -> str:
        """The place of the bytecode that is being translated, for people."""
        return f"{self.ctx.code.co_qualname}:{line_of(self.ctx.code, self.ins.offset)} {self.ins.name}"

    # -- emission ------------------------------------------------------------------------------------------

    def emit(self, op: str, *args: Value, state: FrameState | None = None, **attrs: Any) -> Value:
        """Appends an instruction; returns its result (a dummy if it has none)."""
        assert self.block is not None, f"{op} after a terminator"
        row = OPS[op]
        if op == "call" and self.inlined and attrs["helper"] in OF_OWN_FRAME:
            raise InlineFailedError(self.ctx.site, self.here())
        if may_look(op, attrs):
            self.make_caught()
        repr_ = result_repr(op, attrs) if row.result == "*" else row.result
        result = None if repr_ == "none" else self.function.value(repr_)
        if state is None and row.state == "raise":
            state = self.raising()
        elif state is None and row.state == "exit":
            state = self.state()
        self.block.instrs.append(Instr(op, list(args), attrs, result, state, [], self.position))
        if self.viewed and may_run_code(op, attrs):
            self.forget_views()
        return result if result is not None else DUMMY

    def make_caught(self) -> None:
        """The exception that is being handled is made if it is not yet: somebody may look at it (`frontend/caught.py`)."""
        entry = self.caught()
        if entry is not None:
            self.emit("call", self.box(entry), helper="make_caught")

    def caught(self) -> Entry | None:
        """The stack entry of an exception that is being handled and may not be made yet."""
        return next((entry for entry in self.frame.chain()[0].stack if entry.val.type == HANDLED), None)

    def know_view(self, val: Val, view: View | None) -> Val:
        """The head of an array is known until something runs that may change it."""
        val.view = view
        if view is not None:
            self.viewed.append(val)
        return val

    def forget_views(self) -> None:
        """Something has run that may have changed arrays."""
        for val in self.viewed:
            val.view = None
        self.viewed = []

    def find_views(self) -> None:
        """Another copy of the frame is the current one."""
        self.viewed = [place.val for place in all_places(self.frame.chain()) if place.val is not None and place.val.view is not None]

    def terminate(self, op: str, *args: Value, targets: tuple[Edge, ...] = (), state: FrameState | None = None, **attrs: Any) -> None:
        """Ends the current block."""
        assert self.block is not None
        self.block.instrs.append(Instr(op, list(args), attrs, None, state, list(targets), self.position))
        self.block = None

    def fork(self, condition: Value, likely: bool | None = None) -> tuple[Block, Block]:
        """Branches on an i1; returns the two new blocks (no parameters); the caller sets `self.block`."""
        then, other = self.function.block(), self.function.block()
        if likely is not None:
            (other if likely else then).cold = True
        self.terminate("branch", condition, targets=(Edge(then, []), Edge(other, [])), likely=likely)
        return then, other

    def goto(self, block: Block, *args: Value) -> None:
        """Ends the current block with a jump inside one bytecode."""
        self.terminate("jump", targets=(Edge(block, list(args)),))

    def leave(self, reason: str, state: FrameState | None = None) -> None:
        """Ends the block by an exit before the current instruction."""
        self.terminate("exit", state=state or self.state(), reason=reason)

    def guard(self, condition: Value, reason: str, state: FrameState | None = None) -> None:
        """Goes on only if `condition` holds; else exits before the current bytecode."""
        self.emit("guard", condition, state=state or self.state(), reason=reason)

    def i64(self, value: int) -> Value:
        return self.emit("const_i64", value=value)

    def pool(self, *spec: Any) -> Value:
        """An object bound at load time; loaded once in a block."""
        if self._pooled_in is not self.block:
            self._pooled_in, self._pooled = self.block, {}
        if spec not in self._pooled:
            self._pooled[spec] = self.emit("pool", spec=spec)
        return self._pooled[spec]

    def cells(self, count: int) -> Value:
        """Fresh mutable words of the pool."""
        self.keys += 1
        return self.emit("cells", key=self.keys, count=count)

    def name(self, index: int) -> Value:
        """A name of the current code."""
        return self.pool("name", self.ctx.index, index)

    @property
    def restart(self) -> int:
        """Where the interpreter begins the current bytecode: a CALL with keywords at its KW_NAMES, whose effect is in no frame."""
        start, end = self.keywords
        return start if start < self.ins.start < end else self.ins.start

    # -- frame states --------------------------------------------------------------------------------------

    def state(self) -> FrameState:
        """The state before the current bytecode (valid until it pops or pushes)."""
        if self._before is None:
            assert len(self.frame.stack) == self._height, "guards come before operands are popped"
            self._before = self.state_at(self.restart)
        return self._before

    def state_at(self, offset: int) -> FrameState:
        """The current frame, about to execute `offset`."""
        return self._frame_state(self.frame, self.ctx, offset)

    def raising(self, drop: tuple[Entry, ...] = (), bare: bool = False) -> FrameState:
        """The current frame (operands popped), with the current bytecode raising; `drop`: popped operands it still owns; `bare`: see Landing."""
        values = tuple(self.box(e) for e in drop if e.own == OWNED)
        landing = None if self.frameless else self.landings.landing(self, bare)
        return self._frame_state(self.frame, self.ctx, self.ins.offset, values, landing, raises=True)

    def _frame_state(
        self, frame: Symbolic, ctx: Context, offset: int, drop: tuple[Value, ...] = (), landing: Landing | None = None, raises: bool = False
    ) -> FrameState:
        stack = tuple(self._item(e) for e in frame.stack)
        if frame.parent is None or ctx.parent is None:
            raw = tuple((i, x.val.raw) for i, x in enumerate(frame.locals) if x.kind in ("raw", "rawslot", PERHAPS) and x.val and x.val.raw)
            bound = tuple((i, x.bound) for i, x in enumerate(frame.locals) if x.bound is not None)
            half = tuple(i for i, x in enumerate(frame.locals) if x.kind == "rawslot")
            virtual = tuple(self._local_item(x) if x.kind == VIRTUAL else StackItem(None) for x in frame.locals) if any(map(is_virtual, frame.locals)) else ()
            handled = landing is not None and ctx.parent is None and self.ctx is ctx
            if raises and any(isinstance(entry.val.made, Suspended) for entry in frame.stack):
                handled = True  # a generator that is let go is closed: the interpreter does that
            return FrameState(offset, stack, raw, drop, handled, landing, half, locals=virtual, bound=bound)
        parent = self._frame_state(frame.parent, ctx.parent, ctx.call.end, landing=landing, raises=raises)
        handled = raises and ctx.decoded.handled(self.ins.offset if ctx is self.ctx else offset - UNIT)
        if ctx.consumes >= 0:
            parent = replace(parent, offset=ctx.call.offset, consumes=ctx.consumes, resumes=ctx.call.end, makes=ctx.makes)
            parent = replace(parent, keeps=ctx.keeps, operator=ctx.operator, ends=ctx.ends)
        if ctx.feed == LOOP:
            parent = replace(parent, ends=ctx.call.target)
        locals_ = () if self.shown is not None else tuple(self._local_item(x) for x in frame.locals[: ctx.nlocals])
        made = ctx.function if isinstance(ctx.function, Made) else None
        function, lent = None if made is not None else self._function(frame, ctx), not ctx.held or frame.locals[-1].own != OWNED
        return FrameState(
            offset, stack, (), drop, handled, None, (), parent, function, lent, made, locals_, ctx.index, feed=ctx.feed, shown=self.shown is not None
        )

    def _function(self, frame: Symbolic, ctx: Context) -> Value:
        """The function object of inlined code."""
        if not ctx.held:
            return self.pool(*ctx.function)
        val = frame.locals[-1].val
        assert val is not None
        return self.held_box(val)

    def _item(self, entry: Entry) -> StackItem:
        if entry.own == NULL:
            return StackItem(None)
        if entry.own == RAW:
            return StackItem(entry.val.raw)
        if entry.own == VIRTUAL:
            return self._virtual_item(entry.val)
        return StackItem(self.box(entry), entry.own == OWNED)

    def _virtual_item(self, val: Val) -> StackItem:
        if val.parts is None:  # it is being made
            return StackItem(None)
        return StackItem(None, True, tuple(self._item(part) for part in val.parts), id(val), val.made)

    def _local_item(self, local: Local) -> StackItem:
        if local.val is None:
            return StackItem(None)
        if local.kind in ("raw", PERHAPS):
            return StackItem(local.val.raw, bound=local.bound)
        if local.kind == VIRTUAL:
            return self._virtual_item(local.val)
        return StackItem(self.held_box(local.val), local.own == OWNED)

    def dirty(self) -> None:
        """The cached state before the bytecode is no longer what an exit needs."""
        self._before = None

    @abstractmethod
    def box(self, entry: Entry) -> Value:
        """The object of an entry (not RAW, not NULL)."""

    def held_box(self, val: Val) -> Value:
        """The object of a value that has one, or is one of the pool."""
        if val.box is None:
            assert val.known is not None, f"no box for {val}"
            val.box = self.pool(*val.known)
        return val.box
