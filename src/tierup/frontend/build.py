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
from collections.abc import Callable
from typing import Any, NamedTuple

from tierup.abi.feeds import LOOP
from tierup.frontend.caught import keeps
from tierup.frontend.context import Context, InlineFailedError, InstructionEnded, RefusedError
from tierup.frontend.decode import (
    Instruction,
    decode,
    is_module,
    line_of,
    paired,
    resume_offset,
    resume_points,
    stack_depths,
    stored_in_loops,
)
from tierup.frontend.emission import NOWHERE
from tierup.frontend.landings import build_landing, enter
from tierup.frontend.profile import OFTEN, Profile
from tierup.frontend.state import (
    CONST,
    HEAP,
    MAYBE_NULL,
    OUTER,
    OWNED,
    SLOT,
    VIRTUAL,
    Entry,
    Local,
    Shape,
    Symbolic,
    Val,
    iterators,
    join,
    join_local,
    shape,
)
from tierup.frontend.trials import Trials
from tierup.frontend.versions import Versions, param_reprs, parts_of
from tierup.ir.graph import Block, Function, Instance, Made, Value
from tierup.ir.types import CAUGHT, NONE, UNKNOWN

MAX_RETRIES = 30

MOST_UNLIKE = 11
"""Versions of one place that are kept apart by which iterators exist: joined, they would be made in each turn."""


class Budget(NamedTuple):
    """How large a region may become: `levels` of inlining, block `versions` at one place, until so many `instructions` are translated (copies count)."""

    levels: int
    versions: int
    instructions: int


BUDGETS = (Budget(5, 4, 900), Budget(2, 3, 400), Budget(1, 2, 800), Budget(1, 1, 1400), Budget(0, 1, 3000))
"""The first is for the whole region. Where it does not fit, the others follow each other while it is built, beginning with the places that run most; what is
left then is left to the interpreter."""

SURELY_LARGE = 200
"""Of functions of which so many bytecodes were seen to run, none fitted into the first budget (19 of 19)."""

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
    trials = Trials()
    builder = _build_trying(snapshot, trials)
    trials.frameless.keep_used(builder)
    return builder


def _build_trying(snapshot: dict[str, Any], trials: Trials) -> Builder:
    if len(snapshot["profile"]) < SURELY_LARGE:
        try:
            return _build_within(snapshot, BUDGETS[:1], trials)
        except RefusedError as refused:
            if refused.reason != "too_big":
                raise
    builder = _build_within(snapshot, BUDGETS[1:], trials)
    return _build_within(snapshot, BUDGETS[1:], trials, no_peeling=True) if builder.full and builder.ctx.decoded.loops else builder


def _build_within(snapshot: dict[str, Any], budgets: tuple[Budget, ...], trials: Trials, no_peeling: bool = False) -> Builder:
    for _ in range(MAX_RETRIES):
        builder = Builder(snapshot, budgets, trials, no_peeling)
        try:
            builder.build()
            return builder
        except InlineFailedError as failed:
            trials.fail(failed.site, failed.detail)
    raise RefusedError("too_big", "too many calls that can't be inlined")


class Continuation(NamedTuple):
    """One of two ways after a branch inside a bytecode: where it goes on and what is known there."""

    block: Block
    frame: Symbolic
    check_tools: bool
    shown: list[Value] | None
    epoch: int
    tested: frozenset[tuple[Any, ...]]


