"""The graph: functions of blocks of instructions on SSA values, with frame states.

Blocks have parameters instead of phi nodes; `jump` and `branch` pass arguments (held in `Edge`s). Concrete classes are never subclassed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tierup.ir.ops import OPS, Op


@dataclass(eq=False, slots=True)
class Value:
    """An SSA value: result of an instruction or parameter of a block."""

    id: int
    repr: str
    note: str = ""

    def __str__(self) -> str:
        return f"%{self.id}"


class Made(NamedTuple):
    """A function that MAKE_FUNCTION would have made, and that nothing has needed as an object so far."""

    creator: int
    """Index of the code that makes it (-1: the region's own)."""
    const: int
    """Its code is that constant of the creator."""
    cells: tuple[int, ...]
    """Its closure: slots of the region's own frame that hold cells."""


class Instance(NamedTuple):
    """An instance that the call of a class of the program would have made, and that nothing has needed as an object so far."""

    cls: int
    """Ref of the class."""
    places: tuple[int, ...] = ()
    """Of the attributes it has, in the order in which they were set: the index among the inline values. Their values are the parts."""


class Counting(NamedTuple):
    """The iterator of a range that has not been made, and that nothing has needed as an object so far. Its parts are numbers: the next one, where the range
    begins, where it ends, and, unless that is known, its step, which is positive.
    """

    step: int
    """0: it is not known."""


class Suspended(NamedTuple):
    """A generator that is suspended and does not exist. Its parts are its locals (NULL: unbound), its function, and its operand stack."""

    code: int
    """Index of its code."""
    at: int
    """Offset of the YIELD_VALUE where it stands; of RETURN_GENERATOR: it has not begun."""


Virtual = Made | Instance | Counting | Suspended
"""What a value is to be made of that does not exist; a tuple has none of these."""


@dataclass(frozen=True, slots=True)
class StackItem:
    """One operand-stack entry of a frame state.

    `value` None is a NULL on the stack (PUSH_NULL). `owned`: the state takes the reference over; else (borrowed) an exit adds one. Raw values are
    boxed by the exit.
    `bound`: if this flag is not set, there is no value (a local).
    `parts`: a tuple that does not exist yet: the exit makes it of these items, once for all places with the same `key`; `value` is None then.
    `made`: so with a function, which has no parts, with an instance, whose attributes they are, with the iterator of a range and with a generator.
    """

    value: Value | None
    owned: bool = False
    parts: tuple[StackItem, ...] | None = None
    key: int = 0
    made: Virtual | None = None
    bound: Value | None = None

    def leaves(self) -> tuple[StackItem, ...]:
        """The items that hold values: this one, or its parts."""
        return (self,) if self.parts is None else tuple(leaf for part in self.parts for leaf in part.leaves())


class Landing(NamedTuple):
    """Where compiled code goes on with what was raised in the region's own code: the frame is complete (all locals in their slots), its operand stack is cut to
    `level` entries, then the position (if `lasti`) and the exception are pushed. The block begins with nothing but what is in the frame.
    """

    block: int
    """Id of a block to which the entry's `enter` leads."""
    level: int
    lasti: bool = False
    bare: bool = False
    """Raised again: no traceback entry is due, and the frame's position is already what it is to be."""
    lazy: bool = False
    """The exception is not made: in its place is what stands for it (csrc/helpers_caught.c), and PUSH_EXC_INFO is done."""


@dataclass(frozen=True, slots=True)
class FrameState:
    """Where the interpreter would stand: byte offset of the next (exit) or raising (raise) bytecode, operand stack bottom first.

    `raw`: locals whose slot is NULL and whose value lives unboxed: (slot index, value); an exit boxes them into their slots. The same value is
    boxed once, however often it occurs. `drop`: owned references to release on the way out of a raising instruction before the stack is dealt with
    (its consumed operands, in this order).
    `half`: those of the raw locals whose slot may hold the box already.
    `handled` (raise only): an exception-table entry covers the offset, so the interpreter must look for the handler with the stack in place; else the
    stack is released top first. (Of inlined code the interpreter finishes the frames in any case.) `landing`: where the handler is compiled code, too; of
    inlined code it stands in the state of the region's own frame.
    """

    offset: int
    stack: tuple[StackItem, ...] = ()
    raw: tuple[tuple[int, Value], ...] = ()
    drop: tuple[Value, ...] = ()
    handled: bool = False
    landing: Landing | None = None
    half: tuple[int, ...] = ()
    parent: FrameState | None = None
    """Inlined code: the state of the caller, which goes on behind the call (`offset`) with the result pushed. Then `function` or `made`, `locals` and
    `code_index` are set.
    """
    function: Value | None = None
    lent: bool = True
    """Somebody else holds the function; if not, the reference is taken over."""
    made: Made | None = None
    """The function is still to be made."""
    locals: tuple[StackItem, ...] = ()
    """Inlined code: all locals (value None: unbound). Of the region's own frame: those that are tuples or instances that do not exist yet, the others NULL;
    () if there are none.
    """
    code_index: int = -1
    """Which of the snapshot's codes the offset belongs to (-1: the region's own)."""
    consumes: int = -1
    """State of a caller in which something other than CALL runs inlined code: that many entries on top of the stack are released behind it, deepest first,
    and the result is dropped. `offset` is then where the caller stands meanwhile, `resumes` where it goes on.
    """
    resumes: int = -1
    keeps: bool = False
    """With `consumes`: the result is not dropped, but pushed in place of what is released."""
    operator: int = -1
    """With `keeps`: the caller's bytecode is an operator, and the result may be NotImplemented: number of the operator for `special_rest`."""
    feed: str = ""
    """Inlined code of a generator: its values go to this row of abi/feeds.py, which gathers them on top of the caller's stack; or to a loop there."""
    ends: int = -1
    """State of a caller whose FOR_ITER runs the inlined code of a generator, which is to be in the topmost entry, or (with `consumes`) a `__next__` of what is
    there: where it goes on when that has ended.
    """
    shown: bool = False
    """Inlined code whose frames exist, with their locals (`locals` is empty)."""
    bound: tuple[tuple[int, Value], ...] = ()
    """Raw locals that have their value only if a flag is set, and are unbound else: (slot index, i1)."""
    makes: bool = False
    """With `consumes`: an __init__, which must return None; the entry below those consumed is the instance, the result of the call."""

    @property
    def leaves(self) -> list[StackItem]:
        """All items of stack and locals that hold values; a tuple that is still to be made counts as its parts (once)."""
        found: list[StackItem] = []
        keys: set[int] = set()
        for item in self.stack + self.locals:
            if item.parts is None or item.key not in keys:
                found.extend(item.leaves())
            if item.parts is not None:
                keys.add(item.key)
        return found


@dataclass(eq=False, slots=True)
class Edge:
    """A way to a block with the arguments for its parameters."""

    block: Block
    args: list[Value]


@dataclass(eq=False, slots=True)
class Instr:
    """One instruction. `attrs` as declared in the op's row; `targets` for terminators."""

    op: str
    args: list[Value]
    attrs: dict[str, Any]
    result: Value | None = None
    state: FrameState | None = None
    targets: list[Edge] = field(default_factory=list)
    offset: int = -1
    """Bytecode offset this instruction was made for: position stored before it raises or escapes."""

    @property
    def row(self) -> Op:
        return OPS[self.op]


@dataclass(eq=False, slots=True)
class Block:
    """A basic block; the last instruction is its terminator."""

    id: int
    params: list[Value] = field(default_factory=list)
    instrs: list[Instr] = field(default_factory=list)
    note: str = ""
    cold: bool = False

    def __str__(self) -> str:
        return f"b{self.id}"


FRAMELESS = "frameless"
"""The kind of a function that is called by compiled code only and has no frame: those of its caller and its own are rebuilt if it has to be left."""


@dataclass(eq=False, slots=True)
class Function:
    """A region being compiled, or a frameless function of one. `blocks[0]` is the entry and has no parameters.

    `frameless`: the functions without frames that the region calls, in the order of their numbers; they share the list. Such a function has `params`, the
    representations of its arguments, and `returns`, that of its result.
    """

    name: str
    kind: str
    code_offset_base: int = 0
    nlocalsplus: int = 0
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    next_value: int = 0
    next_block: int = 0
    frameless: list[Function] = field(default_factory=list)
    params: tuple[str, ...] = ()
    returns: str = ""

    def value(self, repr_: str, note: str = "") -> Value:
        """A fresh value of that representation."""
        self.next_value += 1
        return Value(self.next_value, repr_, note)

    def block(self, note: str = "") -> Block:
        """A fresh, empty block, appended to the function."""
        block = Block(self.next_block, note=note)
        self.next_block += 1
        self.blocks.append(block)
        return block
