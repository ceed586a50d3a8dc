"""Emission, frame states, values and locals: what the handlers of bytecodes build with. `build.Builder` adds blocks and inlining."""

from __future__ import annotations

from dataclasses import replace
from types import CodeType
from typing import Any

from tierup.abi.helpers import HELPERS
from tierup.frontend.context import Context, InlineFailedError
from tierup.frontend.decode import Instruction, line_of
from tierup.frontend.landings import Landings
from tierup.frontend.profile import Profile
from tierup.frontend.state import (
    CONST,
    HEAP,
    MISSING,
    NULL,
    OUTER,
    OWNED,
    PERHAPS,
    RAW,
    SLOT,
    VIRTUAL,
    Entry,
    Local,
    Symbolic,
    Val,
    all_places,
    is_raw,
    is_virtual,
)
from tierup.ir.graph import Block, Edge, FrameState, Function, Instance, Instr, Landing, Made, StackItem, Value
from tierup.ir.ops import OPS
from tierup.ir.types import BOOL, FLOAT, INT, NONE, STR, TUPLE, UNKNOWN, Type

HARMLESS = ("int", "float", "str", "bool", "NoneType", "bytes", "range", "range_iterator")
"""Types whose deallocation runs no Python code and frees nothing else that could."""

CO_OPTIMIZED = 1
"""A function: its locals are in slots, f_locals is a copy."""

DUMMY = Value(0, "none")

OF_OWN_FRAME = frozenset(row.name for row in HELPERS.values() if "frame" in row.args) - {"make_function"}
"""Helpers that work on the frame of the region, so not for inlined code. (The functions of comprehensions are made in the frame that makes them.)"""

NOWHERE = (-1, -1)
"""Start and end of what is not there."""

UNIT = 2
"""Bytes of a code unit."""


