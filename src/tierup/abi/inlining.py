"""What both sides must agree on about code that may be inlined: the program's process tells only of such code, the front end looks for no other."""

from __future__ import annotations

LARGEST = 600
"""Bytes of bytecode."""
CO_GENERATOR = 0x20
REFUSED_FLAGS = 0x4 | 0x8 | CO_GENERATOR | 0x80 | 0x200
"""Of code objects: *args, **kwargs, generators, coroutines."""
BINARY = ("add", "and", "floordiv", "lshift", "matmul", "mul", "mod", "or", "", "rshift", "sub", "truediv", "xor")
"""Special methods by the argument of BINARY_OP; operators that are assigned back, and `**`, are left to the library."""
RECORDED_DEPTH = 3
"""Of so many entries of the operand stack the recorder notes the types."""
COMPARISONS = ("lt", "le", "eq", "ne", "gt", "ge")
"""By the argument of COMPARE_OP."""
