"""Values and locals: what the handlers of bytecodes build with. `build.Builder` adds blocks and inlining."""

from __future__ import annotations

from typing import Any

from tierup.frontend.context import InlineFailedError
from tierup.frontend.emission import Emission
from tierup.frontend.state import (
    CONST,
    HEAP,
    MISSING,
    NULL,
    OUTER,
    OWNED,
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
from tierup.ir.graph import Counting, FrameState, Instance, Made, Suspended, Value
from tierup.ir.types import BOOL, CAUGHT, FLOAT, INT, NONE, STR, TUPLE, UNKNOWN, Type

HARMLESS = ("int", "float", "number", "str", "bool", "NoneType", "bytes", "range", "range_iterator", "numpy.float64", "numpy.int64", "numpy.bool")
"""Types whose deallocation runs no Python code and frees nothing else that could."""


class Values(Emission):
    """Operations on the symbolic frame."""

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
        return self.held_box(entry.val)

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
        if val.raw.repr in ("i1", "ni1") and popped is not None:
            if val.box is None:
                val.box = self.emit(f"box_{val.raw.repr}", val.raw)
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
        numbers = [part.val.raw for part in val.parts]
        items = [] if isinstance(val.made, Counting) else [self.emit("null") if part.own == NULL else self.own(part) for part in val.parts]
        made, val.parts, val.made = val.made, None, None
        if isinstance(made, Counting):
            val.box = self._make_iterator(made, numbers)
        elif made is None:
            val.box = self.emit("call", *items, state=self.raising(), helper="build_tuple")
        elif isinstance(made, Suspended):
            val.box = self.emit("call", self.pool("code", made.code), self.i64(made.at), *items, state=self.raising(), helper="make_generator")
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

    def _make_iterator(self, made: Counting, numbers: list[Value | None]) -> Value:
        values = [number for number in numbers if number is not None]
        if made.step:
            values.append(self.i64(made.step))
        return self.emit("call", *values, state=self.raising(), helper="range_iterator_at")

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
        """A local that is perhaps bound: its slot (of inlined code: it) gets the box if it is."""
        index = next((i for i, x in enumerate(self.frame.chain()[0].locals) if x is local), -1)
        assert local.val is not None and local.bound is not None
        self.dirty()
        state = self.raising()
        if index < 0:
            self._settle_held(local, local.bound, local.val, state)
            return
        bound, done = self.fork(local.bound)
        self.block = bound
        self.emit("store_slot", self._new_box(local.val, state), index=index)
        self.goto(done)
        self.block = done
        local.kind, local.val, local.bound = "maybe", None, None

    def _settle_held(self, local: Local, flag: Value, val: Val, state: FrameState) -> None:
        bound, unbound = self.fork(flag)
        done = self.function.block()
        done.params.append(self.function.value("obj"))
        self.block = bound
        self.goto(done, self._new_box(val, state))
        self.block = unbound
        self.goto(done, self.emit("null"))
        self.block = done
        local.kind, local.val, local.own, local.bound = "maybe", Val(box=done.params[0]), OWNED, None

    def new_box(self, val: Val) -> Value:
        """A box of its own for a raw value that nothing else will use."""
        return self._new_box(val, self.raising())

    def _new_box(self, val: Val, state: FrameState) -> Value:
        assert val.raw is not None
        if val.raw.repr in ("i1", "ni1"):
            box = self.emit(f"box_{val.raw.repr}", val.raw)
            self.emit("incref", box)
            return box
        return self.emit(f"box_{val.raw.repr}", val.raw, state=state)

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
        """Releases a popped entry. A generator is made for it: it has to be closed."""
        if entry.own == VIRTUAL and isinstance(entry.val.made, Suspended):
            self.box(entry)
        if entry.own == VIRTUAL:
            self._drop_virtual(entry.val)
        if entry.val.type == CAUGHT:
            self.emit("call", self.box(entry), helper="caught_popped")
        elif entry.own == OWNED:
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
        self.tested = set(self.lasting)

    def remember_cell(self, index: int, val: Val) -> None:
        """What the cell of a variable of the current code holds until something changes memory."""
        if self.in_cells_since != self.epoch:
            self.in_cells.clear()
        self.in_cells_since = self.epoch
        self.in_cells[index] = val

    def known_global(self, index: int) -> Val | None:
        """What is known of the value of a name of the region's own code, which is no constant."""
        return self.in_globals.get(index) if self.in_globals_since == self.epoch and not self.inlined else None

    def know_global(self, index: int, val: Val) -> None:
        """The name means this value until something may change memory."""
        if self.inlined:
            return
        if self.in_globals_since != self.epoch:
            self.in_globals.clear()
        self.in_globals_since = self.epoch
        self.in_globals[index] = val

    def store_of_global(self, index: int, val: Val) -> None:
        """The name was given another value: what was tested of it (by inlined code, which may take it for a constant) is no longer so."""
        name = self.code.co_names[index]
        self.tested = {key for key in self.tested if key[0] != "global" or key[3] != name}
        self.know_global(index, val)

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
            return Val(FLOAT, None, self.emit("const_f64", value=value) if value == value else None, spec, value)
        type_ = {type(None): NONE, str: STR, tuple: TUPLE}.get(kind, UNKNOWN)
        return Val(type_, None, None, spec, MISSING if type_ == UNKNOWN else value)