class Builder(Versions):
    """Builds the IR of one region; handlers in `frontend/bytecodes` drive it instruction by instruction."""

    def __init__(self, snapshot: dict[str, Any], budgets: tuple[Budget, ...], trials: Trials, no_peeling: bool = False, kind: str = "") -> None:
        decoded = decode(marshal.loads(snapshot["code"]))
        super().__init__(snapshot, kind or snapshot["kind"], Context(decoded, Profile(snapshot, decoded), -1))
        self.trials = trials
        self.looked: bool = snapshot.get("looks", 1) > 1
        """The recorder has looked several times."""
        self.function.frameless = trials.frameless.functions
        self.plan: dict[tuple[Any, ...], str] = {}
        """What was chosen for each call, and why, for people; sorted by its keys, a call comes before what is done in its function."""
        self.used_supers: dict[tuple[int, int, str], int] = {}
        """(class of self, class of the method, name) -> function: binding tests them again."""
        self.left_out: dict[str, set[str]] = {}
        """What is left to the interpreter, by the reason: it never ran (until it is seen to run after all), or there was no room."""
        self.allowed = self.budgets = budgets
        self.budget = budgets[0]
        """The one that counts now."""
        self.full = False
        """The last one is used up."""
        self.names_are_global = False
        """LOAD_NAME and STORE_NAME mean globals, as in a module."""
        self.varying = stored_in_loops(decoded)
        """Names that are no constants, whatever the snapshot says."""
        self.called_code, self.called_class = -1, UNKNOWN
        """Of what the next CALL calls, which is no constant: PRECALL has tested that it is a function with this code of the snapshot; or the class of the
        instances that were called.
        """
        self.generators: dict[tuple[int, int, int], Context] = {}
        """The generators in line that loops go over, by the loop's context, the offset of its FOR_ITER and the index of their code. (If a context knew those in
        it, all that was told of the program would live until a collection, in a process that compiles by itself.)"""
        self.no_peeling = no_peeling
        """Types that a loop may change are forgotten before it: there is no room for a first turn of its own."""
        self.done = -1
        """Start of a bytecode that the one before has done, too."""
        self.work: list[tuple[Context, int, Shape, Block]] = []
        self.count = 0
        self.done_to: Instruction | None = None
        """The last of the bytecodes behind the current one that its handler has done as well."""
        self.returns = UNKNOWN
        """Of a frameless function: the type of its result, if it is not boxed."""

    # -- driving -------------------------------------------------------------------------------------------

    def build(self) -> Function:
        """Builds the whole region. Raises RefusedError, InlineFailedError."""
        self.block = self.function.block("entry")
        if self.kind == "resume":
            enter_resumed(self)
        else:
            offset = self._enter_call() if self.kind == "call" else self._enter_loop()
            self.require_namespace(offset)
            self.jump_to(offset)
        self.go_on()
        enter(self.function, self.landings)
        return self.function

    def go_on(self) -> None:
        """Builds the blocks that are wanted, and those that they want in turn."""
        while self.work or self.landings.waiting:
            if self.work:
                self._build_block(*self.work.pop(self._next_place()))
            else:
                build_landing(self, *self.landings.waiting.pop())

    def require_namespace(self, offset: int) -> None:
        """At the entry, at `offset`: code may belong to several functions with different globals (who executes a module's code twice has such)."""
        self.guard(self.emit("in_namespace"), "other_namespace", self.state_at(offset))
        self.names_are_global = self.kind == "loop" and is_module(self.code) and not self.profile.failed(offset, "other_namespace")
        if self.names_are_global:
            self.guard(self.emit("locals_are_globals"), "other_namespace", self.state_at(offset))

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
        self.viewed = []
        self.check_tools = False
        self.shown = None
        self.kwnames, self.keywords, self.called_code, self.called_class = None, NOWHERE, -1, UNKNOWN
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
            if offset != start and self._never_seen(ins, 1 if self.looked else OFTEN):
                self._leave_out(ins, "never_seen")
                return
            if offset != start:
                self.half = self.ins if self.half is None and paired(self.ins, ins) else None
            self._translate(ins)
            if self.done_to is not None:
                self.ins, ins, self.done_to = self.done_to, self.done_to, None
            offset = ins.end

    def _next_budget(self) -> None:
        if len(self.budgets) > 1:
            self.budgets = self.budgets[1:]
            self.budget = self.budgets[0]
        elif len(self.allowed) > 1:
            self.full = True
        else:
            raise RefusedError("too_big", self.code.co_qualname)

    def _next_place(self) -> int:
        """Which of the blocks waiting comes next: the one that came last; where budgets follow each other, the one that runs most."""
        if len(self.allowed) == 1:
            return -1
        return max(range(len(self.work)), key=lambda place: (self.work[place][0].often(self.work[place][1]), place))

    def _leave_out(self, ins: Instruction, reason: str) -> None:
        self.left_out.setdefault(reason, set()).add(f"{self.ctx.code.co_qualname}:{line_of(self.ctx.code, ins.offset)}")
        state = self.state_at(ins.start)
        self.check_tools = False
        self.leave(reason, state)

    def _translate(self, ins: Instruction) -> None:
        self.ins = ins
        if ins.start == self.done:
            return
        self._before = None
        self._height = len(self.frame.stack)
        self.count += 1
        if self.count > self.budget.instructions:
            self._next_budget()
        if self.full:
            self._leave_out(ins, "does_not_fit")
            return
        if self.check_tools:
            self.behind_escape(self.state)
        if not self.inlined and self.frame.stack and not keeps(ins, self.frame.stack[-1].val.type == CAUGHT):
            self.settle_caught()
        handler = HANDLERS.get(ins.name)
        if handler is None:
            self.leave("left")
            return
        try:
            handler(self, ins)
        except InstructionEnded:
            assert self.block is None, "the block goes on"

    # -- inlining ------------------------------------------------------------------------------------------

    def learn_from(self, other: Builder) -> None:
        """What binding has to test, and people are told, of a frameless function."""
        self.profile.used.update(other.profile.used)
        self.profile.used_of_classes.update(other.profile.used_of_classes)
        self.used_supers.update(other.used_supers)
        self.plan.update(other.plan)
        for reason, places in other.left_out.items():
            self.left_out.setdefault(reason, set()).update(places)

    def enter_inlined(
        self,
        function: tuple[Any, ...] | Made | Local,
        index: int,
        site: tuple[int, ...],
        arguments: list[Local],
        consumes: int = -1,
        makes: bool = False,
        keeps: bool = False,
        operator: int = -1,
        closure: tuple[int, ...] = (),
        feed: str = "",
        cells: tuple[Value, ...] = (),
        ends: int = -1,
    ) -> None:
        """The operands of the call are popped: goes on in the callee's code, with these arguments (its first locals). `function`: where the function is in
        the pool, what it is to be made of, or the place that holds it. `closure`: slots of the region's own frame that hold the cells of its free variables
        (its last locals), and `cells` are such cells themselves.
        The others: see FrameState; with `consumes` the operands are still on the stack.
        """
        if self.shown is not None:
            raise self.call_instead()
        ctx = Context(self.callee(index), self.profile_of(index), index, self.ctx)
        ctx.function, ctx.held = ((), True) if isinstance(function, Local) else (function, False)
        ctx.site, ctx.consumes, ctx.makes = site, consumes, makes
        ctx.keeps, ctx.operator, ctx.feed, ctx.ends = keeps, operator, feed, ends
        cells = cells or tuple(self.emit("load_slot", index=slot) for slot in closure)
        rest = [Local("unbound") for _ in range(ctx.nlocals - len(arguments) - len(cells))]
        ctx.cells = {ctx.nlocals - len(closure) + place: slot for place, slot in enumerate(closure)}
        locals_ = arguments + rest + [Local("held", Val(box=cell), OUTER) for cell in cells]
        self.frame = Symbolic([*locals_, function] if isinstance(function, Local) else locals_, [], self.frame)
        ctx.call = self.ins
        ctx.share = ctx.part_of_calls()
        self.ctx = ctx
        self.in_cells.clear()
        start = resume_offset(ctx.decoded)
        self.ins = ctx.decoded.instructions[start]
        self.jump_to(start)

    def unpacks_result(self, count: int) -> bool:
        """Does the caller of the inlined code take what it returns apart at once, into `count` items?"""
        ctx = self.ctx
        if ctx.parent is None or ctx.consumes >= 0 or ctx.feed not in ("", LOOP) or isinstance(ctx.function, Made):
            return False
        following = ctx.parent.decoded.instructions.get(ctx.call.end)
        return following is not None and following.name == "UNPACK_SEQUENCE" and following.arg == count

    def leave_inlined(self) -> None:
        """RETURN_VALUE of inlined code: the result goes to the caller's stack, behind the call."""
        result = self.frame.stack[-1]
        if (self.ctx.makes and result.val.type != NONE) or (self.ctx.operator >= 0 and not result.val.type.known):
            raise InlineFailedError(self.ctx.site, self.here())
        if result.own == VIRTUAL:
            self.pass_tuple(result)
        if result.own in (SLOT, HEAP, OUTER) or (result.own == CONST and result.val.known is None):
            self.emit("incref", self.box(result))
            result.own = OWNED
        self.release_locals()
        self.frame.stack.pop()
        assert self.frame.parent is not None and self.ctx.parent is not None
        end, self.ins, consumes, keeps = self.ctx.call.end, self.ctx.call, self.ctx.consumes, self.ctx.keeps
        self.frame, self.ctx = self.frame.parent, self.ctx.parent
        self.in_cells.clear()
        result.slot = -1
        operands = self.popn(max(consumes, 0))
        if keeps or consumes < 0:
            self.frame.stack.append(result)
        else:
            self.drop(result)
        for entry in operands:
            self.drop(entry)
        self.jump_to(end)

    def pass_tuple(self, result: Entry) -> None:
        """A tuple (or function) that does not exist is made, unless the caller takes it apart: then its items get references of their own."""
        if isinstance(result.val.made, Instance):
            return
        parts = result.val.parts or []
        if result.val.made is not None or not self.unpacks_result(len(parts)):
            self.boxed(result)
            return
        for part in parts:
            if part.own in (SLOT, OUTER):
                self.emit("incref", self.box(part))
                part.own, part.slot = OWNED, -1
        self.dirty()

    # -- jumps ---------------------------------------------------------------------------------------------

    def jump_to(self, offset: int) -> None:
        """Ends the block: control goes to bytecode `offset` with the current frame."""
        target = self.ctx.decoded.instructions[offset]
        if self._never_seen(target) or self._other_phase(target):
            self._leave_out(target, "never_seen")
            return
        if self.check_tools:
            self.behind_escape(lambda: self.state_at(offset))
        self._settle()
        known = self.ctx.versions.setdefault(offset, [])
        in_turns = self.no_peeling and not self.inlined and self.ctx.decoded.is_header(offset)
        if in_turns and not known:
            self._convert(self._in_each_turn(offset))
        key = shape(self.frame)
        block = next((b for k, b in known if k == key), None)
        alike = [other for other, _ in known if len(known) > MOST_UNLIKE or iterators(other) == iterators(key)]
        if block is None and len(alike) >= (1 if in_turns else self.budget.versions):
            for other in alike:
                key = join(key, other)
            self._convert(key)
            key = shape(self.frame)
            block = next((b for k, b in known if k == key), None)
        if block is None:
            if len(known) > 16:
                raise RefusedError("too_big", f"{self.code.co_qualname}: too many shapes at {offset}")
            block = self._new_version(offset, key)
        self.goto(block, *self._edge_args(key))

    def _never_seen(self, target: Instruction, often: int = OFTEN) -> bool:
        """Did the bytecode at hand run so often while it was recorded, but never the one that is to follow? Behind a loop that went round all the time the exit
        is where the recorder looks next; not so in inlined code. Behind a call that took all of the recorder's time, it is, too.
        """
        if self.inlined and self.ctx.decoded.leaves_loop(self.ins.offset, target.offset):
            return False
        return self.ctx.profile.never_seen(self.ins.offset, target.offset, often)

    def _in_each_turn(self, offset: int) -> Shape:
        """The shape of the frame in all turns of the loop that begins at the offset: nothing is known of locals that it stores."""
        [(locals_, stack)] = shape(self.frame)
        stored = self.ctx.decoded.stored_in_loop(offset)
        unknown = {"STORE_FAST": ("boxed", UNKNOWN, ()), "DELETE_FAST": ("maybe",)}
        return ((tuple(join_local(part, unknown[stored[i]]) if i in stored else part for i, part in enumerate(locals_)), stack),)

    def _other_phase(self, target: Instruction) -> bool:
        """True for a loop that did not run at all while another part of the function was recorded: it gets a region of its own when it does. If the recorder
        has looked several times, any other part.
        """
        profile = self.ctx.profile
        own = self.kind == "loop" and target.start == self.snapshot["header"]
        around = [(start, end) for start, end in self.ctx.decoded.loops if start <= target.start < end]
        if own or all(start < target.start for start, _ in around) or profile.failed(target.start, "never_seen"):
            return False
        elsewhere = profile.busy or (self.looked and profile.ran(0, target.start))
        return elsewhere and not any(profile.ran(start, end) for start, end in around)

    def _new_version(self, offset: int, key: Shape) -> Block:
        block = self.function.block(f"@{offset}")
        seen: set[int] = set()
        for part in parts_of(key):
            for repr_ in param_reprs(part, seen):
                block.params.append(self.function.value(repr_))
        self.ctx.versions[offset].append((key, block))
        self.work.append((self.ctx, offset, key, block))
        return block

    def split(self, condition: Value, likely: bool | None = None) -> tuple[Continuation, Continuation]:
        """Branches between two continuations, each with its own copy of the frame."""
        self.state()
        return self.part(condition, likely)

    def part(self, condition: Value, likely: bool | None = None) -> tuple[Continuation, Continuation]:
        """The same where operands have been popped already."""
        self.dirty()
        twin = self.frame.copy()
        then, other = self.fork(condition, likely)
        facts = self.check_tools, self.shown, self.epoch, frozenset(self.tested)
        return Continuation(then, self.frame, *facts), Continuation(other, twin, *facts)

    def resume(self, way: Continuation) -> None:
        """Goes on in one of the two ways of `split`."""
        self.block, self.frame = way.block, way.frame
        self.find_views()
        self.in_cells.clear()
        self.check_tools, self.shown, self.epoch, self.tested = way.check_tools, way.shown, way.epoch, set(way.tested)
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
        b.require_namespace(ins.end)
        if often and ins.name != "RETURN_GENERATOR" and not counts[ins.offset] and not b.profile.failed(ins.end, "never_seen"):
            b.leave("never_seen", b.state_at(ins.end))
        else:
            b.jump_to(ins.end)
        if ins is not points[-1]:
            b.block = other
