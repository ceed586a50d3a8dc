"""Templates that are constants: `"{}-{}".format(a, b)` and `"%s-%d" % (a, b)` of ints and strs are joined as f-strings are, without being read each time."""

from __future__ import annotations

from string import Formatter

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, require_int, require_type, unboxable
from tierup.frontend.decode import Instruction
from tierup.frontend.state import CONST, OWNED, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import INT, STR, UNKNOWN, Type

REMAINDER = 6
"""The oparg of BINARY_OP for %."""
MOST_FIELDS = 8
SEEN = 3
"""So many entries at the top of the stack the recorder looks at."""

Piece = tuple[str, str]
"""A text; then the field behind it: s (any), d (a number), or nothing at the end."""


def pieces_of_format(template: str) -> list[Piece] | None:
    """The pieces of a template for str.format whose fields are all {}; None for others, and for those that fail."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError:
        return None
    if any(field not in (None, "") or spec or conversion for _, field, spec, conversion in parsed):
        return None
    return [(text, "" if field is None else "s") for text, field, _, _ in parsed]


def pieces_of_percent(template: str) -> list[Piece] | None:
    """The same for the operator %, with %s and %d and nothing between these characters."""
    pieces, text, rest = [], "", template
    while rest:
        before, percent, rest = rest.partition("%")
        text += before
        if not percent:
            break
        kind, rest = rest[:1], rest[1:]
        if kind not in ("s", "d", "%") or not kind:
            return None
        if kind == "%":
            text += "%"
        else:
            pieces.append((text, kind))
            text = ""
    return [*pieces, (text, "")] if text else pieces


def str_format(b: Builder, entries: list[Entry]) -> bool:
    """str.format of a constant; callable and template are below the arguments."""
    template = _constant(b, entries[0])
    pieces = None if template is None else pieces_of_format(template)
    if pieces is None or not _fits(b, pieces, entries[1:]):
        return False
    _require(b, entries[1:])
    arguments = b.popn(len(entries) - 1)
    result = _joined(b, pieces, arguments)
    b.popn(2)
    b.push_owned(result, STR)
    return True


def percent(b: Builder) -> bool:
    """A constant % an int or str."""
    template = _constant(b, b.frame.stack[-2])
    pieces = None if template is None else pieces_of_percent(template)
    arguments = b.top(1)
    if pieces is None or not _fits(b, pieces, arguments):
        return False
    _require(b, arguments)
    result = _joined(b, pieces, b.popn(1))
    b.pop()
    b.push_owned(result, STR)
    return True


def percent_of_tuple(b: Builder, ins: Instruction) -> bool:
    """BUILD_TUPLE, and the BINARY_OP behind it: no tuple is made."""
    operation = b.ctx.decoded.instructions.get(ins.end)
    if operation is None or (operation.name, operation.arg) != ("BINARY_OP", REMAINDER) or operation.start in b.ctx.joins:
        return False
    if not 0 < ins.arg < len(b.frame.stack):
        return False
    template = _constant(b, b.frame.stack[-ins.arg - 1])
    pieces = None if template is None else pieces_of_percent(template)
    arguments = b.top(ins.arg)
    if pieces is None or not _fits(b, pieces, arguments):
        return False
    _require(b, arguments)
    b.popn(ins.arg)
    b.ins = operation
    result = _joined(b, pieces, arguments)
    b.pop()
    b.push_owned(result, STR)
    b.done_to = operation
    return True


def _constant(b: Builder, entry: Entry) -> str | None:
    spec = entry.val.known
    if entry.own != CONST or spec is None or spec[:2] != ("const", b.ctx.index):
        return None
    value = b.code.co_consts[spec[2]]
    return value if type(value) is str else None


def _type(b: Builder, entry: Entry, depth: int) -> Type:
    if depth >= SEEN and not entry.val.type.known:
        return UNKNOWN
    return INT if unboxable(b, entry, depth) == INT else expected(b, entry, depth)


def _fits(b: Builder, pieces: list[Piece], arguments: list[Entry]) -> bool:
    """Has each field its argument, and is the result surely a str of its own? (One of a single character may be shared.)"""
    fields = [kind for _, kind in pieces if kind]
    if len(fields) != len(arguments) or len(fields) > MOST_FIELDS or b.profile.failed(b.ins.start, "type_changed", "overflow"):
        return False
    types = [_type(b, entry, depth) for depth, entry in zip(reversed(range(len(arguments))), arguments, strict=True)]
    if any(type_ not in (INT, STR) or (kind == "d" and type_ != INT) for type_, kind in zip(types, fields, strict=True)):
        return False
    return sum(len(text) for text, _ in pieces) + types.count(INT) >= 2


def _require(b: Builder, arguments: list[Entry]) -> None:
    """The guards; the arguments are on the stack."""
    for depth, entry in zip(reversed(range(len(arguments))), arguments, strict=True):
        if _type(b, entry, depth) == INT:
            require_int(b, entry)
        else:
            require_type(b, entry, STR)
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 1), "recursion_limit")  # the library counts a level for the str of an object


def _joined(b: Builder, pieces: list[Piece], arguments: list[Entry]) -> Value:
    """The text; the arguments, which are popped, are released."""
    b.secure_heap()
    made: list[Entry] = []
    rest = list(arguments)
    for text, kind in pieces:
        if text:
            made.append(Entry(Val(STR, b.pool("str", text)), CONST))
        if not kind:
            continue
        entry = rest.pop(0)
        if entry.val.raw is None:
            made.append(entry)
            continue
        digits = b.emit("call", entry.val.raw, state=b.raising((*made, entry, *rest)), helper="int_str")
        b.drop(entry)
        made.append(Entry(Val(STR, digits), OWNED))
    values = [b.own(entry) for entry in made]
    result = b.emit("call", *values, state=b.raising(), helper="build_string")
    b.after("allocates", False)
    return result
