"""Bytecode + profile -> IR.

Bytecode is executed symbolically, block by block. Each *shape* of the frame (types and representations of locals and stack) at a jump target gets a
block version of its own, so
types found by a guard stay known around a loop without a data-flow analysis: the first iteration finds them, the next ones have them (loop peeling
for free). After some
shapes at one place, shapes are joined (values boxed, types forgotten), so the process ends. Method: lazy basic block versioning (Chevalier-Boisvert &
Feeley, ECOOP 2015), here ahead of time.

Calls of small known functions are inlined: the symbolic frame gets a caller (`Symbolic.parent`), the callee's locals are SSA values without slots,
and exits rebuild its frame.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tierup.frontend.decode import Decoded, Instruction, decode, paired, resume_offset, resume_points, stack_depths
from tierup.frontend.landings import build_landing, enter
from tierup.frontend.profile import OFTEN, Profile
from tierup.frontend.state import (
    CONST,
    HEAP,
    LENT,
    MAYBE_NULL,
    NULL,
    OUTER,
    OWNED,
    RAW,
    SLOT,
    VIRTUAL,
    Entry,
    Local,
    Part,
    Shape,
    Symbolic,
    Val,
    all_places,
    join,
    shape,
)
from tierup.frontend.values import Context, InlineFailedError, InstructionEnded, RefusedError, Values
from tierup.ir.graph import Block, Function, Made, Value
from tierup.ir.types import NONE, Type

MAX_RETRIES = 30


class Budget(NamedTuple):
    """How large a region may become: `levels` of inlining, block `versions` at one place, `instructions` translated (copies count)."""

    levels: int
    versions: int
    instructions: int


BUDGETS = (Budget(5, 4, 900), Budget(2, 3, 900), Budget(0, 2, 1200), Budget(0, 1, 3000))
"""Tried in this order until the region fits."""

Handle = Callable[["Builder", Instruction], None]
HANDLERS: dict[str, Handle] = {}


def handles(*names: str) -> Callable[[Handle], Handle]:
    """Registers the handler of these opcodes."""

    def register(function: Handle) -> Handle:
        for name in names:
            HANDLERS[name] = function
        return function

    return register


def build(snapshot: dict[str, Any]) -> Builder:
    """Builds a region; the graph is the result's `function`. Raises RefusedError. What can't be inlined after all, or becomes too large, is found by trying."""
    for budget in BUDGETS[:-1]:
        try:
            return _build_within(snapshot, budget)
        except RefusedError as refused:
            if refused.reason != "too_big":
                raise
    return _build_within(snapshot, BUDGETS[-1])


def _build_within(snapshot: dict[str, Any], budget: Budget) -> Builder:
    not_inlined: set[tuple[int, ...]] = set()
    for _ in range(MAX_RETRIES):
        builder = Builder(snapshot, budget, frozenset(not_inlined))
        try:
            builder.build()
            return builder
        except InlineFailedError as failed:
            not_inlined.add(failed.site)
    raise RefusedError("too_big", "too many calls that can't be inlined")


class Continuation(NamedTuple):
    """One of two ways after a branch inside a bytecode: where it goes on and what is known there."""

    block: Block
    frame: Symbolic
    check_tools: bool
    epoch: int
    tested_globals: frozenset[tuple[Any, ...]]


class Builder(Values):
    """Builds the IR of one region; handlers in `frontend/bytecodes` drive it instruction by instruction."""

    def __init__(self, snapshot: dict[str, Any], budget: Budget, not_inlined: frozenset[tuple[int, ...]] = frozenset()) -> None:
        decoded = decode(marshal.loads(snapshot["code"]))
        super().__init__(snapshot, snapshot["kind"], Context(decoded, Profile(snapshot, decoded), -1))
        self.not_inlined = not_inlined
        """Call sites that must not be inlined."""
        self.budget = budget
        self.done = -1
        """Start of a bytecode that the one before has done, too."""
        self.work: list[tuple[Context, int, Shape, Block]] = []
        self.count = 0
        self.done_to: Instruction | None = None
        """The last of the bytecodes behind the current one that its handler has done as well."""
        self._callees: dict[int, Decoded] = {}

    # -- driving -------------------------------------------------------------------------------------------

    def build(self) -> Function:
        """Builds the whole region. Raises RefusedError, InlineFailedError."""
        self.block = self.function.block("entry")
        if self.kind == "resume":
            enter_resumed(self)
        else:
            self.jump_to(self._enter_call() if self.kind == "call" else self._enter_loop())
        while self.work or self.landings.waiting:
            if self.work:
                self._build_block(*self.work.pop())
            else:
                build_landing(self, *self.landings.waiting.pop())
        enter(self.function, self.landings)
        return self.function

    def _enter_call(self) -> int:
        code = self.code
        nargs = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        locals_ = [Local("boxed", Val()) if i < nargs else Local("unbound") for i in range(self.ctx.nlocals)]
        for i in range(self.ctx.nlocals):
            if i >= code.co_nlocals or code.co_varnames[i] in code.co_cellvars:
                locals_[i] = Local("maybe")
        self.frame = Symbolic(locals_)
        return resume_offset(self.ctx.decoded)

    def _enter_loop(self) -> int:
        header: int = self.snapshot["header"]
        depth = stack_depths(self.ctx.decoded).get(header, -1)
        if depth < 0:
            raise RefusedError("internal_error", f"no loop at {header}")
        self.frame = Symbolic([Local("maybe") for _ in range(self.ctx.nlocals)])
        for k in range(depth):
            value = self.emit("load_slot", index=self.ctx.nlocals + k)
            self.frame.stack.append(Entry(Val(box=value), OWNED))
        return header

    def start_block(self, ctx: Context, offset: int, block: Block) -> None:
        """Nothing is known yet but where we are."""
        self.ctx, self.block = ctx, block
        self.ins = ctx.decoded.instructions[offset]
        self.forget_facts()
        self.check_tools = False
        self.kwnames = None
        self.half = None
        self.done = -1
        self.dirty()

    def _build_block(self, ctx: Context, offset: int, key: Shape, block: Block) -> None:
        self.start_block(ctx, offset, block)
        self._restore(key, block)
        start = offset
        while self.block is not None:
            ins = ctx.decoded.instructions[offset]
            if offset != start and offset in ctx.joins:
                self.ins = ins
                self.jump_to(offset)
                return
            if offset != start and not ctx.decoded.leaves_loop(self.ins.offset, offset) and ctx.profile.never_seen(self.ins.offset, ins.offset):
                self._leave_unseen(ins)
                return
            if offset != start:
                self.half = self.ins if self.half is None and paired(self.ins, ins) else None
            self._translate(ins)
            if self.done_to is not None:
                self.ins, ins, self.done_to = self.done_to, self.done_to, None
            offset = ins.end

    def _leave_unseen(self, ins: Instruction) -> None:
        """What never ran is left to the interpreter, until it is seen to run after all."""
        state = self.state_at(ins.start)
        self.check_tools = False
        self.leave("never_seen", state)

    def _translate(self, ins: Instruction) -> None:
        self.ins = ins
        if ins.start == self.done:
            return
        self._before = None
        self._height = len(self.frame.stack)
        self.count += 1
        if self.count > self.budget.instructions:
            raise RefusedError("too_big", self.code.co_qualname)
        if self.check_tools:
            self.check_tools = False
            self.emit("check_tracing", state=self.state())
        handler = HANDLERS.get(ins.name)
        if handler is None:
            self.leave("left")
            return
        try:
            handler(self, ins)
        except InstructionEnded:
            assert self.block is None, "the block goes on"

    # -- inlining ------------------------------------------------------------------------------------------

    def callee(self, index: int) -> Decoded:
        """Decoded code of a callee of the snapshot."""
        if index not in self._callees:
            self._callees[index] = decode(marshal.loads(self.snapshot["codes"][index]))
        return self._callees[index]

    def enter_inlined(
        self,
        function: tuple[Any, ...] | Made,
        index: int,
        site: tuple[int, ...],
        arguments: list[Local],
        consumes: int = -1,
        makes: bool = False,
        keeps: bool = False,
        operator: int = -1,
        closure: tuple[int, ...] = (),
        feed: str = "",
    ) -> None:
        """The operands of the call are popped: goes on in the callee's code, with these arguments (its first locals). `function`: where the function is in
        the pool, or what it is to be made of. `closure`: slots of the region's own frame that hold the cells of its free variables (its last locals).
        The others: see FrameState; with `consumes` the operands are still on the stack.
        """
        profile = Profile(self.snapshot, self.callee(index), index)
        profile.used, profile.used_of_classes = self.profile.used, self.profile.used_of_classes
        ctx = Context(self.callee(index), profile, index, self.ctx)
        ctx.function, ctx.site, ctx.consumes, ctx.makes = function, site, consumes, makes
        ctx.keeps, ctx.operator, ctx.feed = keeps, operator, feed
        rest = [Local("unbound") for _ in range(ctx.nlocals - len(arguments) - len(closure))]
        cells = [Local("held", Val(box=self.emit("load_slot", index=slot)), OUTER) for slot in closure]
        ctx.cells = {ctx.nlocals - len(closure) + place: slot for place, slot in enumerate(closure)}
        self.frame = Symbolic(arguments + rest + cells, [], self.frame)
        ctx.call = self.ins
        self.ctx = ctx
        self.in_cells.clear()
        start = resume_offset(ctx.decoded)
        self.ins = ctx.decoded.instructions[start]
        self.jump_to(start)

    def leave_inlined(self) -> None:
        """RETURN_VALUE of inlined code: the result goes to the caller's stack, behind the call."""
        result = self.frame.stack.pop()
        if (self.ctx.makes and result.val.type != NONE) or (self.ctx.operator >= 0 and not result.val.type.known):
            raise InlineFailedError(self.ctx.site)
        if result.own == VIRTUAL:
            self.boxed(result)
        if result.own in (SLOT, HEAP, OUTER) or (result.own == CONST and result.val.known is None):
            self.emit("incref", self.box(result))
            result.own = OWNED
        self.release_locals()
        assert self.frame.parent is not None and self.ctx.parent is not None
        end, self.ins, consumes, keeps = self.ctx.call.end, self.ctx.call, self.ctx.consumes, self.ctx.keeps
        self.frame, self.ctx = self.frame.parent, self.ctx.parent
        self.in_cells.clear()
        result.slot = -1
        if consumes >= 0:
            if not keeps:
                self.drop(result)
            for entry in self.popn(consumes):
                self.drop(entry)
        if keeps or consumes < 0:
            self.frame.stack.append(result)
        self.jump_to(end)

    # -- jumps ---------------------------------------------------------------------------------------------

    def jump_to(self, offset: int) -> None:
        """Ends the block: control goes to bytecode `offset` with the current frame."""
        target = self.ctx.decoded.instructions[offset]
        leaves = self.ctx.decoded.leaves_loop(self.ins.offset, offset)
        if (not leaves and self.ctx.profile.never_seen(self.ins.offset, target.offset)) or self._other_phase(target):
            self._leave_unseen(target)
            return
        if self.check_tools:
            self.check_tools = False
            self.emit("check_tracing", state=self.state_at(offset))
        self._settle()
        key = shape(self.frame)
        known = self.ctx.versions.setdefault(offset, [])
        block = next((b for k, b in known if k == key), None)
        if block is None and len(known) >= self.budget.versions:
            for other, _ in known:
                key = join(key, other)
            self._convert(key)
            key = shape(self.frame)
            block = next((b for k, b in known if k == key), None)
        if block is None:
            if len(known) > 16:
                raise RefusedError("too_big", f"{self.code.co_qualname}: too many shapes at {offset}")
            block = self._new_version(offset, key)
        self.goto(block, *self._edge_args(key))

    def _other_phase(self, target: Instruction) -> bool:
        """True for a loop that did not run at all while another part of the function was recorded: it gets a region of its own when it does."""
        profile = self.ctx.profile
        own = self.kind == "loop" and target.start == self.snapshot["header"]
        around = [(start, end) for start, end in self.ctx.decoded.loops if start <= target.start < end]
        if own or all(start < target.start for start, _ in around) or profile.failed(target.start, "never_seen"):
            return False
        return profile.busy and not any(profile.ran(start, end) for start, end in around)

    def _new_version(self, offset: int, key: Shape) -> Block:
        block = self.function.block(f"@{offset}")
        seen: set[int] = set()
        for part in _parts(key):
            for repr_ in _param_reprs(part, seen):
                block.params.append(self.function.value(repr_))
        self.ctx.versions[offset].append((key, block))
        self.work.append((self.ctx, offset, key, block))
        return block

    def _settle(self) -> None:
        """Before a jump: nothing is borrowed from what has no name."""
        for frame in self.frame.chain():
            for entry in frame.stack:
                if entry.own == CONST and entry.val.known is None:
                    self.emit("incref", self.box(entry))
                    entry.own = OWNED

    def _convert(self, key: Shape) -> None:
        """Turns the current frame into one of shape `key` (a join of its own shape with others)."""
        for frame, (locals_, stack) in zip(self.frame.chain(), key, strict=True):
            for local, part in zip(frame.locals, locals_, strict=True):
                if part[0] in ("boxed", "maybe", "held") and local.kind in ("raw", "rawslot", VIRTUAL) and local.val is not None:
                    self.give_box(local.val)
            for i, part in enumerate(locals_):
                before = frame.locals[i].val
                frame.locals[i] = self._converted(frame.locals[i], part)
                if frame.parent is None and before is not None:
                    self._repoint(i, before, frame.locals[i].val)
            for entry, part in zip(frame.stack, stack, strict=True):
                if part[0] == OWNED and entry.own == NULL:
                    entry.val = Val(box=self.emit("null"))
                elif part[0] == OWNED and entry.own != OWNED:
                    self.own(entry)
                if part[0] == OWNED:
                    entry.val = Val(part[1], self.box(entry))
                    entry.own, entry.slot = OWNED, part[2]

    def _repoint(self, slot: int, before: Val, after: Val | None) -> None:
        """A local of the region's own frame has a value of fewer facts now; so have those that borrow it."""
        for place in all_places(self.frame.chain()):
            if place.own == OUTER and place.slot == slot and place.val is before and after is not None:
                if after.box is None:
                    after.box = before.box
                place.val = after

    def _converted(self, local: Local, part: Part) -> Local:
        if part[0] == "none":
            raise RefusedError("internal_error", "a local of inlined code may be unbound")
        if part[0] in ("maybe", "unbound"):
            return Local(part[0])
        val = local.val
        assert val is not None
        if part[0] == VIRTUAL or (part[0] == "held" and part[3] == ()):
            return local
        if part[0] == "held" and part[2] == OWNED:
            if local.own != OWNED:
                self.emit("incref", self._held_box(val))
            return Local("held", Val(part[1], self._held_box(val)), OWNED)
        if part[0] == "boxed":
            return Local("boxed", Val(part[1], val.box))
        return Local(part[0], val, local.own)

    def _edge_args(self, key: Shape) -> list[Value]:
        args: list[Value] = []
        seen: set[int] = set()
        for part, place in zip(_parts(key), self._places(), strict=True):
            args += self._place_args(part, place, seen)
        return args

    def _place_args(self, part: Part, place: Local | Entry, seen: set[int]) -> list[Value]:
        assert place.val is not None or not _param_reprs(part, set())
        if part[0] == VIRTUAL:
            assert place.val is not None and place.val.parts is not None
            return [value for inner, entry in zip(part[3], place.val.parts, strict=False) for value in self._place_args(inner, entry, seen)]
        args = []
        for repr_ in _param_reprs(part, seen):
            assert place.val is not None
            value = (self.box(place) if isinstance(place, Entry) else self._held_box(place.val)) if repr_ == "obj" else place.val.raw
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
                    inner.locals.append(self._restore_local(part, [next(params) for _ in _param_reprs(part, seen)], shared, inner.chain()[0].locals))
            for part in stack:
                if part[0] == VIRTUAL:
                    inner.stack.append(Entry(self._restore_virtual(part, params, shared, seen, inner), VIRTUAL))
                else:
                    inner.stack.append(self._restore_entry(part, [next(params) for _ in _param_reprs(part, seen)], shared, inner))
            frame = inner
        assert frame is not None
        self.frame = frame

    def _restore_virtual(self, part: Part, params: Iterator[Value], shared: dict[int, Val], seen: set[int], frame: Symbolic) -> Val:
        """Places that share a tuple share its number; the first of them tells the items."""
        if part[2] in shared:
            return shared[part[2]]
        val = Val(part[1], parts=[], made=part[4])
        for inner in part[3]:
            entry = self._restore_entry(inner, [next(params) for _ in _param_reprs(inner, seen)], shared, frame)
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
        if part[0] in ("unbound", "maybe"):
            return Local(part[0])
        if part[0] == "raw":
            return Local("raw", _shared(part, params, shared))
        if part[0] == "held" and part[2] == CONST and isinstance(part[3], tuple):
            return Local("held", self._known_val(part[1], part[3]), CONST)
        if part[0] == "held" and part[3] == ():
            return Local("held", self._lent(part[4], root), OUTER, part[4])
        if part[0] == "held":
            return Local("held", Val(part[1], params[0], params[1] if len(params) > 1 else None), part[2])
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
        if spec[:2] == ("const", self.ctx.index):
            return self.constant(self.code.co_consts[spec[2]], spec)
        return Val(type_, known=spec)

    def split(self, condition: Value, likely: bool | None = None) -> tuple[Continuation, Continuation]:
        """Branches between two continuations, each with its own copy of the frame."""
        self.state()
        self.dirty()
        twin = self.frame.copy()
        then, other = self.fork(condition, likely)
        facts = self.check_tools, self.epoch, frozenset(self.tested_globals)
        return Continuation(then, self.frame, *facts), Continuation(other, twin, *facts)

    def resume(self, way: Continuation) -> None:
        """Goes on in one of the two ways of `split`."""
        self.block, self.frame = way.block, way.frame
        self.in_cells.clear()
        self.check_tools, self.epoch, self.tested_globals = way.check_tools, way.epoch, set(way.tested_globals)
        self.dirty()


