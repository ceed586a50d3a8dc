"""Patterns of match statements."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.common import expected, require_type
from tierup.frontend.decode import Instruction
from tierup.ir.types import BOOL, BYTEARRAY, BYTES, DICT, FLOAT, INT, LIST, NONE, SET, STR, TUPLE

SEQUENCES = (LIST, TUPLE)
NEITHER = (INT, FLOAT, BOOL, STR, BYTES, BYTEARRAY, SET, NONE)
"""Types of the interpreter that are neither sequences nor mappings for patterns."""


@handles("MATCH_SEQUENCE", "MATCH_MAPPING")
def match_kind(b: Builder, ins: Instruction) -> None:
    subject, mapping = b.frame.stack[-1], ins.name == "MATCH_MAPPING"
    type_ = expected(b, subject, 0)
    if type_ in (*SEQUENCES, DICT, *NEITHER):
        if subject.val.raw is None:
            require_type(b, subject, type_)
        b.push_raw(b.emit("const_i1", value=type_ == DICT if mapping else type_ in SEQUENCES), BOOL)
        return
    b.secure_heap()
    is_one = b.emit("call", b.boxed(subject), b.i64(int(mapping)), helper="match_kind")
    b.push_raw(b.emit("i64_compare", is_one, b.i64(0), pred="!="), BOOL)


@handles("MATCH_CLASS")
def match_class(b: Builder, ins: Instruction) -> None:
    b.push_owned(b.operate("match_class", 3, b.i64(ins.arg)))


@handles("MATCH_KEYS")
def match_keys(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    mapping, keys = b.top(2)
    found = b.emit("call", b.boxed(mapping), b.boxed(keys), helper="match_keys")
    b.after("escapes", True)
    b.push_owned(found)
