"""Opcodes that have no handler in `bytecodes/`, and why."""

from __future__ import annotations

LEFT = {
    "EXTENDED_ARG": "no instruction of its own: a part of the argument of the next one (`frontend/decode.py`)",
    "IMPORT_STAR": "an exit: `from module import *` stands in bodies of modules only, and changes their names at once",
    "PRINT_EXPR": "compiled code of the interactive interpreter, which runs once",
    "RETURN_GENERATOR": "done before compiled code starts: by the interpreter, or by `csrc/generators.c`; never where a loop has the generator in line",
    "SETUP_ANNOTATIONS": "an exit: it stands at the start of the bodies of modules and classes, which have loop entries only",
}
