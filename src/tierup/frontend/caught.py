"""Exceptions that need not be made: a handler that asks for the class of what it catches, and for nothing else, goes on with something that stands for it.

Between PUSH_EXC_INFO and POP_EXCEPT both entries of the operand stack, what was being handled before (HANDLED) and the exception (CAUGHT), are that one
object (csrc/helpers_caught.c). Whatever could see the exception has it made first: by `Emission.emit`, where Python code may run or something may raise; in
an exit, which puts the real objects on the stack; and at the death of objects that may have finalisers. Bytecodes that are not known to leave the two
entries alone get the real objects, too (`Escapes.settle_caught`).
"""

from __future__ import annotations

from tierup.frontend.decode import Decoded, Instruction

KEEPING = frozenset((
    "NOP", "POP_TOP", "POP_EXCEPT", "CHECK_EXC_MATCH", "PUSH_NULL", "KW_NAMES", "PRECALL", "CALL",
    "LOAD_FAST", "LOAD_CONST", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_ATTR", "LOAD_METHOD",
    "STORE_FAST", "DELETE_FAST", "STORE_ATTR", "STORE_SUBSCR", "BINARY_SUBSCR",
    "BINARY_OP", "COMPARE_OP", "IS_OP", "CONTAINS_OP", "UNARY_NOT", "UNARY_NEGATIVE", "BUILD_TUPLE", "BUILD_LIST", "BUILD_MAP",
    "JUMP_FORWARD", "POP_JUMP_FORWARD_IF_FALSE", "POP_JUMP_FORWARD_IF_TRUE", "POP_JUMP_FORWARD_IF_NONE", "POP_JUMP_FORWARD_IF_NOT_NONE",
))  # fmt: skip
"""Bytecodes that leave the entries alone, if these are not their own operands."""

CLASS = frozenset(("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FAST", "LOAD_DEREF", "LOAD_ATTR", "BUILD_TUPLE"))
"""What loads the class, or classes, that are to be caught."""


def catches_lazily(decoded: Decoded, target: int) -> bool:
    """Does the handler at `target` have a clause that drops the exception without a name?"""
    found = decoded.instructions
    ins = found[target]
    if ins.name != "PUSH_EXC_INFO":
        return False
    ins = found[ins.end]
    while ins.name in CLASS:
        while ins.name in CLASS:
            ins = found[ins.end]
        jump = found[ins.end]
        if ins.name != "CHECK_EXC_MATCH" or jump.name != "POP_JUMP_FORWARD_IF_FALSE":
            return False
        if found[jump.end].name == "POP_TOP":
            return True
        ins = found[jump.target]
    return ins.name == "POP_TOP"


def keeps(ins: Instruction, on_top: bool) -> bool:
    """Does the bytecode leave the entries alone? `on_top`: the exception is the top entry."""
    return ins.name in KEEPING and not (on_top and ins.name == "STORE_FAST")
