"""Slices of lists that go straight into a slice of a list: `a[i:j] = b[k:l:m]` and `a[i:j] = b[k:l] + c[m:n] + d[o:p]`. No list is made for them.

Nothing in such a statement but its end can be seen by anybody, so everything is found out before its first BUILD_SLICE, where the exits lead to.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import require_int, require_type, unboxable
from tierup.frontend.bytecodes.slices import LEAST, MOST, is_list, step_of
from tierup.frontend.decode import Instruction
from tierup.frontend.state import CONST, RAW, VIRTUAL, Entry
from tierup.ir.graph import Value
from tierup.ir.types import INT, LIST, NONE

PARTS = 3
"""The helper list_splice takes so many."""

SUMS = {0: "i64_add", 10: "i64_sub"}
"""By the oparg of BINARY_OP."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A bound that is still to be added up."""

    op: str
    left: Number
    right: Number


Number = Entry | Sum


@dataclass(frozen=True, slots=True)
class Range:
    """What BUILD_SLICE makes."""

    start: Number
    stop: Number
    step: int


@dataclass(frozen=True, slots=True)
class Part:
    """A slice of a list."""

    owner: Entry
    range: Range


@dataclass(frozen=True, slots=True)
class Joined:
    """A slice, or a sum of slices."""

    parts: tuple[Part, ...]


Operand = Entry | Sum | Range | Joined


@dataclass(frozen=True, slots=True)
class Splice:
    """A statement: where it ends, and what goes where."""

    store: Instruction
    target: Entry
    range: Range
    parts: tuple[Part, ...]


def splice_of_lists(b: Builder, ins: Instruction) -> bool:
    """The bytecodes from BUILD_SLICE to STORE_SUBSCR, if they are such a statement, of locals and constants, and only lists and ints were seen; else False."""
    if b.profile.failed(ins.start):
        return False
    found = Reader(b).read(ins)
    b.ins = ins
    if found is None:
        return False
    b.state()
    for owner in (found.target, *(part.owner for part in found.parts)):
        require_type(b, owner, LIST)
    operands = [b.box(found.target), *_bounds(b, found.range)]
    for part in found.parts:
        operands += [b.box(part.owner), *_bounds(b, part.range)]
    operands.insert(6, b.i64(found.parts[0].range.step))
    for _ in range(PARTS - len(found.parts)):
        operands += [b.emit("null"), b.i64(0), b.i64(0)]
    b.secure_heap()
    b.ins = found.store
    entries = b.popn(ins.arg + 1)
    b.emit("call", *operands, state=b.raising(tuple(entries)), helper="list_splice")
    b.forget_facts()
    for entry in entries:
        b.drop(entry)
    b.done_to = found.store
    return True


def _bounds(b: Builder, found: Range) -> tuple[Value, Value]:
    """What is left out is as far away as possible."""
    return _number(b, found.start, found.step < 0), _number(b, found.stop, found.step > 0)


def _number(b: Builder, number: Number, most: bool) -> Value:
    if isinstance(number, Sum):
        return b.emit(number.op, _number(b, number.left, False), _number(b, number.right, False), state=b.state())
    if number.val.type == NONE:
        return b.i64(MOST if most else LEAST)
    return require_int(b, number)


class Reader:
    """Executes a statement without emitting anything."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.stack: list[Operand] = []

    def read(self, ins: Instruction) -> Splice | None:
        """The statement that begins with the operands of this BUILD_SLICE; None if it is no splice."""
        b, following = self.b, self.b.ctx.decoded.instructions
        self.stack += b.top(ins.arg + 1)
        while True:
            b.ins = ins
            if ins.name == "STORE_SUBSCR":
                return self.splice(ins)
            if not self.step(ins):
                return None
            if ins.end in b.ctx.joins or ins.end not in following:
                return None
            ins = following[ins.end]

    def step(self, ins: Instruction) -> bool:
        """One bytecode; False if it can't be part of a splice."""
        if ins.name == "LOAD_FAST":
            return self.push(self.b.entry_of_local(ins.arg))
        if ins.name == "LOAD_CONST":
            val = self.b.constant(self.b.code.co_consts[ins.arg], ("const", self.b.ctx.index, ins.arg))
            return self.push(Entry(val, RAW if val.exact_unboxed else CONST))
        if ins.name == "BUILD_SLICE":
            return self.build(ins)
        if ins.name == "BINARY_SUBSCR" and len(self.stack) > 1:
            return self.take(ins)
        return ins.name == "BINARY_OP" and len(self.stack) > 1 and self.add(ins)

    def push(self, operand: Operand | None) -> bool:
        """False if there is none."""
        if operand is not None:
            self.stack.append(operand)
        return operand is not None

    def number(self, operand: Operand, depth: int) -> bool:
        """Is it sure, or expected, to be an int?"""
        return isinstance(operand, Sum) or (isinstance(operand, Entry) and operand.own != VIRTUAL and unboxable(self.b, operand, depth) == INT)

    def build(self, ins: Instruction) -> bool:
        """BUILD_SLICE"""
        operands = self.stack[-ins.arg :]
        del self.stack[-ins.arg :]
        step = step_of(operands[2]) if ins.arg == 3 and isinstance(operands[2], Entry) else int(ins.arg == 2)
        start, stop = operands[:2]
        if not step or not self.bound(start, ins.arg - 1) or not self.bound(stop, ins.arg - 2):
            return False
        assert isinstance(start, Number) and isinstance(stop, Number)
        return self.push(Range(start, stop, step))

    def bound(self, operand: Operand, depth: int) -> bool:
        """Is it an int or None?"""
        return (isinstance(operand, Entry) and operand.val.type == NONE) or self.number(operand, depth)

    def take(self, ins: Instruction) -> bool:
        """BINARY_SUBSCR"""
        owner, taken = self.stack[-2:]
        del self.stack[-2:]
        if not isinstance(owner, Entry) or not isinstance(taken, Range) or owner.own == VIRTUAL or not is_list(self.b, owner, ins, 1):
            return False
        return self.push(Joined((Part(owner, taken),)))

    def add(self, ins: Instruction) -> bool:
        """BINARY_OP: of numbers, or of slices."""
        left, right = self.stack[-2:]
        del self.stack[-2:]
        if ins.arg in SUMS and self.number(left, 1) and self.number(right, 0):
            assert isinstance(left, Number) and isinstance(right, Number)
            return self.push(Sum(SUMS[ins.arg], left, right))
        if ins.arg or not isinstance(left, Joined) or not isinstance(right, Joined):
            return False
        parts = left.parts + right.parts
        return len(parts) <= PARTS and all(part.range.step == 1 for part in parts) and self.push(Joined(parts))

    def splice(self, ins: Instruction) -> Splice | None:
        """STORE_SUBSCR"""
        if len(self.stack) != 3:
            return None
        value, target, range_ = self.stack
        if not isinstance(value, Joined) or not isinstance(target, Entry) or not isinstance(range_, Range) or range_.step != 1:
            return None
        return Splice(ins, target, range_, value.parts) if target.own != VIRTUAL and is_list(self.b, target, ins, 1) else None
