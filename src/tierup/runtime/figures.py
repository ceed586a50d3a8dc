"""What was done so far, in numbers."""

from __future__ import annotations

from tierup.runtime.units import line_at
from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierup.runtime.control import Control
    from tierup.runtime.units import Target, Unit


def count_region(control: Control, region: int) -> None:
    """Add what the C side counted for a region that is about to go."""
    unit, target = control.regions[region]
    entries, exits = region_counts(control, region, unit, target)
    control.counts["entries"] += entries
    for row, count in exits.items():
        control.exit_counts[row] = control.exit_counts.get(row, 0) + count


def region_counts(control: Control, region: int, unit: Unit, target: Target) -> tuple[int, dict[tuple[str, int, str, str], int]]:
    """Entries, and exits by place and reason."""
    counted = control.native.region_stats(region)
    exits: dict[tuple[str, int, str, str], int] = {}
    taken = counted.get("exits", {})
    for exit_id, count in taken.items() if type(taken) is dict else enumerate(taken):
        if count:
            offset, reason, _ = target.exits[exit_id]
            row = (unit.file, line_at(unit, offset), unit.name, reason)
            exits[row] = exits.get(row, 0) + count
    return counted.get("entries", 0), exits


def stats(control: Control) -> dict[str, Any]:
    """Everything that was done so far."""
    entries = control.counts["entries"]
    exits = dict(control.exit_counts)
    for region, (unit, target) in list(control.regions.items()):
        more, taken = region_counts(control, region, unit, target)
        entries += more
        for row, count in taken.items():
            exits[row] = exits.get(row, 0) + count
    refused = [
        (unit.file, unit.line, unit.name, target.reason)
        for unit in list(control.units.values())  # a visit may come in between
        for target in list(unit.targets.values())
        if target.reason
    ]
    return {
        **control.counts,
        "entries": entries,
        "compiler": settings.compiler,
        "compile_seconds": control.compile_seconds,
        "exits": [(*row, count) for row, count in exits.items()],
        "refused": refused,
        "problem": control.problem or (control.client.problem if control.client else ""),
    }
