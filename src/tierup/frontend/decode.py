"""Code object -> version-neutral instructions, jump targets, exception ranges, loops, stack depths."""

from __future__ import annotations

import dis
import opcode
from types import CodeType
from typing import NamedTuple


class Instruction(NamedTuple):
    """One bytecode instruction. `offset` is that of the opcode itself (behind EXTENDED_ARGs), `end` that of the next one; `start` that of the first
    EXTENDED_ARG.
    """

    name: str
    arg: int
    start: int
    offset: int
    end: int
    target: int
    """Byte offset of the jump target, -1 if it does not jump."""


CO_OPTIMIZED, CO_NEWLOCALS = 1, 2
"""A function: its locals are in slots, f_locals is a copy; each call has locals of its own."""

NAME_STORES = frozenset(("STORE_NAME", "DELETE_NAME", "STORE_GLOBAL", "DELETE_GLOBAL"))

ATTRIBUTES = frozenset(("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR"))

DELEGATES = 2
"""The argument of a RESUME in the loop around SEND is at least this."""

PAIRS = frozenset(
    (("LOAD_FAST", "LOAD_FAST"), ("LOAD_FAST", "LOAD_CONST"), ("LOAD_CONST", "LOAD_FAST"), ("STORE_FAST", "LOAD_FAST"), ("STORE_FAST", "STORE_FAST"))
)
"""What the interpreter runs as one instruction once the code is warm: an error of the second has the position of the first."""


def paired(first: Instruction, second: Instruction) -> bool:
    """True if two instructions, one behind the other, become one in warm code."""
    return first.end == second.start == second.offset and first.start == first.offset and (first.name, second.name) in PAIRS


class Handler(NamedTuple):
    """One row of the exception table: byte offsets [start, end) are covered by the handler at `target`."""

    start: int
    end: int
    target: int
    depth: int
    """Stack depth where the handler starts, the exception (and the offset that some handlers want) included."""
    lasti: bool
    """The offset of what has raised is pushed below the exception."""

    @property
    def level(self) -> int:
        """Stack depth to which the stack is cut before anything is pushed."""
        return self.depth - 1 - self.lasti


class Decoded(NamedTuple):
    """What `decode` finds out about one code object."""

    code: CodeType
    instructions: dict[int, Instruction]
    """By the offset where control may come to it (`start`)."""
    handlers: tuple[Handler, ...]
    loops: tuple[tuple[int, int], ...]
    """(header offset, end of the backward jump) of each backward jump."""

    def leaves_loop(self, source: int, target: int) -> bool:
        """True if `source` lies in a loop that `target` is outside of."""
        return any(header <= source < end and not header <= target < end for header, end in self.loops)

    def is_header(self, offset: int) -> bool:
        """Does a loop begin at the offset?"""
        return any(offset == header for header, _ in self.loops)

    def stored_in_loop(self, header: int) -> dict[int, str]:
        """The locals that are stored in the loops that begin there: STORE_FAST, or DELETE_FAST if they are deleted, too."""
        end = max(end for start, end in self.loops if start == header)
        found = {(ins.name, ins.arg) for ins in self.instructions.values() if header <= ins.start < end}
        return {arg: name for name in ("STORE_FAST", "DELETE_FAST") for other, arg in found if other == name}

    def owner(self, ins: Instruction) -> int:
        """The local of which the instruction takes or sets an attribute; -1: it does something else, or with something else."""
        before = next((other for other in self.instructions.values() if other.end == ins.start), None) if ins.name in ATTRIBUTES else None
        return before.arg if before is not None and before.name == "LOAD_FAST" else -1

    def handler(self, offset: int) -> Handler | None:
        """The handler in this code of an exception raised at `offset`."""
        return next((h for h in self.handlers if h.start <= offset < h.end), None)

    def handled(self, offset: int) -> bool:
        """True if an exception raised at `offset` has a handler in this code."""
        return self.handler(offset) is not None


def _jump_target(name: str, arg: int, end: int) -> int:
    if opcode.opmap[name] not in opcode.hasjrel:
        return -1
    return end - 2 * arg if "BACKWARD" in name else end + 2 * arg


def _instructions(code: CodeType) -> dict[int, Instruction]:
    found: dict[int, Instruction] = {}
    raw = code.co_code
    caches = opcode._inline_cache_entries  # type: ignore[attr-defined]
    position = 0
    while position < len(raw):
        start, arg = position, 0
        while raw[position] == opcode.EXTENDED_ARG:
            arg = (arg | raw[position + 1]) << 8
            position += 2
        op = raw[position]
        arg |= raw[position + 1]
        end = position + 2 + 2 * caches[op]
        name = opcode.opname[op]
        found[start] = Instruction(name, arg, start, position, end, _jump_target(name, arg, end))
        position = end
    return found


def _varint(table: bytes, position: int) -> tuple[int, int]:
    byte = table[position]
    value = byte & 63
    while byte & 64:
        position += 1
        byte = table[position]
        value = value << 6 | byte & 63
    return value, position + 1


