"""Block versions: what the shape of a frame passes along an edge, and how a frame is made of it again on the other side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tierup.frontend.locals import Locals
from tierup.frontend.state import (
    CONST,
    HEAP,
    HELD_MAYBE,
    LENT,
    NULL,
    OUTER,
    OWNED,
    PERHAPS,
    RAW,
    SLOT,
    VIRTUAL,
    Entry,
    Local,
    Part,
    Shape,
    Shaper,
    Symbolic,
    Val,
    all_places,
    view_of,
    view_reprs,
)
from tierup.ir.graph import Block, Suspended, Value
from tierup.ir.types import CAUGHT, HANDLED, Type

ZEROES: dict[str, int | float | bool] = {"i64": 0, "f64": 0.0, "i1": False}
"""In place of a number that is not there; those of NumPy begin with an `n`."""


class Versions(Locals):
    """The symbolic frame on its way from one block to another."""

    def _settle(self) -> None:
        """Before a jump: nothing is borrowed from what has no name."""
        for frame in self.frame.chain():
            for entry in frame.stack:
                if entry.own == CONST and entry.val.known is None:
                    self.emit("incref", self.box(entry))
                    entry.own = OWNED

    def _convert(self, key: Shape) -> None:
        """Turns the current frame into one of shape `key` (a join of its own shape with others)."""
        if any(e.val.type in (HANDLED, CAUGHT) and part[1] != e.val.type for e, part in zip(self.frame.chain()[0].stack, key[0][1], strict=True)):
            self.settle_caught()
        for frame, (locals_, stack) in zip(self.frame.chain(), key, strict=True):
            for local, part in zip(frame.locals, locals_, strict=True):
                if self._becomes_object(local, part):
                    assert local.val is not None
                    self.give_box(local.val)
                elif part[0] == "maybe" and local.kind == PERHAPS:
                    self.settle_local(local)
            for i, part in enumerate(locals_):
                before = frame.locals[i].val
                frame.locals[i] = self._converted(frame.locals[i], part)
                if frame.parent is None and before is not None:
                    self._repoint(i, before, frame.locals[i].val)
            for entry, part in zip(frame.stack, stack, strict=True):
                self._convert_entry(entry, part)

    def _convert_entry(self, entry: Entry, part: Part) -> None:
        if part[0] == VIRTUAL and isinstance(part[4], Suspended) and entry.val.parts is not None:
            for inner, its in zip(entry.val.parts, part[3], strict=True):
                self._convert_entry(inner, its)
        if part[0] != OWNED:
            return
        if entry.own == NULL:
            entry.val = Val(box=self.emit("null"))
        elif entry.own != OWNED:
            self.own(entry)
        entry.val = Val(part[1], self.box(entry))
        entry.own, entry.slot = OWNED, part[2]

    def _becomes_object(self, local: Local, part: Part) -> bool:
        """Is an object needed where a local becomes what the part says? Raw ones that share a value must go on to be the same object."""
        if local.val is None or local.kind not in ("raw", "rawslot", VIRTUAL):
            return False
        if part[0] == "rawslot" and local.kind == "raw":
            return Shaper(self.frame.chain()).alias(local.val) > 0
        return part[0] in ("boxed", "maybe", "held")

    def _repoint(self, slot: int, before: Val, after: Val | None) -> None:
        """A local of the region's own frame has a value of fewer facts now; so have those that borrow it."""
        for place in all_places(self.frame.chain()):
            if place.own == OUTER and place.slot == slot and place.val is before and after is not None:
                if after.box is None:
                    after.box = before.box
                place.val = after

    def _converted(self, local: Local, part: Part) -> Local:
        if part == HELD_MAYBE:
            return self._held_maybe(local)
        if part[0] in ("maybe", "unbound"):
            return Local(part[0])
        if part[0] == PERHAPS:
            return self._perhaps(local, part)
        val = local.val
        assert val is not None
        if part[0] == VIRTUAL or (part[0] == "held" and part[3] == ()):
            return local
        if part[0] == "held" and part[2] == OWNED:
            if local.own != OWNED:
                self.emit("incref", self.held_box(val))
            return Local("held", Val(part[1], self.held_box(val)), OWNED)
        if part[0] == "boxed":
            return Local("boxed", self.know_view(Val(part[1], val.box), val.view if part[2] else None))
        return Local(part[0], val, local.own)

    def _held_maybe(self, local: Local) -> Local:
        if local.kind == "maybe":
            return local
        if local.val is None:
            return Local("maybe", Val(box=self.emit("null")), OWNED)
        if local.own != OWNED:
            self.emit("incref", self.held_box(local.val))
        return Local("maybe", Val(box=self.held_box(local.val)), OWNED)

    def _perhaps(self, local: Local, part: Part) -> Local:
        if local.kind == PERHAPS:
            return local
        if local.val is not None:
            return Local(PERHAPS, Val(part[1], None, local.val.raw), bound=self.emit("const_i1", value=True))
        kind = part[2].removeprefix("n")
        zero = self.emit(f"const_{kind}", value=ZEROES[kind])
        if kind != part[2]:
            zero = self.emit(f"numpy_{kind}", zero)
        return Local(PERHAPS, Val(part[1], None, zero), bound=self.emit("const_i1", value=False))

    def _edge_args(self, key: Shape) -> list[Value]:
        args: list[Value] = []
        seen: set[int] = set()
        for part, place in zip(parts_of(key), self._places(), strict=True):
            args += self._place_args(part, place, seen)
        return args

    def _place_args(self, part: Part, place: Local | Entry, seen: set[int]) -> list[Value]:
        assert place.val is not None or not param_reprs(part, set())
        if part[0] == VIRTUAL:
            assert place.val is not None and place.val.parts is not None
            return [value for inner, entry in zip(part[3], place.val.parts, strict=False) for value in self._place_args(inner, entry, seen)]
        if part[0] == PERHAPS:
            assert isinstance(place, Local) and place.val is not None and place.val.raw is not None and place.bound is not None
            return [place.val.raw, place.bound]
        if part[0] == "boxed" and part[2]:
            assert place.val is not None and place.val.view is not None
            return [place.val.view.data, *place.val.view.numbers]
        args = []
        for repr_ in param_reprs(part, seen):
            assert place.val is not None
            value = (self.box(place) if isinstance(place, Entry) else self.held_box(place.val)) if repr_ == "obj" else place.val.raw
            assert value is not None
            args.append(value)
        return args

    def _places(self) -> list[Local | Entry]:
        places: list[Local | Entry] = []
        for frame in self.frame.chain():
            places += frame.locals
            places += frame.stack
        return places

    def _restore(self, key: Shape, block: Block) -> None:
        params = iter(block.params)
        shared: dict[int, Val] = {}
        seen: set[int] = set()
        frame: Symbolic | None = None
        for locals_, stack in key:
            inner = Symbolic([], [], frame)
            for part in locals_:
                if part[0] == VIRTUAL:
                    inner.locals.append(Local(VIRTUAL, self._restore_virtual(part, params, shared, seen, inner)))
                else:
                    inner.locals.append(self._restore_local(part, [next(params) for _ in param_reprs(part, seen)], shared, inner.chain()[0].locals))
            for part in stack:
                if part[0] == VIRTUAL:
                    inner.stack.append(Entry(self._restore_virtual(part, params, shared, seen, inner), VIRTUAL))
                else:
                    inner.stack.append(self._restore_entry(part, [next(params) for _ in param_reprs(part, seen)], shared, inner))
            frame = inner
        assert frame is not None
        self.frame = frame

    def _restore_virtual(self, part: Part, params: Iterator[Value], shared: dict[int, Val], seen: set[int], frame: Symbolic) -> Val:
        """Places that share a tuple share its number; the first of them tells the items."""
        if part[2] in shared:
            return shared[part[2]]
        val = Val(part[1], parts=[], made=part[4])
        for inner in part[3]:
            if inner[0] == VIRTUAL:
                entry = Entry(self._restore_virtual(inner, params, shared, seen, frame), VIRTUAL)
            else:
                entry = self._restore_entry(inner, [next(params) for _ in param_reprs(inner, seen)], shared, frame)
            val.parts.append(entry)  # type: ignore[union-attr]
        if part[2]:
            shared[part[2]] = val
        return val

    def _lent(self, slot: int, root: list[Local]) -> Val:
        """The value of a local of the region's own frame, which inlined code has borrowed."""
        val = root[slot].val
        assert val is not None
        if val.box is None:
            val.box = self.emit("load_slot", index=slot)
        return val

    def _restore_local(self, part: Part, params: list[Value], shared: dict[int, Val], root: list[Local]) -> Local:
        if part == HELD_MAYBE:
            return Local("maybe", Val(box=params[0]), OWNED)
        if part[0] in ("unbound", "maybe"):
            return Local(part[0])
        if part[0] == "raw":
            return Local("raw", _shared(part, params, shared))
        if part[0] == PERHAPS:
            return Local(PERHAPS, Val(part[1], None, params[0]), bound=params[1])
        if part[0] == "held" and part[2] == CONST and isinstance(part[3], tuple):
            return Local("held", self._known_val(part[1], part[3]), CONST)
        if part[0] == "held" and part[3] == ():
            return Local("held", self._lent(part[4], root), OUTER, part[4])
        if part[0] == "held":
            return Local("held", Val(part[1], params[0], params[1] if len(params) > 1 else None), part[2])
        if part[0] == "boxed":
            return Local("boxed", self.know_view(Val(part[1]), view_of(part[2], params) if part[2] else None))
        return Local(part[0], Val(part[1], None, params[0] if params else None))

    def _restore_entry(self, part: Part, params: list[Value], shared: dict[int, Val], frame: Symbolic) -> Entry:
        if part[0] == NULL:
            return Entry(Val(), NULL)
        if part[0] == CONST:
            return Entry(self._known_val(part[1], part[2]), CONST)
        if part[0] == RAW:
            return Entry(_shared(part, params, shared), RAW)
        if part[0] == LENT:
            return Entry(self._lent(part[2], frame.chain()[0].locals), OUTER, part[2])
        if part[0] == SLOT:
            val = frame.locals[part[2]].val
            assert val is not None
            return Entry(val, SLOT, part[2])
        return Entry(Val(part[1], params[0]), part[0], part[2])

    def _known_val(self, type_: Type, spec: tuple[Any, ...]) -> Val:
        if spec[0] == "const":
            code = self.root.code if spec[1] < 0 else self.callee(spec[1]).code
            return self.constant(code.co_consts[spec[2]], spec)
        return Val(type_, known=spec)


