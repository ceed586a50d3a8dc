"""A way out of a region as one call: `tierup_leave` (csrc/leave.c) gets the live values as arguments and a list of words that says where they go.

Exits are many and rarely taken. Written out, they were most of what LLVM had to select instructions and registers for.
"""

from __future__ import annotations

from tierup.backend.builder import Builder
from tierup.ir.graph import FrameState, Landing, Made, StackItem, Value
from tierup.ir.verify import frames_of

(
    LEAVE, LEAVE_ERROR, LEAVE_NULL, LEAVE_RAISED, STAY, STAND, DROP, PUT, SHARE, CLEAR, BOX_INT, BOX_FLOAT, BOX_BOOL, BOX_INT_ONCE, BOX_FLOAT_ONCE, SAME,
    SAME_ONCE, FRAME, MADE, FUNCTION, LAND,
) = range(21)  # fmt: skip
"""Kinds of words, as in csrc/leave.c."""

MAX_FRAMES = 16
MAX_ITEMS = 250
"""Somewhat less than there is room for in csrc/leave.c."""


class Packed:
    """The words and arguments of one way out."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.words: list[int] = []
        self.arguments: list[str] = []
        self.boxes: dict[Value, int] = {}

    def word(self, kind: int, place: int = 0, more: int | None = None) -> None:
        self.words.append(kind | place << 8)
        if more is not None:
            self.words.append(more)

    def raw(self, value: Value, place: int, once: bool = False) -> None:
        """The one box of an unboxed value."""
        if value in self.boxes:
            self.word(SAME_ONCE if once else SAME, place, self.boxes[value])
            return
        self.boxes[value] = len(self.boxes)
        operand = self.b.operand(value)
        if value.repr == "i1":
            self.word(BOX_BOOL, place)
            self.arguments.append(f"i32 {self.b.op(f'zext i1 {operand} to i32')}")
        elif value.repr == "i64":
            self.word(BOX_INT_ONCE if once else BOX_INT, place)
            self.arguments.append(f"i64 {operand}")
        else:
            self.word(BOX_FLOAT_ONCE if once else BOX_FLOAT, place)
            self.arguments.append(f"double {operand}")

    def item(self, item: StackItem, place: int) -> None:
        """A stack entry, or a local of inlined code."""
        if item.made is not None:
            self.word(FUNCTION, place, len(item.made.cells))
            self.make(item.made)
        elif item.value is None:
            self.word(CLEAR, place)
        elif item.value.repr != "obj":
            self.raw(item.value, place)
        elif self.b.operand(item.value) == "null":
            self.word(CLEAR, place)
        else:
            self.word(PUT if item.owned else SHARE, place)
            self.arguments.append(f"ptr {self.b.operand(item.value)}")

    def make(self, made: Made) -> None:
        """What a function is made of."""
        self.words += made.cells
        self.arguments += [f"ptr {self.b.constant(('const', made.creator, made.const))}", f"ptr {self.b.constant(('globals', made.creator))}"]

    def drop(self, value: Value) -> None:
        """A reference is released."""
        if self.b.operand(value) != "null":
            self.word(DROP)
            self.arguments.append(f"ptr {self.b.operand(value)}")

    def locals(self, state: FrameState) -> None:
        """Raw locals of the region's own frame."""
        for index, value in sorted(state.raw, key=lambda pair: pair[0] not in state.half):
            self.raw(value, index, index in state.half)

    def stack(self, state: FrameState) -> None:
        for depth, item in enumerate(state.stack):
            self.item(item, self.b.nlocalsplus + depth)

    def frame(self, state: FrameState, offset: int) -> None:
        """A frame of inlined code."""
        items = state.locals + state.stack
        if state.made is not None:
            self.word(MADE, len(state.made.cells))
            self.make(state.made)
        self.word(FRAME, len(items), offset)
        self.arguments += [f"ptr {self.b.operand(state.function)}"] if state.function is not None else []
        self.arguments.append(f"ptr {self.b.constant(('code', state.code_index))}")
        for place, item in enumerate(items):
            self.item(item, place)

    def call(self, end: int, offset: int, top: int) -> str:
        """Writes the call; the status that the region is to return."""
        self.word(end)
        table = self.b.table([offset, top, *self.words])
        arguments = ", ".join(["ptr %f", f"ptr {table}", *self.arguments])
        return self.b.op(f"call ptr (ptr, ptr, ...) {self.b.symbol('tierup_leave')}({arguments}) #1")

    def finish(self, end: int, offset: int, top: int) -> None:
        """The same, and the block ends."""
        self.b.do(f"ret ptr {self.call(end, offset, top)}")


def fits(state: FrameState) -> bool:
    """False for states that `tierup_leave` has no words or no room for: tuples still to be made, callers that drop the result, many values."""
    frames = list(frames_of(state))
    if any(f.consumes >= 0 or any(item.parts is not None and item.made is None for item in f.stack + f.locals) for f in frames):
        return False
    return len(frames) <= MAX_FRAMES and sum(len(f.stack) + len(f.locals) + len(f.raw) + len(f.drop) for f in frames) <= MAX_ITEMS


def leave(b: Builder, state: FrameState) -> None:
    """The interpreter goes on; the exit's id is stored already."""
    packed = Packed(b)
    outer = _inlined(packed, state, raising=False) if state.parent is not None else state
    if outer is state:
        packed.locals(state)
        packed.stack(state)
    packed.finish(LEAVE, outer.offset - b.layout["sizeof._Py_CODEUNIT"], b.nlocalsplus + len(outer.stack))


def show(b: Builder, state: FrameState, position: int) -> dict[Value, str]:
    """Somebody may look at the frame, which stands at `position`: the raw locals get boxes, in their slots. Those that the stack shares are returned."""
    packed = Packed(b)
    packed.word(STAND, 0, position)
    packed.locals(state)
    packed.call(STAY, 0, 0)
    wanted = {item.value for item in state.stack}
    return {value: b.load("ptr", b.slot(index), "slots") for index, value in state.raw if value in wanted}


def landing_of(state: FrameState) -> Landing | None:
    """Where what is raised in the state is handled by compiled code."""
    *_, outer = frames_of(state)
    return outer.landing


def landing_flags(landing: Landing) -> int:
    """As in csrc/helpers_handlers.c."""
    return int(landing.lasti) | int(landing.bare) << 1


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
        return packed.call(LEAVE_RAISED, outer.offset - b.layout["sizeof._Py_CODEUNIT"], b.nlocalsplus + len(outer.stack))
    packed.locals(state)
    if state.handled:
        packed.stack(state)
        return packed.call(LEAVE_ERROR, 0, b.nlocalsplus + len(state.stack))
    for item in reversed(state.stack):
        if item.owned and item.value is not None:
            packed.drop(item.value)
    return packed.call(LEAVE_NULL, 0, 0)


def _inlined(packed: Packed, state: FrameState, raising: bool) -> FrameState:
    """The frames of inlined code; the interpreter finishes them, and the region's frame, which is returned, goes on behind the call."""
    *inlined, outer = frames_of(state)
    unit = packed.b.layout["sizeof._Py_CODEUNIT"]
    packed.locals(outer)
    packed.stack(outer)
    for frame in reversed(inlined):
        packed.frame(frame, frame.offset if raising and frame is state else frame.offset - unit)
    return outer