def _handlers(code: CodeType) -> tuple[Handler, ...]:
    """Format: Objects/exception_handling_notes.txt of CPython 3.11."""
    table, position, rows = code.co_exceptiontable, 0, []
    while position < len(table):
        start, position = _varint(table, position)
        length, position = _varint(table, position)
        target, position = _varint(table, position)
        depth_lasti, position = _varint(table, position)
        rows.append(Handler(2 * start, 2 * (start + length), 2 * target, (depth_lasti >> 1) + (depth_lasti & 1) + 1, bool(depth_lasti & 1)))
    return tuple(rows)


def decode(code: CodeType) -> Decoded:
    """Decodes the original (unspecialised) bytecode of `code`."""
    instructions = _instructions(code)
    loops = tuple(sorted((i.target, i.end) for i in instructions.values() if "BACKWARD" in i.name))
    return Decoded(code, instructions, _handlers(code), loops)


def resume_offset(decoded: Decoded) -> int:
    """Offset behind the first RESUME: where a call region starts. -1 if there is none."""
    return next((i.end for i in decoded.instructions.values() if i.name == "RESUME"), -1)


def resume_points(decoded: Decoded) -> list[Instruction]:
    """The bytecodes behind which a generator is entered: its start, each `yield`, and the loop around SEND: the C side keeps a generator suspended in there
    from being entered until the other one has returned.
    """
    found = decoded.instructions
    plain = [ins for ins in found.values() if ins.name == "YIELD_VALUE" and found[ins.end].arg < DELEGATES]
    return [ins for ins in found.values() if ins.name in ("RETURN_GENERATOR", "JUMP_BACKWARD_NO_INTERRUPT")] + plain


def stack_depths(decoded: Decoded) -> dict[int, int]:
    """Operand stack depth before each instruction that normal control flow or a handler reaches."""
    depths: dict[int, int] = {}
    work = [(0, 0)] + [(h.target, h.depth) for h in decoded.handlers]
    while work:
        offset, depth = work.pop()
        while offset not in depths and offset in decoded.instructions:
            depths[offset] = depth
            ins = decoded.instructions[offset]
            op, arg = opcode.opmap[ins.name], ins.arg if opcode.opmap[ins.name] >= opcode.HAVE_ARGUMENT else None
            if ins.target >= 0:
                work.append((ins.target, depth + dis.stack_effect(op, arg, jump=True)))
            if ins.name in ("RETURN_VALUE", "RAISE_VARARGS", "RERAISE", "JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"):
                break
            depth += dis.stack_effect(op, arg, jump=False)
            if ins.name == "RETURN_GENERATOR":
                depth += 1  # what the first send() puts there; dis knows nothing of it
            offset = ins.end
    return depths


def live_locals(decoded: Decoded) -> dict[int, frozenset[int]]:
    """For each instruction: the locals that may be read before they are stored to or deleted (backward data flow)."""
    order = sorted(decoded.instructions.values(), key=lambda i: -i.start)
    live: dict[int, frozenset[int]] = {i.start: frozenset() for i in order}
    changed = True
    while changed:
        changed = False
        for ins in order:
            now = _live_before(decoded, ins, live)
            if now != live[ins.start]:
                live[ins.start], changed = now, True
    return live


def _live_before(decoded: Decoded, ins: Instruction, live: dict[int, frozenset[int]]) -> frozenset[int]:
    after: frozenset[int] = frozenset()
    if ins.name not in ("RETURN_VALUE", "RAISE_VARARGS", "RERAISE", "JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"):
        after = live.get(ins.end, after)
    if ins.target >= 0:
        after |= live.get(ins.target, frozenset())
    if ins.name == "STORE_FAST":
        after -= {ins.arg}
    elif ins.name in ("LOAD_FAST", "DELETE_FAST"):
        after |= {ins.arg}
    for handler in decoded.handlers:
        if handler.start <= ins.offset < handler.end:
            after |= live.get(handler.target, frozenset())
    return after


def is_module(code: CodeType) -> bool:
    """Is it the code of a module, or what `exec` was given? Class bodies, which also keep their names in a dict, begin by storing their own name."""
    return not code.co_flags & (CO_OPTIMIZED | CO_NEWLOCALS) and "__qualname__" not in code.co_names


def stored_in_loops(decoded: Decoded) -> frozenset[str]:
    """The names that are stored again and again, in globals as far as the bytecode tells."""
    stores = [ins for ins in decoded.instructions.values() if ins.name in NAME_STORES]
    return frozenset(decoded.code.co_names[ins.arg] for ins in stores if any(header <= ins.start < end for header, end in decoded.loops))


def line_of(code: CodeType, offset: int) -> int:
    """The source line of a bytecode; the function's first one if it has none."""
    lines = (line for start, end, line in code.co_lines() if start <= offset < end)
    return next(lines, None) or code.co_firstlineno