class Values:
    """The state of building and the operations on the symbolic frame."""

    def __init__(self, snapshot: dict[str, Any], kind: str, ctx: Context) -> None:
        self.snapshot, self.kind, self.ctx = snapshot, kind, ctx
        self.root = ctx
        """The region's own code."""
        self.landings = Landings()
        self.function = Function(ctx.code.co_qualname, kind, nlocalsplus=ctx.nlocals)
        self.frame = Symbolic([])
        self.block: Block | None = None
        self.ins = Instruction("", 0, 0, 0, 0, -1)
        self.epoch = self.last_epoch = 0
        self.tested_globals: set[tuple[Any, ...]] = set()
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
        self.made_at: dict[Made, tuple[int, ...]] = {}
        """The sites where functions that do not exist are made."""
        self._before: FrameState | None = None
        self._height = 0

    @property
    def code(self) -> CodeType:
        return self.ctx.code

    @property
    def profile(self) -> Profile:
        return self.ctx.profile

    @property
    def inlined(self) -> bool:
        return self.ctx.parent is not None

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
        repr_ = HELPERS[attrs["helper"]].result if op == "call" else row.result
        result = None if repr_ == "none" else self.function.value(repr_)
        if state is None and row.state == "raise":
            state = self.raising()
        elif state is None and row.state == "exit":
            state = self.state()
        self.block.instrs.append(Instr(op, list(args), attrs, result, state, [], self.position))
        return result if result is not None else DUMMY

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
        """An object bound at load time."""
        return self.emit("pool", spec=spec)

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
        landing = self.landings.landing(self, bare)
        return self._frame_state(self.frame, self.ctx, self.ins.offset, values, landing)

    def _frame_state(self, frame: Symbolic, ctx: Context, offset: int, drop: tuple[Value, ...] = (), landing: Landing | None = None) -> FrameState:
        stack = tuple(self._item(e) for e in frame.stack)
        if frame.parent is None or ctx.parent is None:
            raw = tuple((i, x.val.raw) for i, x in enumerate(frame.locals) if x.kind in ("raw", "rawslot", PERHAPS) and x.val and x.val.raw)
            bound = tuple((i, x.bound) for i, x in enumerate(frame.locals) if x.bound is not None)
            half = tuple(i for i, x in enumerate(frame.locals) if x.kind == "rawslot")
            virtual = tuple(self._local_item(x) if x.kind == VIRTUAL else StackItem(None) for x in frame.locals) if any(map(is_virtual, frame.locals)) else ()
            handled = landing is not None and ctx.parent is None and self.ctx is ctx
            return FrameState(offset, stack, raw, drop, handled, landing, half, locals=virtual, bound=bound)
        parent = self._frame_state(frame.parent, ctx.parent, ctx.call.end, landing=landing)
        if ctx.consumes >= 0:
            parent = replace(parent, offset=ctx.call.offset, consumes=ctx.consumes, resumes=ctx.call.end, makes=ctx.makes)
            parent = replace(parent, keeps=ctx.keeps, operator=ctx.operator)
        locals_ = () if self.shown is not None else tuple(self._local_item(x) for x in frame.locals)
        made = ctx.function if isinstance(ctx.function, Made) else None
        function = None if made is not None else self.pool(*ctx.function)
        return FrameState(offset, stack, (), drop, False, None, (), parent, function, made, locals_, ctx.index, feed=ctx.feed, shown=self.shown is not None)

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
        if local.kind == "raw":
            return StackItem(local.val.raw)
        if local.kind == VIRTUAL:
            return self._virtual_item(local.val)
        return StackItem(self._held_box(local.val), local.own == OWNED)

    def dirty(self) -> None:
        """The cached state before the bytecode is no longer what an exit needs."""
        self._before = None

    # -- values --------------------------------------------------------------------------------------------

    def push(self, val: Val, own: str, slot: int = -1) -> None:
        self.frame.stack.append(Entry(val, own, slot))

    def push_owned(self, value: Value, type_: Type = UNKNOWN) -> None:
        """Pushes a new reference."""
        self.push(Val(type_, value), OWNED)

    def push_raw(self, value: Value, type_: Type) -> None:
        """Pushes an unboxed int, float or bool."""
        self.push(Val(type_, None, value), RAW)

    def push_known(self, spec: tuple[Any, ...], type_: Type = UNKNOWN) -> None:
        """Pushes an object of the pool."""
        self.push(Val(type_, known=spec), CONST)

    def pop(self) -> Entry:
        return self.frame.stack.pop()

    def popn(self, count: int) -> list[Entry]:
        """The top `count` entries, bottom first."""
        if not count:
            return []
        taken = self.frame.stack[-count:]
        del self.frame.stack[-count:]
        return taken

    def top(self, count: int) -> list[Entry]:
        """The top `count` entries, bottom first, left where they are."""
        return self.frame.stack[len(self.frame.stack) - count :]

    def box(self, entry: Entry) -> Value:
        """The object of an entry (not RAW, not NULL); loads it from slot or pool if necessary."""
        if entry.own == VIRTUAL:
            self.give_box(entry.val, entry)
        if entry.val.box is None and entry.own == SLOT:
            entry.val.box = self.emit("load_slot", index=entry.slot)
        return self._held_box(entry.val)

    def _held_box(self, val: Val) -> Value:
        if val.box is None:
            assert val.known is not None, f"no box for {val}"
            val.box = self.pool(*val.known)
        return val.box

    def boxed(self, entry: Entry) -> Value:
        """The object of an entry, boxing it if it is raw. Other places that hold the same value get the box, too."""
        if entry.own == RAW:
            self.give_box(entry.val, entry)
        return self.box(entry)

    def give_box(self, val: Val, popped: Entry | None = None) -> None:
        """All places that hold `val` unboxed get its one box (`popped`: one that is not on the stack any more)."""
        if val.parts is not None and val.box is None:
            self._realise(val, popped)
            return
        if popped is not None and popped.own == VIRTUAL:  # part of something that no place holds
            assert val.box is not None
            self.emit("incref", val.box)
            popped.own = OWNED
            return
        assert val.raw is not None
        if val.type == BOOL and popped is not None:
            if val.box is None:
                val.box = self.emit("box_i1", val.raw)
            return
        self.dirty()
        frames = self.frame.chain()
        index = next((i for i, x in enumerate(frames[0].locals) if x.val is val and x.kind in ("raw", "rawslot")), -1)
        if index >= 0:
            self._box_in_slot(frames[0], index, val)
        else:
            val.box = self._new_box(val, self.raising())
        first = index < 0
        for place in all_places(frames):
            if place.val is val and is_raw(place) and self._in_tuple(place):
                if not first:
                    self.emit("incref", val.box)  # type: ignore[arg-type]
                first = False
                place.own = OWNED
                popped = None if place is popped else popped
        for frame in frames:
            places: list[Local | Entry] = [x for x in frame.locals if x.val is val and x.kind == "raw"]
            places += [e for e in frame.stack if e.val is val and e.own == RAW]
            if popped is not None and frame is self.frame and not any(p is popped for p in places):
                places.append(popped)
            for place in places:
                if index < 0 and not first:
                    self.emit("incref", val.box)  # type: ignore[arg-type]
                first = False
                self._entitle(place, frame, index)

    def _in_tuple(self, place: Local | Entry) -> bool:
        return not any(place is x for frame in self.frame.chain() for x in (*frame.locals, *frame.stack))

    def _realise(self, val: Val, popped: Entry | None) -> None:
        """What is virtual comes into being after all: all places that hold it get a reference. The parts are taken over."""
        assert val.parts is not None
        self.dirty()
        self.secure_heap()
        items = [self.own(part) for part in val.parts]
        made, val.parts, val.made = val.made, None, None
        if made is None:
            val.box = self.emit("call", *items, state=self.raising(), helper="build_tuple")
        else:
            val.box = self._make_function(made) if isinstance(made, Made) else self._make_instance(made, items)
        places = [place for place in all_places(self.frame.chain()) if place.val is val and is_virtual(place)]
        if popped is not None and not any(place is popped for place in places):
            places.append(popped)
        for number, place in enumerate(places):
            if number:
                self.emit("incref", val.box)
            place.own = OWNED
            if isinstance(place, Local):
                self._keep_realised(place)
        self.forget_facts()

    def _keep_realised(self, local: Local) -> None:
        """A local that was virtual owns its object now: in its slot, if it is one of the region's own frame."""
        assert local.val is not None and local.val.box is not None
        slot = next((i for i, x in enumerate(self.frame.chain()[0].locals) if x is local), -1)
        local.kind = "held" if slot < 0 else "boxed"
        if slot >= 0:
            local.own = ""
            self.emit("store_slot", local.val.box, index=slot)

    def _make_instance(self, made: Instance, items: list[Value]) -> Value:
        places = sum(place << 8 * number for number, place in enumerate(made.places))
        state = self.raising()
        return self.emit("call", self.pool("object", made.cls), self.i64(places - (1 << 64) * (places >> 63)), *items, state=state, helper="make_instance")

    def _make_function(self, made: Made) -> Value:
        if made.creator >= 0:  # the helper takes the globals of the region's frame
            raise InlineFailedError(self.made_at[made], self.here())
        extras = []
        if made.cells:
            cells = [self.emit("load_slot", index=index) for index in made.cells]
            for cell in cells:
                self.emit("incref", cell)
            extras = [self.emit("call", *cells, helper="build_tuple")]
        return self.emit("call", self.pool("const", made.creator, made.const), self.i64(8 if extras else 0), *extras, helper="make_function")

    def _entitle(self, place: Local | Entry, frame: Symbolic, index: int) -> None:
        own = OWNED if index < 0 else SLOT if frame.parent is None else OUTER
        place.own, place.slot = own, -1 if own == OWNED else index
        if isinstance(place, Local):
            place.kind = "held"

    def _box_in_slot(self, root: Symbolic, index: int, val: Val) -> None:
        """The outermost frame's local holds the value: its slot gets the box, as do other slots of the same value."""
        if root.locals[index].kind == "rawslot":
            self._fill_slot(index, val)
            return
        box = self._new_box(val, self.raising())
        for i, local in enumerate(root.locals):
            if local.val is val and local.kind == "raw":
                if i != index:
                    self.emit("incref", box)
                self.emit("store_slot", box, index=i)
                local.kind = "both"
        val.box = box

    def _fill_slot(self, index: int, val: Val) -> None:
        """A `rawslot` local becomes `both`: its slot is filled if it is empty."""
        state = self.raising()
        value = self.emit("load_slot", index=index)
        empty, done = self.fork(self.emit("is_null", value), likely=False)
        self.block = empty
        self.emit("store_slot", self._new_box(val, state), index=index)
        self.goto(done)
        self.block = done
        self.frame.chain()[0].locals[index].kind = "both"
        val.box = self.emit("load_slot", index=index)

    def settle_local(self, local: Local) -> None:
        """A local of the region's own frame that is perhaps bound: its slot gets the box if it is."""
        index = next(i for i, x in enumerate(self.frame.chain()[0].locals) if x is local)
        assert local.val is not None and local.bound is not None
        self.dirty()
        state = self.raising()
        bound, done = self.fork(local.bound)
        self.block = bound
        self.emit("store_slot", self._new_box(local.val, state), index=index)
        self.goto(done)
        self.block = done
        local.kind, local.val, local.bound = "maybe", None, None

    def new_box(self, val: Val) -> Value:
        """A box of its own for a raw value that nothing else will use."""
        return self._new_box(val, self.raising())

    def _new_box(self, val: Val, state: FrameState) -> Value:
        assert val.raw is not None
        if val.type == BOOL:
            box = self.emit("box_i1", val.raw)
            self.emit("incref", box)
            return box
        return self.emit("box_i64" if val.type == INT else "box_f64", val.raw, state=state)

    def own(self, entry: Entry) -> Value:
        """The object of an entry as a reference of its own, for somebody who takes it over."""
        value = self.boxed(entry)
        if entry.own != OWNED:
            self.emit("incref", value)
        return value

    def lend(self, entry: Entry) -> Value:
        """The object of an entry for Python code: the stack has a reference of its own meanwhile, as sys.getrefcount shows."""
        value = self.own(entry)
        entry.own, entry.slot = OWNED, -1
        return value

    def hold(self, entry: Entry) -> Entry:
        """An entry that borrows the item of a tuple (which may be virtual) as a reference of its own."""
        if entry.own == OWNED:
            self.emit("incref", self.box(entry))
        return entry.copy()

    def drop(self, entry: Entry) -> None:
        """Releases a popped entry."""
        if entry.own == VIRTUAL:
            self._drop_virtual(entry.val)
        if entry.own == OWNED:
            self.release(self.box(entry), entry.val.type)

    def _drop_virtual(self, val: Val) -> None:
        """The parts go with the last place that holds the value: the items of a tuple last one first, the attributes of an instance by their places."""
        if any(place.val is val and is_virtual(place) for place in all_places(self.frame.chain())):
            return
        parts, val.parts = val.parts or [], []  # something else that goes, too, may hold the value as well
        if isinstance(val.made, Instance):
            order = sorted(range(len(parts)), key=val.made.places.__getitem__)
        else:
            order = list(range(len(parts) - 1, -1, -1))
        for index in order:
            self.drop(parts[index])

    def release(self, value: Value, type_: Type = UNKNOWN, op: str = "decref") -> None:
        """A reference less; if that may run a finaliser, memory may have changed afterwards."""
        harmless = type_.name in HARMLESS
        if not harmless:
            self.secure_heap()
        self.emit(op, value, type=type_.name if harmless else "unknown", offset=self.position)
        if not harmless:
            self.forget_facts()

    def secure_heap(self) -> None:
        """Entries borrowed from containers get references of their own, as memory is about to change."""
        for frame in self.frame.chain():
            for entry in frame.stack:
                if entry.own == HEAP:
                    self.emit("incref", self.box(entry))
                    entry.own = OWNED
                    self.dirty()

    def forget_facts(self) -> None:
        """Something may have run that changes classes, globals, instances."""
        self.last_epoch += 1
        self.epoch = self.last_epoch
        self.tested_globals.clear()

    def remember_cell(self, index: int, val: Val) -> None:
        """What the cell of a variable of the current code holds until something changes memory."""
        if self.in_cells_since != self.epoch:
            self.in_cells.clear()
        self.in_cells_since = self.epoch
        self.in_cells[index] = val

    # -- constants -----------------------------------------------------------------------------------------

    def constant(self, value: Any, spec: tuple[Any, ...]) -> Val:
        """The value of a constant of type int, float, bool, None, str, tuple or another."""
        kind = type(value)
        if kind is bool:
            return Val(BOOL, None, self.emit("const_i1", value=value), spec, value)
        if kind is int:
            raw = self.i64(value) if abs(value) < 1 << 60 else None
            return Val(INT, None, raw, spec, value)
        if kind is float:
            return Val(FLOAT, None, self.emit("const_f64", value=value), spec, value)
        type_ = {type(None): NONE, str: STR, tuple: TUPLE}.get(kind, UNKNOWN)
        return Val(type_, None, None, spec, MISSING if type_ == UNKNOWN else value)
