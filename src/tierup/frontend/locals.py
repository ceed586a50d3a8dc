"""Locals of the symbolic frame: loading, storing, deleting; stack entries borrowed from a local that is about to change."""

from __future__ import annotations

from tierup.frontend.escapes import Escapes
from tierup.frontend.state import HEAP, OUTER, OWNED, PERHAPS, RAW, SLOT, VIRTUAL, Entry, Local, Val
from tierup.frontend.values import HARMLESS
from tierup.ir.graph import FrameState, Instance, Value
from tierup.ir.types import UNKNOWN


class Locals(Escapes):
    """What LOAD_FAST, STORE_FAST, DELETE_FAST and the end of inlined code do."""

    def load_local(self, index: int) -> None:
        """Pushes a local; exits if it is unbound."""
        local = self.frame.locals[index]
        if local.kind == "unbound":
            self.leave("unbound_local", self._before_pair())
            return
        if local.kind == "maybe":
            value = self.require_bound(index, self._before_pair())
            local.kind, local.val = "held" if local.val else "boxed", local.val or Val(box=value)
        if local.kind == PERHAPS:
            self.expect_bound(local, self._before_pair())
        entry = self.entry_of_local(index)
        assert entry is not None
        self.frame.stack.append(entry)

    def require_bound(self, index: int, state: FrameState) -> Value:
        """The object of a local that may be unbound; exits if it is."""
        val = self.frame.locals[index].val
        value = self.emit("load_slot", index=index) if val is None else self.held_box(val)
        self.guard(self.emit("not", self.emit("is_null", value)), "unbound_local", state)
        return value

    def entry_of_local(self, index: int) -> Entry | None:
        """What LOAD_FAST pushes; None if the local may be unbound."""
        local = self.frame.locals[index]
        if local.val is None or local.kind in ("unbound", "maybe", PERHAPS):
            return None
        if local.kind in ("raw", "rawslot"):
            return Entry(local.val, RAW)
        if local.kind == VIRTUAL:
            return Entry(local.val, VIRTUAL)
        if local.kind == "held" and local.own != OWNED:
            return Entry(local.val, local.own, local.slot)
        return Entry(local.val, SLOT, index)

    def expect_bound(self, local: Local, state: FrameState) -> None:
        """Exits if a local that is perhaps bound is not."""
        assert local.bound is not None
        self.guard(local.bound, "unbound_local", state)
        local.kind, local.bound = "raw", None

    def _before_pair(self) -> FrameState:
        """The state before LOAD_FAST; if it is the second half of a pair, before the first half, which the interpreter does again without anyone noticing:
        a load is repeated, a store puts the same object into the same local.
        """
        if self.half is None:
            return self.state()
        stack = self.frame.stack
        self.frame.stack = stack[:-1]
        if self.half.name == "STORE_FAST":
            stored = self.frame.locals[self.half.arg]
            assert stored.val is not None
            self.frame.stack = [*stack, Entry(stored.val, stored.kind if stored.kind in (RAW, VIRTUAL) else SLOT, self.half.arg)]
        state = self.state_at(self.half.start)
        self.frame.stack = stack
        return state

    def store_local(self, index: int, entry: Entry) -> None:
        """STORE_FAST: the local takes over a popped entry; the old value is released last."""
        if entry.own == VIRTUAL and not isinstance(entry.val.made, Instance):
            self.boxed(entry)
        self.loans_from(index)
        if entry.own == RAW and any(x.kind == "rawslot" and x.val is entry.val for x in self.frame.locals):
            self.give_box(entry.val, entry)
        if entry.own == SLOT and entry.slot == index:
            self.emit("incref", self.box(entry))
            entry.own = OWNED
        old = self.frame.locals[index].copy()
        if entry.own in (RAW, VIRTUAL):
            self._clear(index, old, Local(entry.own, entry.val))
        elif self.inlined:
            self._clear(index, old, self._held(entry))
        else:
            value = self.own(entry)
            previous = self._old_value(index, old)
            self.emit("store_slot", value, index=index)
            self.frame.locals[index] = Local("boxed" if entry.val.raw is None else "both", entry.val)
            self._release_old(previous, old)

    def _held(self, entry: Entry) -> Local:
        if entry.own in (SLOT, HEAP):
            self.emit("incref", self.box(entry))
            return Local("held", entry.val, OWNED)
        return Local("held", entry.val, entry.own, entry.slot if entry.own == OUTER else -1)

    def loans_from(self, index: int) -> None:
        """Stack entries borrowed from a local that is about to change get references of their own."""
        for entry in self.frame.stack:
            for part in (entry.val.parts or ()) if entry.own == VIRTUAL else (entry,):
                if part.own == SLOT and part.slot == index:
                    self.emit("incref", self.box(part))
                    part.own = OWNED
                    self.dirty()
        local = self.frame.locals[index]
        if local.kind == VIRTUAL and local.val is not None and not isinstance(local.val.made, Instance):
            self.give_box(local.val)

    def _old_value(self, index: int, old: Local) -> Value | None:
        if old.kind in ("unbound", "raw", PERHAPS, VIRTUAL) or (old.kind == "held" and old.own != OWNED):
            return None
        if old.kind == "held" or (old.kind == "maybe" and old.val is not None):
            assert old.val is not None
            return self.held_box(old.val)
        if old.val is not None and old.val.box is not None and old.kind in ("boxed", "both"):
            return old.val.box
        return self.emit("load_slot", index=index)

    def _release_old(self, previous: Value | None, old: Local) -> None:
        if old.kind == VIRTUAL and old.val is not None:
            self._drop_virtual(old.val)
        if previous is not None:
            type_ = old.val.type if old.val else UNKNOWN
            self.release(previous, type_, "xdecref" if old.kind in ("maybe", "rawslot") else "decref")

    def _clear(self, index: int, old: Local, new: Local) -> None:
        previous = self._old_value(index, old)
        if previous is not None and not self.inlined:
            self.emit("store_slot", self.emit("null"), index=index)
        self.frame.locals[index] = new
        self._release_old(previous, old)

    def delete_local(self, index: int) -> None:
        """DELETE_FAST of a bound local."""
        self.loans_from(index)
        self._clear(index, self.frame.locals[index].copy(), Local("unbound"))

    def take_local(self, index: int) -> Value:
        """The reference of a local that holds an object; the local is unbound afterwards."""
        self.loans_from(index)
        value = self._old_value(index, self.frame.locals[index])
        assert value is not None
        if not self.inlined:
            self.emit("store_slot", self.emit("null"), index=index)
        self.frame.locals[index] = Local("unbound")
        return value

    def stored_next(self) -> int:
        """The local that the next bytecode stores to, if control gets there only from here, else -1."""
        following = self.ctx.decoded.instructions.get(self.ins.end)
        if following is None or following.name != "STORE_FAST" or following.start in self.ctx.joins:
            return -1
        return following.arg

    def release_locals(self) -> None:
        """Inlined code returns: what its locals own is released, in order."""
        for index, local in enumerate(self.frame.locals):
            if local.kind == VIRTUAL and local.val is not None:
                self.frame.locals[index] = Local("unbound")
                self._drop_virtual(local.val)
            if local.kind in ("held", "maybe") and local.own == OWNED and local.val is not None:
                self.frame.locals[index] = Local("unbound")
                self.release(self.held_box(local.val), local.val.type, "xdecref" if local.kind == "maybe" else "decref")

    def end_locals(self) -> None:
        """The region's own function returns: instances that do not exist yet are not made if nobody can tell when what they hold goes; else they go with the
        other locals, in their order.
        """
        for index, local in enumerate(self.frame.locals):
            if local.kind != VIRTUAL or local.val is None:
                continue
            if _goes_quietly(local.val):
                self.frame.locals[index] = Local("unbound")
                self._drop_virtual(local.val)
            else:
                self.give_box(local.val)


def _goes_quietly(val: Val) -> bool:
    """Does nothing run when the parts go?"""
    return all(_goes_quietly(part.val) if part.own == VIRTUAL else part.own != OWNED or part.val.type.name in HARMLESS for part in val.parts or ())
