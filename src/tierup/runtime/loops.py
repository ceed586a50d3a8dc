"""The loops of a code object, found from its backward jumps, and where its instructions use which names.

A small decoder of its own: `dis` and `opcode` are too slow to import in the user's process. Offsets are bytes into `co_code`.
"""

from __future__ import annotations

from tierup import _tierup
from tierup.abi.inlining import BINARY, COMPARISONS, RECORDED_DEPTH
from tierup.percode import PerCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    Uses = tuple[list[str], list[tuple[int, str]], list[tuple[int, int, str]]]

OPCODES = _tierup.opcodes()
EXTENDED_ARG = OPCODES["EXTENDED_ARG"]
BACKWARD = frozenset(number for name, number in OPCODES.items() if "JUMP_BACKWARD" in name)
STORE_GLOBAL = frozenset((OPCODES["STORE_GLOBAL"], OPCODES["DELETE_GLOBAL"]))
LOAD_GLOBAL = OPCODES["LOAD_GLOBAL"]
SUBSCRIPTS = {OPCODES["BINARY_SUBSCR"]: "__getitem__", OPCODES["STORE_SUBSCR"]: "__setitem__"}
COMPARE_OP, FOR_ITER = OPCODES["COMPARE_OP"], OPCODES["FOR_ITER"]
NEXT, CALLED = "__next__", "__call__"
UNARY = (NEXT, CALLED)
"""Special methods in which no type but that of their owner has a say."""
LOAD_METHOD, PRECALL, CALL = OPCODES["LOAD_METHOD"], OPCODES["PRECALL"], OPCODES["CALL"]
NO_NAMES: frozenset[str] = frozenset()


def instructions(bytecode: bytes) -> Iterator[tuple[int, int, int]]:
    """(offset, opcode, argument) of each instruction; caches come as CACHE (0) instructions."""
    argument = 0
    start = -1
    for offset in range(0, len(bytecode) - 1, 2):
        opcode = bytecode[offset]
        argument = argument << 8 | bytecode[offset + 1]
        start = offset if start < 0 else start
        if opcode != EXTENDED_ARG:
            yield start, opcode, argument
            argument, start = 0, -1


def loops(code: CodeType) -> dict[int, int]:
    """Header -> offset of the last jump back to it."""
    bytecode = code.co_code
    found: dict[int, int] = {}
    if BACKWARD.isdisjoint(bytecode[::2]):
        return found
    end = 0
    for offset, opcode, argument in instructions(bytecode):
        if opcode in BACKWARD:
            jump = offset if argument < 256 else last_unit(bytecode, offset)
            end = jump + 2
            header = end - 2 * argument
            found[header] = max(jump, found.get(header, 0))
    return found


def last_unit(bytecode: bytes, offset: int) -> int:
    """Where the instruction itself stands behind its EXTENDED_ARGs."""
    while bytecode[offset] == EXTENDED_ARG:
        offset += 2
    return offset


def enclosing(found: dict[int, int], header: int) -> list[int]:
    """The headers of the loops around this one, outermost first, itself last."""
    end = found.get(header, -1)
    if end < 0:
        return [header]
    return sorted(other for other, last in found.items() if other <= header and last >= end)


def uses(code: CodeType) -> Uses:
    """What one look at the bytecode tells of names: those looked up in globals and builtins; (offset, name) of each use of an attribute;
    (offset, depth of the operand, name of its special method) of each use of a subscript, an operator, an iterator or an instance that is called.
    """
    names, attributes, operators = _tierup.uses(code)
    return sorted(names), attributes, [row for each in operators for row in special_methods(*each)]


def super_methods(code: CodeType) -> set[str]:
    """The names of methods that are called on `super()` right where that is called without arguments."""
    names = code.co_names
    found: set[str] = set()
    if "__class__" not in code.co_freevars or "super" not in names:
        return found
    made = False
    for _, opcode, argument in instructions(code.co_code):
        if opcode == LOAD_GLOBAL:
            made = names[argument >> 1] == "super" and bool(argument & 1)
        elif made and opcode == LOAD_METHOD:
            found.add(names[argument])
        made = made and (opcode in (0, LOAD_GLOBAL, PRECALL) or (opcode == CALL and argument == 0))
    return found


def special_methods(offset: int, opcode: int, argument: int) -> list[tuple[int, int, str]]:
    """The special methods that a subscript, an operator, FOR_ITER or CALL may call."""
    if opcode in SUBSCRIPTS:
        return [(offset, 1, SUBSCRIPTS[opcode])]
    if opcode == FOR_ITER:
        return [(offset, 0, NEXT)]
    if opcode == PRECALL:
        return [(offset, argument, CALLED)] if argument < RECORDED_DEPTH else []
    if opcode == COMPARE_OP:
        return [(offset, 1, f"__{COMPARISONS[argument]}__")]
    if argument < len(BINARY) and BINARY[argument]:
        return [(offset, 1, f"__{BINARY[argument]}__"), (offset, 0, f"__r{BINARY[argument]}__")]
    return []


def stored_globals(code: CodeType) -> frozenset[str]:
    """The names that STORE_GLOBAL and DELETE_GLOBAL change."""
    if not _tierup.stores_globals(code):
        return NO_NAMES
    return frozenset({code.co_names[argument] for _, opcode, argument in instructions(code.co_code) if opcode in STORE_GLOBAL})


known_uses = PerCode(uses)
