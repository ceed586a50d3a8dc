"""The regions that are in use: loaded, put in place, counted, taken out."""

from __future__ import annotations

from tierup import _tierup
from tierup.runtime.units import INSTALLED, line_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from tierup.runtime.units import Target, Unit

INSTALL_ATTEMPTS = 200
EXIT_SHARE = 5  # a region left once in so many entries is of no use; what replaces one learns from exits taken so many times less often than the limit
HARMLESS_EXITS = frozenset(("loop_done", "frame_seen", "return_in_loop", "does_not_fit", "reraised", "left", "eval_breaker", "tracing", "stress"))


class Regions:
    """By the number that the C side gives them. `unplaced`: how often those were tried that could not be installed yet."""

    def __init__(self) -> None:
        self.of: dict[int, tuple[Unit, Target]] = {}
        self.unplaced: dict[int, int] = {}
        self.dropped = 0
        self.entries = 0  # of regions that are gone
        self.exits: dict[tuple[str, int, str, str], int] = {}

    def put(self, unit: Unit, code: CodeType, target: Target, number: int, region: dict[str, Any]) -> None:
        """A region that was loaded takes the place of the one before."""
        if target.region >= 0:
            self.drop(target.region)
        target.region, target.state = number, INSTALLED
        target.exits = [tuple(row) for row in region["exits"]]
        later = region.get("later")
        target.later = str(later.get("name", "")) if type(later) is dict else ""
        _tierup.watch_region(number)
        self.of[number] = (unit, target)
        self.unplaced[number] = 0

    def place(self, number: int) -> bool:
        """Install; what can't be placed now (a frame stands where the stub goes) is to be tried again at later visits. False: it was tried often enough."""
        if _tierup.install(number):
            self.unplaced.pop(number, None)
            return True
        self.unplaced[number] += 1
        return self.unplaced[number] <= INSTALL_ATTEMPTS

    def suspend(self, number: int) -> None:
        """Not to be entered until it is installed again."""
        self.unplaced.pop(number, None)
        _tierup.suspend(number)

    def serve_again(self, number: int) -> None:
        """A region that is to be replaced, unless it is left so often that the interpreter does as well."""
        if sum(taken(number).values()) * EXIT_SHARE < _tierup.region_stats(number).get("entries", 0):
            _tierup.install(number)

    def drop(self, number: int) -> None:
        """Take a region out of use."""
        self.dropped += 1
        _, target = self.of[number]
        self.forget(number)
        target.region = -1

    def forget(self, number: int) -> None:
        """Out of use, or dead with its code: what it did stays counted."""
        if number in self.of:
            self.entries += count(number, *self.of[number], self.exits)
        self.of.pop(number, None)
        self.unplaced.pop(number, None)
        _tierup.remove(number)

    def learn(self, number: int, often: int) -> None:
        """What failed at least so often is not tried again."""
        _, target = self.of[number]
        for exit_id, times in taken(number).items():
            offset, reason, _ = target.exits[exit_id]
            if times >= often and reason not in HARMLESS_EXITS and reason not in target.failed.setdefault(offset, []):
                target.failed[offset].append(reason)

    def totals(self) -> tuple[int, dict[tuple[str, int, str, str], int]]:
        """Entries, and exits by place and reason, since the start. A visit may come in the middle of this, and take regions out."""
        entries, exits = self.entries, self.exits.copy()
        for number, (unit, target) in list(self.of.items()):
            entries += count(number, unit, target, exits)
        return entries, exits


def count(number: int, unit: Unit, target: Target, exits: dict[tuple[str, int, str, str], int]) -> int:
    """The entries of a region; its exits are added to those given."""
    for exit_id, times in taken(number).items():
        offset, reason, _ = target.exits[exit_id]
        row = (unit.file, line_at(unit, offset), unit.name, reason)
        exits[row] = exits.get(row, 0) + times
    return int(_tierup.region_stats(number).get("entries", 0))


def taken(number: int) -> dict[int, int]:
    """Exit -> how often it was taken."""
    exits: dict[int, int] = _tierup.region_stats(number).get("exits", {})
    return exits
