"""Writes the pages that are made from tables: `python -m tierup.reports.docs [FOLDER]`. (`tierup.reports.tour` writes docs/tour.md.)"""

from __future__ import annotations

import sys
from pathlib import Path

from tierup.reasons import KINDS, TABLE, Reason
from tierup.reports.coverage import coverage_rows
from tierup.settings import TABLE as SETTINGS

HEAD = "<!-- Made by `python -m tierup.reports.docs`; change src/tierup/{table}.py instead. -->\n\n"


def reasons_page() -> str:
    """docs/reasons.md."""
    parts = [HEAD.format(table="reasons"), "# Reasons\n\nThe ids that statistics, dumps and tests show.\n"]
    for kind, title in KINDS.items():
        parts.append(f"\n## {title} (`{kind}`)\n\n| id | what it means | what to do |\n| --- | --- | --- |\n")
        parts.extend(reason_row(row) for row in TABLE if row.kind == kind)
    return "".join(parts)


def reason_row(row: Reason) -> str:
    """One line of the table."""
    return f"| `{row.id}` | {row.sentence} | {row.hint} |\n"


def settings_page() -> str:
    """docs/settings.md."""
    rows = (f"| `{row.variable}` | {shown(row.default)} | {row.sentence} |\n" for row in SETTINGS)
    head = "# Settings\n\nAll are environment variables, read once when the interpreter starts, and inherited by child processes.\n\n"
    return HEAD.format(table="settings") + head + "| variable | default | what it does |\n| --- | --- | --- |\n" + "".join(rows)


def shown(default: object) -> str:
    """A default as it would be written in a shell."""
    if default in ("", None, ()):
        return ""
    return f"`{int(default)}`" if isinstance(default, bool) else f"`{default}`"


def coverage_page() -> str:
    """docs/coverage.md."""
    head = (
        "# Bytecodes\n\nWhat becomes of each bytecode of CPython 3.11. *In line*: there are ways without a call; the types seen decide which are taken. "
        "*By a helper*:\na C function of `abi/helpers.py` does it, as the interpreter would. The exits are those that handlers name; operations have "
        "more of their own\n(`overflow`, `division_by_zero`, `index_out_of_range`). Code that never ran is an exit, too (`never_seen`).\n\n"
    )
    table = "| bytecode | compiled | helpers | exits |\n| --- | --- | --- | --- |\n" + "".join(f"| {' | '.join(row)} |\n" for row in coverage_rows())
    return HEAD.format(table="frontend/left") + head + table


PAGES = {"coverage.md": coverage_page, "reasons.md": reasons_page, "settings.md": settings_page}


def main(folder: str = "docs") -> int:
    """Write every page."""
    for name, page in PAGES.items():
        Path(folder, name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
