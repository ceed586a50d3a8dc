"""A way out of a region as one call: `tierup_leave` (csrc/leave.c) gets the live values as arguments and a list of words that says where they go.

Exits are many and rarely taken. Written out, they were most of what LLVM had to select instructions and registers for.
"""

from __future__ import annotations

from dataclasses import replace

from tierup.abi import feeds
from tierup.backend.builder import Builder
from tierup.ir.graph import Counting, FrameState, Landing, Made, StackItem, Suspended, Value
from tierup.ir.ops import NUMPY_REPRS
from tierup.ir.verify import frames_of

(
    LEAVE, LEAVE_ERROR, LEAVE_NULL, LEAVE_RAISED, STAY, STAND, DROP, PUT, SHARE, CLEAR, BOX_INT, BOX_FLOAT, BOX_BOOL, BOX_INT_ONCE, BOX_FLOAT_ONCE, SAME,
    SAME_ONCE, FRAME, MADE, FUNCTION, LAND, PARTS, TUPLE, CONSUME, FEED, POOL_PUT, POOL_SHARE,
    SHOWN, INSTANCE, BOUND, LEAVE_LOST, NUMPY, COUNTING, GENERATOR,
) = range(34)  # fmt: skip
"""Kinds of words, as in csrc/leave.c."""

ELSEWHERE, GIVEN = -1, -2
"""In place of a slot of the pool: the function of a frame is an argument, or was just made; an argument whose reference is taken over."""

KEEP, LOOP, NEXT, OPERATOR = 2, 3, 4, 16
"""As in csrc/inlined.c: the result is kept; it is the next item of a loop, from a generator or from `__next__`; it is an operator's, of which the number is
added, and is kept."""


