"""The table of a run, for people: a line per benchmark, means per group."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text
from rows import FIRST_BAR_MIXED, FIRST_BAR_NUMERIC, GROUPS, OURS, TRIMMED

SLOWER = 0.97
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    scale, unit = next((pair for pair in UNITS if seconds >= pair[0]), UNITS[-1])
    return f"{seconds / scale:.3g} {unit}"


def megabytes(pair: list[int]) -> str:
    return f"{pair[0] / 2**20:.0f} -> {pair[1] / 2**20:.0f}"


def line(row: dict[str, Any]) -> str:
    """Progress: one row as soon as it is known."""
    if row["error"]:
        return f"  {row['name']}: {row['error'].strip().splitlines()[-1][:150]}"
    return f"  {row['name']}: {row['ratio']:.2f}x" + ("" if row["equal"] else "  RESULTS DIFFER")


def geometric_mean(ratios: Iterable[float]) -> float:
    """NaN for none at all."""
    logs = [math.log(ratio) for ratio in ratios]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def means(rows: list[dict[str, Any]]) -> list[tuple[str, int, float]]:
    """Name, number of rows and mean of each set of rows that has any."""
    good = {row["name"]: row for row in rows if not row["error"]}
    sets = {group: [name for name, row in good.items() if row["group"] == group] for group in GROUPS}
    peers = [name for name, row in good.items() if row["group"] not in OURS]
    sets |= {"all of pyperformance": peers, "trimmed": [name for name in peers if name not in TRIMMED]}
    sets |= {"first bar, numeric (8x)": [n for n in FIRST_BAR_NUMERIC if n in good], "first bar, mixed (1.8x)": [n for n in FIRST_BAR_MIXED if n in good]}
    return [(name, len(names), geometric_mean(good[n]["ratio"] for n in names)) for name, names in sets.items() if names]


def cells(row: dict[str, Any]) -> list[str | Text]:
    if row["error"]:
        return [row["name"], Text(row["error"].strip().splitlines()[-1][:60], style="red")]
    style = "red" if row["ratio"] < SLOWER else "green" if row["ratio"] > 1.05 else ""
    times = [duration(row["plain"]), duration(row["tierup"]), Text(f"{row['ratio']:.2f}", style=style), f"{row['best_ratio']:.2f}"]
    cold = [duration(row["first"][0]), duration(row.get("cold_first")), duration(row["first"][1]), duration(row.get("compile_seconds"))]
    return [row["name"], *times, *cold, megabytes(row["memory"]), "yes" if row["equal"] else Text("NO", style="bold red")]


HEADINGS = ["benchmark", "plain", "tierup", "ratio", "of best", "first plain", "first cold", "first cached", "compiling", "MB", "equal"]


def build(report: dict[str, Any]) -> Table:
    view = Table(title=f"Python {report['python']}, {report['when']}")
    for heading in HEADINGS:
        view.add_column(heading, justify="left" if heading == "benchmark" else "right")
    for row in report["rows"]:
        view.add_row(*cells(row))
    view.add_section()
    for name, count, mean in means(report["rows"]):
        view.add_row(f"mean, {name} ({count})", "", "", f"{mean:.2f}")
    slow = sum(1 for row in report["rows"] if not row["error"] and row["ratio"] < SLOWER)
    view.add_row(f"rows below {SLOWER}", "", "", str(slow))
    return view
