"""Calls of C functions that run no Python code with what they are given: no full escape, so raw locals stay raw and facts stay known.

(A finaliser may still run where a reference count falls to zero, and `__eq__` of a key that hashes alike: incidental escapes.)
"""

from __future__ import annotations

from typing import Any

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, require_type
from tierup.frontend.state import NULL, RAW, VIRTUAL, Entry
from tierup.ir.types import BOOL, BYTES, DICT, FLOAT, INT, LIST, NONE, RANGE, SET, STR, TUPLE, VIEWS, Type

SIMPLE = frozenset((INT, FLOAT, STR, BOOL, NONE, BYTES))
NUMBERS = frozenset((INT, FLOAT, BOOL))
ITERABLE = frozenset((LIST, TUPLE, RANGE, DICT, SET, STR, BYTES, *map(Type, VIEWS)))
SEQUENCES = frozenset((LIST, TUPLE))
ANY: frozenset[Type] = frozenset()
"""Whatever it is."""
OWNERS = {"str": STR, "bytes": BYTES, "list": LIST, "dict": DICT, "set": SET, "tuple": TUPLE, "int": INT, "float": FLOAT}

STR_METHODS = (
    "lower", "upper", "strip", "lstrip", "rstrip", "replace", "split", "rsplit", "splitlines", "partition", "rpartition", "startswith", "endswith", "find",
    "rfind", "index", "rindex", "count", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "isidentifier", "isdecimal", "title", "capitalize",
    "zfill", "rjust", "ljust", "center", "removeprefix", "removesuffix", "casefold", "swapcase", "expandtabs",
)  # fmt: skip
MATH = (
    "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "log", "log2", "log10", "pow", "floor", "ceil", "trunc", "fabs", "hypot", "fmod",
    "isnan", "isinf", "isfinite", "degrees", "radians", "copysign", "gcd", "isqrt", "sinh", "cosh", "tanh", "log1p", "expm1",
)  # fmt: skip
ROWS: dict[str, frozenset[Type]] = {
    **{f"str.{name}": SIMPLE for name in STR_METHODS},
    **{f"math.{name}": NUMBERS for name in MATH},
    **dict.fromkeys(("dict.keys", "dict.values", "dict.items", "dict.copy", "list.copy", "list.reverse", "set.copy"), ANY),
    **dict.fromkeys(("dict.pop", "dict.setdefault", "set.discard", "set.remove", "list.pop", "list.insert"), SIMPLE),
    **dict.fromkeys(("builtins.chr", "builtins.hex", "builtins.bin", "builtins.oct", "builtins.abs", "builtins.round", "builtins.divmod"), NUMBERS),
    **dict.fromkeys(("builtins.hash", "builtins.repr"), SIMPLE),
    **dict.fromkeys(("builtins.callable", "builtins.id"), ANY),
    **dict.fromkeys(("builtins.zip", "builtins.list", "builtins.tuple"), ITERABLE),
    "builtins.enumerate": ITERABLE | {INT},
    "builtins.reversed": SEQUENCES,
    "str.join": SEQUENCES,
    "list.extend": SEQUENCES,
    **dict.fromkeys(("builtins.range", "builtins.float", "builtins.int", "builtins.bytearray"), NUMBERS),
}
"""By full name: the exact types that arguments (without self, which is an exact instance of its class) must have."""
LAST_FREE = ("dict.pop", "dict.setdefault", "list.insert")
"""Their second argument may be anything."""


def runs_no_python(b: Builder, described: dict[str, Any], entries: list[Entry]) -> bool:
    """True for a call with the top entries (self included) that runs no Python code; guards for the types seen are made for that."""
    name = b.profile.full_name(described)
    allowed = ROWS.get(name)
    if allowed is None or described["kind"] not in ("builtin", "method_descriptor", "type") or not described.get("builtin", True):
        return False
    wanted: list[Type] = []
    for place, entry in enumerate(entries):
        owner = OWNERS.get(name.partition(".")[0]) if described["kind"] == "method_descriptor" and place == 0 else None
        free = (allowed is ANY and owner is None) or (name in LAST_FREE and place == 2)
        type_ = entry.val.type if free else _type(b, entry, len(entries) - 1 - place)
        if not free and (type_ != owner if owner is not None else type_ not in allowed):
            return False
        wanted.append(type_)
    for entry, type_ in zip(entries, wanted, strict=True):
        if type_.known and entry.own not in (RAW, VIRTUAL, NULL) and type_.ref < 0:
            require_type(b, entry, type_)
    return True


def _type(b: Builder, entry: Entry, depth: int) -> Type:
    return TUPLE if entry.own == VIRTUAL and entry.val.made is None else expected(b, entry, depth)
