"""Profiles that are kept after a region was asked for, as far as they keep nothing of the program alive.

A function that runs natively is not recorded when a caller of it is: what was seen of it before is told again.
"""

from __future__ import annotations

from _weakref import ref as weak_reference

from tierup.runtime import objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Profile = dict[int, tuple[Any, ...]]

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


def kept(profile: Profile) -> Profile:
    """The profile with weak references to classes and functions; other objects that were called are left out."""
    return {
        offset: (count, [(tuple(map(weak, types)), times) for types, times in operands], [*map(weak, results)], [weak(x) for x in callees if nameable(x)])
        for offset, (count, operands, results, callees) in profile.items()
    }


def found(profile: Profile) -> Profile:
    """The kept profile with the objects that are still there; kinds of operands that are not are left out."""
    return {offset: found_row(*row) for offset, row in profile.items()}


def found_row(count: int, operands: list[Any], results: list[Any], callees: list[Any]) -> tuple[Any, ...]:
    """One row of it."""
    kinds = []
    for types, times in operands:
        strong = tuple(map(object_of, types))
        if not any(cls is None and was is not None for cls, was in zip(strong, types, strict=True)):
            kinds.append((strong, times))
    there = [value for value in map(object_of, callees) if value is not None]
    return (count, kinds, [cls for cls, was in zip(map(object_of, results), results, strict=True) if cls is not None or was is None], there)


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
