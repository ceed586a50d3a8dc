"""Known functions that are not about numbers, done without a call; and the types that C functions are known to return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes import counting, lists, searches, templates
from tierup.frontend.bytecodes.common import expected, is_whole, require_type, require_whole, str_of_int, unboxable
from tierup.frontend.bytecodes.containers import SAFE_KEYS
from tierup.frontend.landings import raises_lazily
from tierup.frontend.state import CONST, OWNED, RAW, VIRTUAL, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import BOOL, DICT, FLOAT, INT, LIST, NONE, RANGE_ITERATOR, SET, STR, TUPLE, UNKNOWN, Type

NONE_SPEC = ("symbol", "_Py_NoneStruct")
MADE: dict[str, Type] = {
    "str.lower": STR, "str.upper": STR, "str.strip": STR, "str.lstrip": STR, "str.rstrip": STR, "str.replace": STR, "str.join": STR, "str.title": STR,
    "str.capitalize": STR, "str.zfill": STR, "str.rjust": STR, "str.ljust": STR, "str.center": STR, "str.removeprefix": STR, "str.removesuffix": STR,
    "str.format": STR, "str.split": LIST, "str.rsplit": LIST, "str.splitlines": LIST, "str.partition": TUPLE, "str.rpartition": TUPLE,
    "str.startswith": BOOL, "str.endswith": BOOL, "str.isdigit": BOOL, "str.isalpha": BOOL, "str.isalnum": BOOL, "str.isspace": BOOL, "str.isupper": BOOL,
    "str.islower": BOOL, "str.isidentifier": BOOL, "str.find": INT, "str.rfind": INT, "str.index": INT, "str.count": INT, "dict.copy": DICT,
    "list.copy": LIST, "list.index": INT, "list.count": INT, "builtins.chr": STR, "builtins.id": INT, "builtins.sorted": LIST, "builtins.callable": BOOL,
    "builtins.hasattr": BOOL, "builtins.issubclass": BOOL, "builtins.any": BOOL, "builtins.all": BOOL, "builtins.bin": STR,
    "builtins.hex": STR, "builtins.oct": STR, "bytes.startswith": BOOL, "bytes.endswith": BOOL, "list.append": NONE, "list.sort": NONE,
    "list.extend": NONE, "list.reverse": NONE, "list.insert": NONE, "list.clear": NONE, "set.add": NONE, "set.discard": NONE, "dict.clear": NONE,
    "dict.update": NONE, "dict.keys": Type("dict_keys"), "dict.values": Type("dict_values"), "dict.items": Type("dict_items"),
}  # fmt: skip
"""Exact types of what C functions return, whatever they are called with."""


def made(b: Builder, described: dict[str, Any]) -> Type:
    """Exact type of what a known C function returns, else UNKNOWN."""
    if described.get("kind") == "builtin" and described.get("self") is not None and described.get("module") != "builtins":
        return UNKNOWN
    return MADE.get(b.profile.full_name(described), UNKNOWN)


def _done(b: Builder, drops: list[Entry], val: Val, own: str) -> bool:
    """What is left of the callable goes, the result comes; the arguments are popped already."""
    left = b.popn(b.ins.arg + 2 - len(drops))
    for entry in left:
        if entry.own == OWNED:
            b.drop(entry)
    b.push(val, own)
    return True


def is_instance(b: Builder, entries: list[Entry]) -> bool:
    """isinstance(x, y) where nothing is known: by a helper."""
    flag = b.operate("is_instance", 2)
    return _done(b, entries, Val(BOOL, None, b.emit("i64_compare", flag, b.i64(0), pred="!=")), RAW)


def type_of(b: Builder, entries: list[Entry]) -> bool:
    """type(x)."""
    box = b.boxed(entries[0])
    result = b.emit("field_obj", box, field="PyObject.ob_type")
    b.emit("incref", result)
    b.pop()
    b.drop(entries[0])
    return _done(b, entries, Val(UNKNOWN, result), OWNED)


def dict_get(b: Builder, entries: list[Entry]) -> bool:
    """d.get(key) and d.get(key, default) of an exact dict."""
    if expected(b, entries[0], len(entries) - 1) != DICT:
        return False
    require_type(b, entries[0], DICT)
    safe = entries[1].val.type in SAFE_KEYS
    extra: tuple[Value, ...] = () if len(entries) == 3 else (b.pool(*NONE_SPEC),)
    result = b.operate("dict_get", len(entries), *extra, safe=safe)
    return _done(b, entries, Val(UNKNOWN, result), OWNED)


def set_add(b: Builder, entries: list[Entry]) -> bool:
    """s.add(x) of an exact set."""
    if expected(b, entries[0], 1) != SET:
        return False
    require_type(b, entries[0], SET)
    b.operate("set_add", 2, safe=entries[1].val.type in SAFE_KEYS)
    return _done(b, entries, Val(NONE, known=NONE_SPEC, const=None), CONST)


def ord_of(b: Builder, entries: list[Entry]) -> bool:
    """ord(c) of a str."""
    if expected(b, entries[0], 0) != STR:
        return False
    require_type(b, entries[0], STR)
    code = b.emit("call", b.box(entries[0]), helper="str_ord")
    b.guard(b.emit("i64_compare", code, b.i64(0), pred=">="), "overflow")
    b.drop(b.pop())
    return _done(b, entries, Val(INT, None, code), RAW)


def id_of(b: Builder, entries: list[Entry]) -> bool:
    """id(x)."""
    number = b.emit("call", b.boxed(entries[0]), helper="object_id")
    b.guard(b.emit("i64_compare", number, b.i64(0), pred="!="), "audited")
    b.pop()
    b.drop(entries[0])
    return _done(b, entries, Val(INT, None, number), RAW)


def str_of(b: Builder, entries: list[Entry]) -> bool:
    """str(x), without a tuple of arguments."""
    if unboxable(b, entries[0], 0) == INT:
        return _done(b, entries, Val(STR, str_of_int(b, entries[0])), OWNED)
    kind = expected(b, entries[0], 0)
    plain = kind in (INT, FLOAT, STR, BOOL)
    if plain and entries[0].own != RAW:
        require_type(b, entries[0], kind)
    result = b.operate("str_of", 1, safe=plain)
    return _done(b, entries, Val(STR if plain else UNKNOWN, result), OWNED)


def number_of_str(b: Builder, entries: list[Entry], type_: Type) -> bool:
    """int(s) or float(s), where s is, or is expected to be, a str."""
    require_type(b, entries[0], STR)
    result = b.operate(f"{type_.name}_of_str" + "_caught" * raises_lazily(b), 1)
    return _done(b, entries, Val(type_, result), OWNED)


def range_iterated(b: Builder, entries: list[Entry]) -> bool:
    """range(...) of ints whose iterator is made at once: that is all that is made."""
    following = b.ctx.decoded.instructions.get(b.ins.end)
    if following is None or following.name != "GET_ITER" or following.start in b.ctx.joins:
        return False
    step = entries[2].val.const if len(entries) == 3 else 1
    if b.profile.failed(b.ins.start, "overflow"):
        return False
    known = type(step) is int and 0 < abs(step) < 1 << 59
    if not known and (len(entries) < 3 or not counting.counts(b) or b.profile.failed(b.ins.start, "range_step")):
        return False
    if not all(is_whole(b, e, len(entries) - 1 - i) for i, e in enumerate(entries)):
        return False
    bounds = [require_whole(b, entry, len(entries) - 1 - i) for i, entry in enumerate(entries[:2])]
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 1), "recursion_limit")  # range() compares its step with 0 by a C function, which counts as a level
    for bound in bounds:
        counting.require_near(b, bound)
    by: int | Value = step
    if not known:
        by = require_whole(b, entries[2], 0)
        counting.require_forward(b, by, "range_step")
    if len(bounds) == 1:
        bounds.insert(0, b.i64(0))
    b.popn(len(entries))
    start, stop = bounds
    if counting.counts(b):
        made, own = counting.counter(start, start, stop, by), VIRTUAL
    else:
        made, own = Val(RANGE_ITERATOR, b.emit("call", start, stop, b.i64(step), state=b.raising(tuple(entries)), helper="range_iterator")), OWNED
    for entry in entries:
        b.drop(entry)
    b.done_to = following
    return _done(b, entries, made, own)


def attribute(b: Builder, entries: list[Entry]) -> bool:
    """getattr(x, "name") and getattr(x, "name", default): quick as the bytecode is; and no AttributeError is made only to be dropped."""
    name = entries[1]
    if not _is_name(name):
        return False
    if len(entries) == 3:
        result = b.operate("getattr", 3, b.cells(4))
    else:
        result = b.operate("load_attr_cached", 2, b.cells(4))
    return _done(b, entries, Val(UNKNOWN, result), OWNED)


def has_attribute(b: Builder, entries: list[Entry]) -> bool:
    """hasattr(x, "name")."""
    if not _is_name(entries[1]):
        return False
    flag = b.operate("hasattr", 2, b.cells(4))
    return _done(b, entries, Val(BOOL, None, b.emit("i64_compare", flag, b.i64(0), pred="!=")), RAW)


def _is_name(entry: Entry) -> bool:
    return entry.own == CONST and type(entry.val.const) is str


def _number(found: Callable[[Builder, list[Entry]], Value | None]) -> Callable[[Builder, list[Entry]], bool]:
    """An operation whose result is an int in a register."""

    def inline(b: Builder, entries: list[Entry]) -> bool:
        number = found(b, entries)
        return number is not None and _done(b, entries, Val(INT, None, number), RAW)

    return inline


def _truth(found: Callable[[Builder, list[Entry]], Value | None]) -> Callable[[Builder, list[Entry]], bool]:
    """One whose result is a bool."""

    def inline(b: Builder, entries: list[Entry]) -> bool:
        number = found(b, entries)
        return number is not None and _done(b, entries, Val(BOOL, None, b.emit("i64_compare", number, b.i64(0), pred="!=")), RAW)

    return inline


def _statement(done: Callable[[Builder, list[Entry]], bool]) -> Callable[[Builder, list[Entry]], bool]:
    """One whose result is None."""

    def inline(b: Builder, entries: list[Entry]) -> bool:
        return done(b, entries) and _done(b, entries, Val(NONE, known=NONE_SPEC, const=None), CONST)

    return inline


def list_pop(b: Builder, entries: list[Entry]) -> bool:
    """items.pop(...)."""
    item = lists.pop(b, entries)
    return item is not None and _done(b, entries, Val(UNKNOWN, item), OWNED)


SEARCHES = {
    "startswith": _truth(searches.tail(-1)), "endswith": _truth(searches.tail(1)), "find": _number(searches.find(1)), "rfind": _number(searches.find(-1)),
    "count": _number(searches.count),
}  # fmt: skip
ROWS = {
    **{(f"str.{name}", arguments): inline for name, inline in SEARCHES.items() for arguments in (2, 3, 4)},
    **{("str.format", arguments): templates.str_format for arguments in range(2, templates.MOST_FIELDS + 2)},
    ("builtins.getattr", 2): attribute,
    ("builtins.getattr", 3): attribute,
    ("builtins.hasattr", 2): has_attribute,
    ("builtins.id", 1): id_of,
    ("builtins.str", 1): str_of,
    ("builtins.type", 1): type_of,
    ("builtins.ord", 1): ord_of,
    ("builtins.range", 1): range_iterated,
    ("builtins.range", 2): range_iterated,
    ("builtins.range", 3): range_iterated,
    ("dict.get", 2): dict_get,
    ("dict.get", 3): dict_get,
    ("set.add", 2): set_add,
    ("list.append", 2): _statement(lists.append),
    ("list.insert", 3): _statement(lists.insert),
    ("list.pop", 1): list_pop,
    ("list.pop", 2): list_pop,
}
"""As IN_LINE in calls.py."""
