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
    """The classes expected here, each with what its instances' attribute `name` is; [] if that isn't known of each, or if it has failed before."""
    if b.profile.failed(b.ins.start, "attr_changed", "classes_changed"):
        return []
    type_ = expected(b, entry, depth)
    types = [type_] if type_.known else b.profile.seen(b.ins.offset, depth)
    if len(types) == 1 and b.profile.failed(b.ins.start, "type_changed"):
        return []
    found = []
    for type_ in types:
        fact = b.profile.attr_fact(type_, name) if type_.known else None
        if fact is None or (len(types) > 1 and type_.stable):
            return []
        found.append((type_, fact))
    return found


def require_class(b: Builder, entry: Entry, type_: Type, reason: str = "type_changed") -> None:
    """Guards that an operand (still on the stack) is an instance of a class that has not changed since the region was bound."""
    val = entry.val
    if val.guarded == (type_.ref, b.epoch):
        return
    if entry.own == VIRTUAL and isinstance(val.made, Instance) and val.made.cls == type_.ref:
        b.guard(b.emit("class_is_version", ref=type_.ref), reason)
        val.guarded = (type_.ref, b.epoch)
        return
    if type_.stable:
        if val.type != type_:
            b.guard(b.emit("is_type", b.box(entry), type=type_.name), "type_changed")
            val.type = type_
        return
    b.guard(b.emit("is_version", b.box(entry), ref=type_.ref), reason)
    val.guarded = (type_.ref, b.epoch)


def by_groups(b: Builder, found: list[Candidate], key: Callable[[Fact], object], act: Callable[[list[Candidate]], None]) -> None:
    """Does the bytecode at hand, whose operand on top of the stack is of one of several classes, once for those that `key` makes equal: each group goes its own
    way from a test of the class on, up to where ways meet. `act` does it for a group, guards included.
    """
    groups: dict[object, list[Candidate]] = {}
    for type_, fact in found:
        groups.setdefault(key(fact), []).append((type_, fact))
    *others, last = groups.values()
    for group in others:
        box = b.box(b.frame.stack[-1])
        test = b.emit("is_version", box, ref=group[0][0].ref)
        for type_, _ in group[1:]:
            test = b.emit("or_i1", test, b.emit("is_version", box, ref=type_.ref))
        this, rest = b.split(test)
        b.resume(this)
        if len(group) == 1:
            b.frame.stack[-1].val.guarded = (group[0][0].ref, b.epoch)
        act(group)
        b.jump_to(b.ins.end)
        b.resume(rest)
    act(last)
    if others:
        b.jump_to(b.ins.end)


def require_classes(b: Builder, entry: Entry, found: list[Candidate], reason: str = "type_changed") -> None:
    """The same for one of several classes."""
    if len(found) == 1:
        require_class(b, entry, found[0][0], reason)
        return
    box = b.box(entry)
    test = b.emit("is_version", box, ref=found[0][0].ref)
    for type_, _ in found[1:]:
        test = b.emit("or_i1", test, b.emit("is_version", box, ref=type_.ref))
    b.guard(test, "classes_changed")


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