def enter_resumed(b: Builder) -> None:
    """The entry of a generator's region: goes on behind the yield at which the frame stands, with what was sent on its stack."""
    depths = stack_depths(b.ctx.decoded)
    counts = {ins.offset: max(b.profile.count(ins.offset), b.profile.count(ins.end)) for ins in resume_points(b.ctx.decoded)}
    points = sorted(resume_points(b.ctx.decoded), key=lambda ins: -counts[ins.offset])
    often = any(count >= OFTEN for count in counts.values())
    for ins in points:
        if depths.get(ins.end, -1) < 0:
            raise RefusedError("opcode_not_compiled", f"{b.code.co_qualname}: no way leads to {ins.end}")
        if ins is not points[-1]:
            here, other = b.fork(b.emit("resumed_at", offset=ins.offset))
            b.block = here
        b.frame = Symbolic([Local("maybe") for _ in range(b.ctx.nlocals)])
        depth, b.frame.stack = depths[ins.end], []
        for k in range(depth):  # below a callable, which is below what was sent, there may be NULL
            b.frame.stack.append(Entry(Val(box=b.emit("load_slot", index=b.ctx.nlocals + k)), OWNED, MAYBE_NULL if k < depth - 2 else -1))
        if often and ins.name != "RETURN_GENERATOR" and not counts[ins.offset] and not b.profile.failed(ins.end, "never_seen"):
            b.leave("never_seen", b.state_at(ins.end))
        else:
            b.jump_to(ins.end)
        if ins is not points[-1]:
            b.block = other


def _parts(key: Shape) -> list[Part]:
    return [part for frame in key for half in frame for part in half]


def _param_reprs(part: Part, seen: set[int]) -> list[str]:
    """Representations of the block parameters that a part of a shape needs; shared raw values (`seen`) are passed once."""
    kind = part[0]
    if kind == VIRTUAL:
        return [repr_ for inner in part[3] for repr_ in _param_reprs(inner, seen)]
    if kind in (OWNED, OUTER, HEAP):
        return ["obj"]
    if kind in (RAW, "raw"):
        if part[3]:
            if part[3] in seen:
                return []
            seen.add(part[3])
        return [str(part[2])]
    if kind in ("both", "rawslot"):
        return [str(part[2])]
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


