"""What classes an operand may have at a bytecode, what its attributes are then, and the guards for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected
from tierup.frontend.state import VIRTUAL, Entry
from tierup.ir.graph import Instance, Value
from tierup.ir.types import Type

Fact = tuple[Any, ...]
Candidate = tuple[Type, Fact]

MOST_CLASSES = 4
"""So many the recorder tells apart; it may have seen more."""


def candidates(b: Builder, entry: Entry, depth: int, name: str) -> list[Candidate]:
    """The classes expected here, each with what its instances' attribute `name` is; [] if that isn't known of each, or if it has failed before. Where others
    came up, those for which it is known.
    """
    if b.profile.failed(b.ins.start, "attr_changed"):
        return []
    others = others_come(b)
    type_ = expected(b, entry, depth)
    types = [type_] if type_.known else b.profile.seen(b.ins.offset, depth)
    facts = [(type_, b.profile.attr_fact(type_, name) if type_.known else None) for type_ in types]
    found = [(type_, fact) for type_, fact in facts if fact is not None and (len(types) == 1 or not type_.stable)]
    return found if others or len(found) == len(types) else []


def others_come(b: Builder) -> bool:
    """Objects of other classes than those seen came to this bytecode, or to another one that takes the same variable: it must be able to do without knowing
    the class. To learn that place by place would mean to compile the code again and again.
    """
    return b.profile.failed(b.ins.start, "classes_changed", "type_changed") or (bool(b.profile.varied) and b.ctx.decoded.owner(b.ins) in b.profile.varied)


def require_class(b: Builder, entry: Entry, type_: Type, reason: str = "type_changed") -> None:
    """Guards that an operand (still on the stack) is an instance of a class that has not changed since the region was bound."""
    val = entry.val
    if val.guarded == ((type_.ref,), b.epoch):
        return
    if entry.own == VIRTUAL and isinstance(val.made, Instance) and val.made.cls == type_.ref:
        b.guard(b.emit("class_is_version", ref=type_.ref), reason)
        val.guarded = ((type_.ref,), b.epoch)
        return
    if type_.stable:
        if val.type != type_:
            b.guard(b.emit("is_type", b.box(entry), type=type_.name), "type_changed")
            val.type = type_
        return
    b.guard(b.emit("is_version", b.box(entry), ref=type_.ref), reason)
    val.guarded = ((type_.ref,), b.epoch)


def by_groups(
    b: Builder, found: list[Candidate], key: Callable[[Fact], object], act: Callable[[list[Candidate]], None], otherwise: Callable[[], None]
) -> None:
    """Does the bytecode at hand, whose operand on top of the stack is of one of several classes, once for those that `key` makes equal: each group goes its own
    way from a test of the class on, up to where ways meet. `act` does it for a group, guards included, `otherwise` for any other class, if others come.
    """
    groups: dict[object, list[Candidate]] = {}
    for type_, fact in found:
        groups.setdefault(key(fact), []).append((type_, fact))
    *tested, last = groups.values()
    if others_come(b) and not (len(found) == 1 and _is_sure(b, b.frame.stack[-1], last[0][0])):
        tested, last = [*tested, last], []
    for group in tested:
        this, rest = b.split(_one_of(b, b.frame.stack[-1], group))
        b.resume(this)
        _is_one_of(b, b.frame.stack[-1], group)
        act(group)
        b.jump_to(b.ins.end)
        b.resume(rest)
    if last:
        act(last)
    else:
        otherwise()
    if tested:
        b.jump_to(b.ins.end)


def _refs(group: list[Candidate]) -> tuple[int, ...]:
    return tuple(type_.ref for type_, _ in group)


def _is_sure(b: Builder, entry: Entry, type_: Type) -> bool:
    """The operand is known to be of the class."""
    return entry.val.type == type_ and (type_.stable or entry.own == VIRTUAL or entry.val.guarded == ((type_.ref,), b.epoch))


def _is_one_of(b: Builder, entry: Entry, group: list[Candidate]) -> None:
    if len(group) == 1 and group[0][0].stable:
        entry.val.type = group[0][0]
    else:
        entry.val.guarded = (_refs(group), b.epoch)


def _one_of(b: Builder, entry: Entry, group: list[Candidate]) -> Value:
    """Is an operand an instance of one of these classes, which have not changed since the region was bound?"""
    box = b.box(entry)
    if len(group) == 1 and group[0][0].stable:
        return b.emit("is_type", box, type=group[0][0].name)
    test = b.emit("is_version", box, ref=group[0][0].ref)
    for type_, _ in group[1:]:
        test = b.emit("or_i1", test, b.emit("is_version", box, ref=type_.ref))
    return test


def require_classes(b: Builder, entry: Entry, found: list[Candidate], reason: str = "type_changed") -> None:
    """The same for one of several classes."""
    if entry.val.guarded == (_refs(found), b.epoch):
        return
    if len(found) == 1:
        require_class(b, entry, found[0][0], reason)
    else:
        b.guard(_one_of(b, entry, found), "classes_changed")


def number_by_class(b: Builder, entry: Entry, found: list[Candidate], place: int) -> Value:
    """The number at `place` of the fact that holds; the operand is of one of the classes."""
    number = b.i64(found[0][1][place])
    box = b.box(entry)
    for type_, fact in found[1:]:
        if any(fact[place] != other[place] for _, other in found):
            number = b.emit("select_i64", b.emit("is_version", box, ref=type_.ref), b.i64(fact[place]), number)
    return number


def require_no_shadow(b: Builder, entry: Entry, found: list[Candidate], name: Value) -> None:
    """Guards that the instance has no attribute of its own that hides the class's."""
    if all(fact[2] < 0 for _, fact in found):
        return
    if entry.own == VIRTUAL and isinstance(entry.val.made, Instance):  # what it has was looked for before
        return
    b.guard(b.emit("no_shadow", b.box(entry), name, number_by_class(b, entry, found, 2)), "attr_changed")


def class_attribute(b: Builder, entry: Entry, name: str) -> Fact | None:
    """What attribute `name` of a known class (still on the stack) is, guarded to be so still; None if that isn't known."""
    known = entry.val.known
    if b.profile.described(known).get("kind") != "type" or known is None or b.profile.failed(b.ins.start, "attr_changed"):
        return None
    fact = b.profile.class_fact(known[1], name)
    if fact is not None and fact[0] == "value" and not _steady(b, b.profile.objects[fact[1]]):
        return None
    if fact is not None:
        b.guard(b.emit("class_is_version", ref=known[1]), "attr_changed")
    if fact is not None and fact[0] == "member":  # alive, as the class has it still; neither has become an instance of another class
        b.guard(b.emit("is_version", b.box(entry), ref=fact[2]), "attr_changed")
        b.guard(b.emit("is_version", b.pool("lent" if b.profile.lent(fact[1]) else "object", fact[1]), ref=known[1]), "attr_changed")
    return fact


def _steady(b: Builder, described: dict[str, Any]) -> bool:
    """The value can't become a descriptor behind the back of the class that has it: neither its type nor which type it has can change."""
    kind = described["kind"]
    if kind == "type":
        return bool(described["flags"]["plain_metaclass"])
    if kind == "other":
        type_: dict[str, Any] = b.profile.objects[described["type"]]
        return bool(type_.get("builtin"))
    return str(kind) != "module"
