"""The pool of a blob: 8-byte slots, each described by a spec (docs/design.md); equal specs share a slot, cells only on demand."""

from __future__ import annotations

from typing import Any

Spec = tuple[Any, ...]


class Pool:
    """Slots in the order they were asked for; the first is the id of the exit taken last."""

    def __init__(self) -> None:
        self.specs: list[Spec] = [("cell", 0)]
        self._slots: dict[Spec, int] = {}
        self._cells: dict[Any, int] = {}

    def slot(self, spec: Spec) -> int:
        """The slot of a value that never changes."""
        if spec not in self._slots:
            self._slots[spec] = len(self.specs)
            self.specs.append(spec)
        return self._slots[spec]

    def cells(self, key: Any, count: int, initial: int = 0) -> int:
        """The first of `count` mutable slots that stand in a row; the same ones for the same key."""
        if key not in self._cells:
            self._cells[key] = len(self.specs)
            self.specs.extend([("cell", initial)] * count)
        return self._cells[key]
