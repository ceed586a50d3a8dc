"""What was found out about code objects, remembered while they live."""

from __future__ import annotations

from _weakref import ref as weak_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

MOST = 4096

_tables: list[PerCode] = []


class PerCode:
    """What a function finds out about code objects, for those that it was asked about lately."""

    __slots__ = ("known", "look")

    def __init__(self, look: Callable[[CodeType], Any]) -> None:
        self.look = look
        self.known: dict[int, tuple[weak_reference[CodeType], Any]] = {}  # by id of the code
        _tables.append(self)

    def of(self, code: CodeType) -> Any:
        """What it finds out about this one."""
        reference, found = self.known.get(id(code), (None, None))
        if reference is None or reference() is not code:
            if len(self.known) >= MOST:
                self.known.clear()
            found = self.look(code)
            self.known[id(code)] = weak_reference(code), found
        return found


def forget_dead() -> None:
    """Drops what is remembered of code that is gone."""
    for table in _tables:
        for key in [key for key, (reference, _) in table.known.items() if reference() is None]:
            del table.known[key]
