"""What the recorder saw of code that runs natively now: callers that are compiled later would not see it recorded again.

Nothing is kept alive: classes, functions and code are held by weak references, and rows whose objects are gone are left out.
"""

from __future__ import annotations

from _weakref import ref as weak_reference

from tierup.runtime import objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    Profile = dict[int, tuple[Any, ...]]

LIMIT = 512  # code objects

_profiles: dict[int, tuple[Any, Profile]] = {}
"""By id of the code: a weak reference to it, and its profile with weak references in place of objects."""


def _held(value: Any) -> Any:
    """What stands for the object here: None for None, a weak reference, or a function that returns something immortal."""
    if value is None:
        return None
    try:
        return weak_reference(value)
    except TypeError:
        return (lambda: value) if type(value) is objects.MethodDescriptorType else _nothing


def _nothing() -> None:
    return None


def _hold_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    count, operands, results, callees = row
    kinds = [(tuple(map(_held, types)), times) for types, times in operands]
    return (count, kinds, [_held(cls) for cls in results], [_held(callee) for callee in callees])


def _alive(refs: Any) -> list[Any] | None:
    """The objects; None if one of them is gone."""
    found = []
    for ref in refs:
        value = None if ref is None else ref()
        if value is None and ref is not None:
            return None
        found.append(value)
    return found


def _row(held: tuple[Any, ...]) -> tuple[Any, ...]:
    count, operands, results, callees = held
    kinds = [(tuple(types), times) for types, times in ((_alive(refs), times) for refs, times in operands) if types is not None]
    return (count, kinds, _alive(results) or [], _alive(callees) or [])


def keep(code: CodeType, profile: Profile) -> None:
    """The profile that a snapshot of this code was made from; of what it does not show an earlier one is good enough."""
    if len(_profiles) >= LIMIT:
        for key in [key for key, (ref, _) in _profiles.items() if ref() is None] or list(_profiles)[: LIMIT // 2]:
            del _profiles[key]
    profile = {**recall(code), **profile}
    _profiles[id(code)] = (weak_reference(code), {offset: _hold_row(row) for offset, row in profile.items()})


def recall(code: CodeType) -> Profile:
    """What was kept; empty if nothing was."""
    ref, rows = _profiles.get(id(code), (_nothing, {}))
    return {offset: _row(row) for offset, row in rows.items()} if ref() is code else {}