class Packed:
    """The words and arguments of one way out. `there`: objects that raw values have become already, borrowed."""

    def __init__(self, b: Builder, there: dict[Value, str] | None = None) -> None:
        self.b = b
        self.there = there or {}
        self.words: list[int] = []
        self.arguments: list[str] = []
        self.boxes: dict[Value | int, int] = {}
        self.items = self.parts = self.frames = self.level = self.depth = 0

    def word(self, kind: int, place: int = 0, *more: int) -> None:
        self.words += [kind | place << 8, *more]

    def raw(self, value: Value, place: int, once: bool = False) -> None:
        """The one box of an unboxed value."""
        if value in self.there:
            self.object(self.there[value], place, owned=False)
            return
        if value in self.boxes:
            self.word(SAME_ONCE if once else SAME, place, self.boxes[value])
            return
        self.boxes[value] = len(self.boxes)
        self._box(value, place, once)

    def _box(self, value: Value, place: int, once: bool) -> None:
        operand = self.b.operand(value)
        if value.repr in NUMPY_REPRS:
            self.word(NUMPY)
        if value.repr in ("i1", "ni1"):
            self.word(BOX_BOOL, place)
            self.arguments.append(f"i32 {self.b.op(f'zext i1 {operand} to i32')}")
        elif value.repr in ("i64", "ni64"):
            self.word(BOX_INT_ONCE if once else BOX_INT, place)
            self.arguments.append(f"i64 {operand}")
        else:
            self.word(BOX_FLOAT_ONCE if once else BOX_FLOAT, place)
            self.arguments.append(f"double {operand}")

    def perhaps(self, value: Value, flag: Value, place: int) -> None:
        """The box of an unboxed value that no other place holds, if the flag is set."""
        self.word(BOUND)
        self.arguments.append(f"i32 {self.b.op(f'zext i1 {self.b.operand(flag)} to i32')}")
        self.boxes[-1 - len(self.boxes)] = len(self.boxes)
        self._box(value, place, once=False)

    def object(self, operand: str, place: int, owned: bool) -> None:
        """A reference, which is taken over or copied."""
        if operand == "null":
            self.word(CLEAR, place)
            return
        slot = self.b.pooled.get(operand)
        if slot is not None:
            self.word(POOL_PUT if owned else POOL_SHARE, place, slot)
            return
        self.word(PUT if owned else SHARE, place)
        self.arguments.append(f"ptr {operand}")

    def item(self, item: StackItem, place: int) -> None:
        """A stack entry, or a local of inlined code."""
        if item.parts is not None:
            self._once_made(item, item.parts, place)
        elif item.value is None:
            self.word(CLEAR, place)
        elif item.bound is not None:
            self.perhaps(item.value, item.bound, place)
        elif item.value.repr != "obj":
            self.raw(item.value, place)
        else:
            self.object(self.b.operand(item.value), place, item.owned)

    def _once_made(self, item: StackItem, parts: tuple[StackItem, ...], place: int) -> None:
        """What compiled code could do without; made once for all places that have it."""
        if item.key in self.boxes:
            self.word(SAME, place, self.boxes[item.key])
            return
        if isinstance(item.made, Made):
            self.word(FUNCTION, place, len(item.made.cells), *self.make(item.made))
        elif isinstance(item.made, Counting):
            self.word(COUNTING, place)
            self.arguments += [f"i64 {self.b.operand(part.value)}" for part in parts if part.value is not None]
            if item.made.step:
                self.arguments.append(f"i64 {item.made.step}")
        else:
            self.word(PARTS, self.parts)
            self.parts, self.level = self.parts + len(parts), self.level + 1
            self.depth = max(self.depth, self.level)
            self.items = max(self.items, self.parts)
            for index, part in enumerate(parts):
                self.item(part, index)
            self.parts, self.level = self.parts - len(parts), self.level - 1
            if item.made is None:
                self.word(TUPLE, place, len(parts))
            elif isinstance(item.made, Suspended):
                self.word(GENERATOR, place, self.b.pool.slot(("code", item.made.code)), item.made.at, len(parts))
            else:
                self.word(INSTANCE, place, self.b.pool.slot(("object", item.made.cls)), len(parts), *item.made.places)
        self.boxes[item.key] = len(self.boxes)

    def make(self, made: Made) -> tuple[int, ...]:
        """What a function is made of: slots of its code and globals in the pool, and of its cells in the frame."""
        slot = self.b.pool.slot
        return (slot(("const", made.creator, made.const)), slot(("globals", made.creator)), *made.cells)

    def drop(self, value: Value) -> None:
        """A reference is released."""
        if self.b.operand(value) != "null":
            self.word(DROP)
            self.arguments.append(f"ptr {self.b.operand(value)}")

    def release(self, item: StackItem) -> None:
        """What a stack entry owns, unless it was made for another place."""
        if item.parts is None:
            if item.owned and item.value is not None:
                self.drop(item.value)
        elif item.key not in self.boxes:
            self.boxes[item.key] = -1
            for part in reversed(item.parts):
                self.release(part)

    def give_up(self, state: FrameState) -> None:
        """Behind `show`: the virtual locals are objects in their slots, which have references of their own."""
        for item in state.locals:
            self.release(item)

    def consume(self, state: FrameState) -> None:
        """What becomes of the result of inlined code that was not CALLed."""
        unit = self.b.layout["sizeof._Py_CODEUNIT"]
        if state.ends >= 0:
            behind, resumes = (NEXT, state.resumes) if state.consumes >= 0 else (LOOP, state.offset)
            self.word(CONSUME, state.ends - unit, behind, resumes - unit)
        elif state.consumes >= 0:
            behind = OPERATOR + state.operator if state.operator >= 0 else KEEP if state.keeps else int(state.makes)
            self.word(CONSUME, state.consumes, behind, state.resumes - unit)

    def locals(self, state: FrameState) -> None:
        """Raw and virtual locals of the region's own frame."""
        bound = dict(state.bound)
        for index, value in sorted(state.raw, key=lambda pair: pair[0] not in state.half):
            if index in bound:
                self.perhaps(value, bound[index], index)
            else:
                self.raw(value, index, index in state.half)
        for index, item in enumerate(state.locals):
            if item.parts is not None:
                self.item(item, index)

    def stack(self, state: FrameState) -> None:
        for depth, item in enumerate(state.stack):
            self.item(item, self.b.nlocalsplus + depth)

    def frame(self, state: FrameState, offset: int) -> None:
        """A frame of inlined code."""
        items = state.locals + state.stack
        self.items = max(self.items, len(items))
        self.frames += 1
        if state.made is not None:
            self.word(MADE, len(state.made.cells), *self.make(state.made))
        function = "" if state.function is None else self.b.operand(state.function)
        source = self.b.pooled.get(function, ELSEWHERE) if state.lent else GIVEN  # a constant may be owned, too
        self.word(FRAME, len(items), offset, self.b.pool.slot(("code", state.code_index)), source)
        if function and source in (ELSEWHERE, GIVEN):
            self.arguments.append(f"ptr {function}")
        self.consume(state)
        if state.feed:
            self.word(FEED, feeds.NUMBERS[state.feed])
        for place, item in enumerate(items):
            self.item(item, place)

    def shown(self, state: FrameState, offset: int) -> None:
        """A frame of inlined code that exists: what is missing is its stack, and (unless it is -1) its position."""
        self.frames += 1
        self.word(SHOWN, len(state.stack), offset)
        for place, item in enumerate(state.stack):
            self.item(item, place)

    def call(self, end: int, offset: int, top: int) -> str:
        """Writes the call; the status that the region is to return."""
        self.word(end)
        table = self.b.table([offset, top, len(self.boxes), self.items, self.frames, self.depth, *self.words])
        frame, helper = ("null", "tierup_leave_frameless") if self.b.frameless else ("%f", "tierup_leave")
        arguments = ", ".join([f"ptr {frame}", f"ptr {table}", "ptr @pool", *self.arguments])
        return self.b.op(f"call ptr (ptr, ptr, ptr, ...) {self.b.symbol(helper)}({arguments}) #1")

    def finish(self, end: int, offset: int, top: int) -> None:
        """The same, and the block ends."""
        status = self.call(end, offset, top)
        if self.b.frameless:
            self.b.give_up()
        else:
            self.b.do(f"ret ptr {status}")