def parts_of(key: Shape) -> list[Part]:
    return [part for frame in key for half in frame for part in half]


def param_reprs(part: Part, seen: set[int]) -> list[str]:
    """Representations of the block parameters that a part of a shape needs; shared raw values (`seen`) are passed once."""
    kind = part[0]
    if kind == VIRTUAL:
        return [repr_ for inner in part[3] for repr_ in param_reprs(inner, seen)]
    if kind in (OWNED, OUTER, HEAP) or part == HELD_MAYBE:
        return ["obj"]
    if kind in (RAW, "raw"):
        if part[3]:
            if part[3] in seen:
                return []
            seen.add(part[3])
        return [str(part[2])]
    if kind == PERHAPS:
        return [str(part[2]), "i1"]
    if kind in ("both", "rawslot"):
        return [str(part[2])]
    if kind == "boxed":
        return view_reprs(part[2]) if part[2] else []
    if kind == "held" and not isinstance(part[3], tuple):
        return ["obj", part[3]] if part[3] else ["obj"]
    return []


def _shared(part: Part, params: list[Value], shared: dict[int, Val]) -> Val:
    """The raw value of a place, the same for all places with the same number."""
    if not params:
        return shared[part[3]]
    val = Val(part[1], None, params[0])
    if part[3]:
        shared[part[3]] = val
    return val
