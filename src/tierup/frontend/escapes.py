"""Full escapes: what the symbolic frame has to look like while arbitrary Python code runs, and what is no longer known behind it.

Others may look at every frame then. The region's own is there; raw locals get boxes, in their slots. Frames of inlined code are *shown*: pushed for the
time of the bytecode, with all their locals, and popped when the next one begins. If somebody has looked at one meanwhile, it stays, and the interpreter
goes on in it.
"""

from __future__ import annotations

from collections.abc import Callable

from tierup.abi.helpers import HELPERS
from tierup.frontend.context import Context, InlineFailedError, InstructionEnded
from tierup.frontend.decode import CO_OPTIMIZED, resume_offset
from tierup.frontend.emission import UNIT
from tierup.frontend.state import OUTER, OWNED, PERHAPS, SLOT, VIRTUAL, Entry, Local, Symbolic, Val, all_places
from tierup.frontend.values import Values
from tierup.ir.graph import FrameState, Instance, Made, Value
from tierup.ir.types import CAUGHT, HANDLED

MOST_SHOWN = 1.25
"""How often, per call, frames may be shown for inlined code before it is called instead: that costs about as much as showing one of its frames."""


class Escapes(Values):
    """What comes before and behind operations that may run Python code."""

    def materialise(self, position: int = -1) -> None:
        """Before a full escape: every raw local gets its box, in its slot; loans are secured; frames of inlined code are shown, the innermost standing at
        `position` (the bytecode, if that is not given).
        """
        shows = self.inlined and self.shown is None
        if shows:
            self._may_show()
            self.make_caught()
        self.secure_heap()
        for frame in self.frame.chain():
            for local in frame.locals:
                if local.kind in ("raw", "rawslot", VIRTUAL) and local.val is not None:
                    self.give_box(local.val)
                elif local.kind == PERHAPS:
                    self.settle_local(local)
            for entry in frame.stack:
                if entry.own == VIRTUAL and isinstance(entry.val.made, Instance):  # the collector would know it
                    self.box(entry)
        for place in all_places(self.frame.chain()):  # last: entries that were raw may borrow their boxes from locals now
            if isinstance(place, Entry) and place.own in (SLOT, OUTER):  # the local may be written from outside
                self.lend(place)
                self.dirty()
        if shows:
            self._show(position if position >= 0 else self.ins.offset)

    def settle_caught(self) -> None:
        """What was caught and not made is made, and both entries become the real objects."""
        for entry in self.frame.chain()[0].stack:
            if entry.val.type in (HANDLED, CAUGHT):
                made = self.emit("call", self.box(entry), helper="caught_before" if entry.val.type == HANDLED else "caught_value")
                entry.val = Val(box=made)
        self.dirty()

    def behind_escape(self, state: Callable[[], FrameState]) -> None:
        """At the next bytecode, which begins in the `state`: tools may have come, and who has f_locals may have written the locals."""
        self.check_tools = False
        if self.shown is not None:
            self._unshow(state)
        here = state()
        self.emit("check_tracing", state=here)
        if self.root.code.co_flags & CO_OPTIMIZED and not self.inlined:
            self.guard(self.emit("locals_unseen"), "frame_seen", here)

    def operate(self, helper: str, count: int, *extra: Value, safe: bool = False, order: tuple[int, ...] = ()) -> Value:
        """Calls a C helper with the top `count` entries as borrowed operands (in `order`, 0 = deepest) and then `extra`; pops and releases them.

        Unless `safe`, a helper that may run Python code is a full escape.
        """
        row = HELPERS[helper]
        escapes = row.effect == "escapes" and not safe
        entries = self.top(count)
        self.prepare(row.effect, escapes)
        values = [self.lend(e) if escapes else self.boxed(e) for e in entries]
        self.popn(count)
        ordered = [values[i] for i in order] if order else values
        result = self.emit("call", *ordered, *extra, state=self.raising(tuple(entries)), helper=helper)
        self.after(row.effect, escapes)
        for entry in entries:
            self.drop(entry)
        return result

    def prepare(self, effect: str, escapes: bool) -> None:
        """Before a helper runs, with its operands still on the stack."""
        if escapes:
            self.materialise()
        elif effect != "pure":
            self.secure_heap()

    def after(self, effect: str, escapes: bool) -> None:
        """After a helper has run."""
        if escapes:
            self.forget_facts()
            self.check_tools = True
        elif effect not in ("pure", "reads"):
            self.forget_facts()

    # -- frames of inlined code ----------------------------------------------------------------------------

    def call_instead(self) -> InlineFailedError:
        """What is to be raised if the inlined code at hand has to be called."""
        return InlineFailedError(self.ctx.site, self.here())

    def _may_show(self) -> None:
        """What seems never to run exits; where frames can't be shown, or would have to be too often, the code must be called. In a frameless function there is
        none on which they could stand.
        """
        profile, ins = self.profile, self.ins
        known = profile.count(ins.offset) > 0 or profile.failed(self.restart, "inlined_escape") or profile.misled("inlined_escape")
        if not known and len(self.frame.stack) == self._height:
            self.leave("inlined_escape")
            raise InstructionEnded
        if profile.failed(ins.end, "inlined_seen") or profile.failed(ins.target, "inlined_seen"):
            raise self.call_instead()
        if self.frameless:
            raise InlineFailedError(self.contexts()[-1].site, self.here())
        for ctx in reversed(self.contexts()):
            if ctx.consumes >= 0 or ctx.feed or ctx.held or isinstance(ctx.function, Made):  # whatever is called inside, its frame would have to be shown
                raise InlineFailedError(ctx.site, self.here())
        self._count_showing()

    def contexts(self) -> list[Context]:
        """Those of the inlined code, innermost first."""
        found, ctx = [], self.ctx
        while ctx.parent is not None:
            found.append(ctx)
            ctx = ctx.parent
        return found

    def _count_showing(self) -> None:
        offset, place = self.ins.offset, (*self.ctx.site, self.ins.offset)
        rate = 1.0
        for ctx in self.contexts():
            assert ctx.parent is not None
            calls = ctx.profile.count(resume_offset(ctx.decoded))
            rate *= ctx.profile.count(offset) / max(calls, 1)
            ctx.escapes[place] = rate
            if sum(ctx.escapes.values()) > MOST_SHOWN:
                raise InlineFailedError(ctx.site, self.here())
            offset = ctx.call.offset

    def _show(self, position: int) -> None:
        """Pushes frames for the inlined code. A local that owns its object lends its reference to the frame; for others one is added."""
        self.dirty()
        self.shown = []
        caller = self.emit("frame")
        contexts = self.contexts()[::-1]
        for place, (ctx, frame) in enumerate(zip(contexts, self.frame.chain()[1:], strict=True)):
            assert not isinstance(ctx.function, Made)
            stands = contexts[place + 1].call.end - UNIT if place + 1 < len(contexts) else position
            caller = self._push(caller, ctx, frame, stands)

    def _push(self, caller: Value, ctx: Context, frame: Symbolic, stands: int) -> Value:
        function, code = self.pool(*ctx.function), self.pool("code", ctx.index)
        items = [self._shown_local(local) for local in frame.locals]
        return self.emit("call", caller, function, code, self.i64(stands), *items, helper="show_inlined")

    def _shown_local(self, local: Local) -> Value:
        if local.val is None:
            return self.emit("null")
        box = self.held_box(local.val)
        if local.own != OWNED:
            assert self.shown is not None
            self.emit("incref", box)
            self.shown.append(box)
        return box

    def _unshow(self, state: Callable[[], FrameState]) -> None:
        """Pops them again, unless somebody has looked at one: then the interpreter goes on in them."""
        self.emit("unshow", state=state())
        added, self.shown = self.shown, None
        self.dirty()
        for box in added or ():
            self.emit("decref", box, type="unknown", offset=self.position)