def leave(b: Builder, state: FrameState, there: dict[Value, str] | None = None) -> None:
    """The interpreter goes on; the exit's id is stored already. `there`: the objects that raw values have become, those of locals in their slots."""
    packed = Packed(b, there)
    outer = _inlined(packed, state, raising=False) if state.parent is not None else state
    if outer is state:
        if there is None:
            packed.locals(state)
        else:
            packed.give_up(state)
        packed.stack(state)
    packed.finish(LEAVE, _behind(b, outer), b.nlocalsplus + len(outer.stack))


def lost(b: Builder, state: FrameState) -> None:
    """A frameless function that was called has been left. The frames that it has told of come on top of those here; `state` is behind the call."""
    packed = Packed(b)
    outer = _inlined(packed, state, raising=False) if state.parent is not None else state
    if outer is state:
        packed.locals(state)
        packed.stack(state)
    packed.finish(LEAVE_LOST, _behind(b, outer), b.nlocalsplus + len(outer.stack))


def complete(b: Builder, state: FrameState, there: dict[Value, str]) -> None:
    """An exception is set, and the frame is complete but for its stack."""
    packed = Packed(b, there)
    packed.give_up(state)
    packed.stack(state)
    packed.call(LEAVE_ERROR, 0, b.nlocalsplus + len(state.stack))


def show(b: Builder, state: FrameState, position: int) -> dict[Value, str]:
    """Somebody may look at the frame, which stands at `position`: the raw locals get boxes, in their slots. Those that the stack has, too, are returned."""
    packed = Packed(b)
    packed.word(STAND, 0, position)
    packed.locals(replace(state, locals=tuple(map(_lent, state.locals))))
    packed.call(STAY, 0, 0)
    wanted = {part.value for item in state.stack for part in item.leaves()}
    perhaps = {index for index, _ in state.bound}
    return {value: b.load("ptr", b.slot(index), "slots") for index, value in state.raw if value in wanted and index not in perhaps}


def _lent(item: StackItem) -> StackItem:
    """The same, but the region keeps the references that it has."""
    return replace(item, owned=False, parts=None if item.parts is None else tuple(map(_lent, item.parts)))


def suspend(b: Builder, state: FrameState) -> None:
    """A generator yields: its operand stack goes to the frame."""
    simple = all(item.parts is None and item.value is not None and item.value.repr == "obj" and item.owned for item in state.stack)
    if simple and not state.raw and not state.locals:
        for depth, item in enumerate(state.stack):
            b.store("ptr", b.operand(item.value), b.slot(b.nlocalsplus + depth), "slots")  # type: ignore[arg-type]
        return
    packed = Packed(b)
    packed.locals(state)
    packed.stack(state)
    packed.call(STAY, 0, 0)


def landing_of(state: FrameState) -> Landing | None:
    """Where what is raised in the state is handled by compiled code."""
    *_, outer = frames_of(state)
    return outer.landing


def landing_flags(landing: Landing) -> int:
    """As in csrc/helpers_handlers.c."""
    return int(landing.lasti) | int(landing.bare) << 1 | int(landing.lazy) << 2


def unwind(b: Builder, state: FrameState, stored: bool) -> str:
    """An exception is set; `stored`: so is the frame's position. The status that the region is to return; of a state with a landing: unless it is NULL."""
    packed = Packed(b)
    landing = landing_of(state)
    if landing is not None:
        packed.word(LAND, landing.level, landing_flags(landing))
    if not stored and state.parent is None and not (landing and landing.bare):
        packed.word(STAND, 0, state.offset)
    for value in state.drop:
        packed.drop(value)
    if state.parent is not None:
        outer = _inlined(packed, state, raising=True)
        return packed.call(LEAVE_RAISED, _behind(b, outer), b.nlocalsplus + len(outer.stack))
    packed.locals(state)
    if state.handled:
        packed.stack(state)
        return packed.call(LEAVE_ERROR, 0, b.nlocalsplus + len(state.stack))
    for item in reversed(state.stack):
        packed.release(item)
    return packed.call(LEAVE_NULL, 0, 0)


def _behind(b: Builder, state: FrameState) -> int:
    """Where prev_instr stands: behind a call, or at the bytecode that is to go on with the result."""
    return state.offset - (b.layout["sizeof._Py_CODEUNIT"] if state.consumes < 0 else 0)


def _inlined(packed: Packed, state: FrameState, raising: bool) -> FrameState:
    """The frames of inlined code; the interpreter finishes them, and the region's frame, which is returned, goes on behind the call."""
    *inlined, outer = frames_of(state)
    packed.locals(outer)
    packed.consume(outer)
    packed.stack(outer)
    for frame in reversed(inlined):
        if frame.shown:
            packed.shown(frame, -1 if raising or frame is not state else _behind(packed.b, frame))
        else:
            packed.frame(frame, frame.offset if raising and frame is state else _behind(packed.b, frame))
    return outer
