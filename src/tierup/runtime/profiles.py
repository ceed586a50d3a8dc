"""Profiles that are kept after a region was asked for, as far as they keep nothing of the program alive.

A function that runs natively is not recorded when a caller of it is: what was seen of it before is told again.
"""

from __future__ import annotations

from _weakref import ref as weak_reference
from marshal import dumps, loads

from tierup.runtime import objects
from tierup.runtime.units import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Profile = dict[int, tuple[Any, ...]]
    Kept = tuple[bytes, tuple[Any, ...]]

SEEN = 4  # kinds of operands, results and callees that a row of a profile keeps


def merged(old: Profile, new: Profile) -> Profile:
    """What two looks of the recorder saw, together; a row keeps what was seen first."""
    both = dict(old)
    for offset, (count, operands, results, callees) in new.items():
        if offset not in old:
            both[offset] = (count, operands, results, callees)
            continue
        before = old[offset]
        kinds = dict(before[1])
        for types, times in operands:
            kinds[types] = kinds.get(types, 0) + times
        both[offset] = (before[0] + count, list(kinds.items())[:SEEN], union(before[2], results), union(before[3], callees))
    return both


def union(old: list[Any], new: list[Any]) -> list[Any]:
    """Both lists without repetition, by identity."""
    known = {id(value) for value in old}
    return [*old, *(value for value in new if id(value) not in known)][:SEEN]


def kept(profile: Profile) -> Kept:
    """The profile as text, with weak references to classes and functions; other objects that were called are left out. The collector has next to nothing to do
    with it: hundreds of profiles as tuples and lists made each of its full runs a tenth longer.
    """
    table = Table()
    number = table.number
    rows = {
        offset: (count, [([*map(number, types)], times) for types, times in operands], [*map(number, results)], [number(x) for x in callees if nameable(x)])
        for offset, (count, operands, results, callees) in profile.items()
    }
    return (dumps(rows), tuple(table.values)) if rows else NOTHING


class Table:
    """Gives the classes and functions of a profile numbers; None has none."""

    __slots__ = ("numbers", "values")

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.values: list[Any] = []

    def number(self, value: Any) -> int | None:
        """The place among `values`, where there is a weak reference."""
        if value is None:
            return None
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.values)
            self.values.append(weak(value))
        return self.numbers[id(value)]


def found(packed: Kept) -> Profile:
    """The kept profile with the objects that are still there; kinds of operands that are not are left out."""
    text, weakly = packed
    if not text:
        return {}
    values = [*map(object_of, weakly)]
    return {offset: found_row(values, *row) for offset, row in loads(text).items()}


def found_row(values: list[Any], count: int, operands: list[Any], results: list[Any], callees: list[Any]) -> tuple[Any, ...]:
    """One row of it."""
    kinds = [
        (tuple([None if number is None else values[number] for number in types]), times)
        for types, times in operands
        if not any(number is not None and values[number] is None for number in types)
    ]
    there = [values[number] for number in callees if values[number] is not None]
    return (count, kinds, [None if number is None else values[number] for number in results if number is None or values[number] is not None], there)


def nameable(value: Any) -> bool:
    """Can it be kept so that nothing of the program is kept alive?"""
    return type(value) in (objects.FunctionType, objects.BuiltinType) or objects.is_type(value) or lasting(value)


def lasting(value: Any) -> bool:
    """Is it there for ever: a class made by C code, or a method of one?"""
    if type(value) is objects.MethodDescriptorType:
        value = value.__objclass__  # type: ignore[attr-defined]
    return type(value) is type and not objects.type_flags(value) & objects.HEAP


def weak(value: Any) -> Any:
    """A weak reference to a function or a class; None and what is there for ever stay what they are."""
    return value if value is None or lasting(value) else weak_reference(value)


def object_of(value: Any) -> Any:
    """What `weak` made weak; None if it is gone."""
    return value() if type(value) is weak_reference else value
