"""The text of `--stats`. Runs inside the user's process when it ends: standard library only."""

from __future__ import annotations

from tierup.reasons import sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

EXITS_SHOWN = 20
REFUSALS_SHOWN = 10


def text(stats: Mapping[str, Any]) -> str:
    """All of it, one fact per line, each line marked as ours."""
    return "".join(f"tierup: {line}\n" for line in lines(stats))


def lines(stats: Mapping[str, Any]) -> Iterator[str]:
    """The lines without their mark."""
    compiled, loaded, improved, dropped = (stats.get("regions_" + what, 0) for what in ("compiled", "loaded", "improved", "dropped"))
    yield f"{compiled} regions compiled, {loaded} loaded from the cache, {improved} improved, {dropped} dropped"
    place = "in this process" if stats.get("compiler") == "inline" else "in the compiler process"
    yield f"{stats.get('compile_seconds', 0.0):.2f} s spent compiling, {place}"
    yield f"{stats.get('entries', 0)} entries into compiled code"
    yield from exit_lines(list(stats.get("exits", ())))
    yield from refusal_lines(list(stats.get("refused", ())))
    if stats.get("problem"):
        yield f"the compiler process: {stats['problem']}"


def exit_lines(exits: list[tuple[str, int, str, str, int]]) -> Iterator[str]:
    """The most frequent exits, with the source line and the reason of each."""
    exits.sort(key=lambda row: -row[4])
    yield f"{sum(row[4] for row in exits)} exits to the interpreter" + (":" if exits else "")
    for file, line, function, reason, count in exits[:EXITS_SHOWN]:
        yield f"  {count:>9}  {file}:{line} in {function}: {sentence(reason)} [{reason}]"
    if len(exits) > EXITS_SHOWN:
        yield f"  ... and {len(exits) - EXITS_SHOWN} more places"


def refusal_lines(refused: list[tuple[str, int, str, str]]) -> Iterator[str]:
    """What was hot but could not be compiled."""
    if refused:
        yield f"{len(refused)} hot functions and loops were left to the interpreter:"
    for file, line, function, reason in refused[:REFUSALS_SHOWN]:
        yield f"  {file}:{line} {function}: {sentence(reason)} [{reason}]"
    if len(refused) > REFUSALS_SHOWN:
        yield f"  ... and {len(refused) - REFUSALS_SHOWN} more"
