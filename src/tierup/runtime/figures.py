"""What was done so far, in numbers."""

from __future__ import annotations

from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierup.runtime.control import Control


def stats(control: Control) -> dict[str, Any]:
    """Everything that was done so far."""
    entries, exits = control.regions.totals()
    refused = [
        (unit.file, unit.line, unit.name, target.reason)
        for unit in list(control.units.values())  # a visit may come in between
        for target in list(unit.targets.values())
        if target.reason
    ]
    return {
        **control.counts,
        "regions_dropped": control.regions.dropped,
        "entries": entries,
        "compiler": settings.compiler,
        "compile_seconds": control.compile_seconds,
        "exits": [(*row, count) for row, count in exits.items()],
        "refused": refused,
        "problem": control.problem or control.compiler.problem,
    }
