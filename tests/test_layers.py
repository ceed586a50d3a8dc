"""Imports go in the directions of docs/design.md, and the user's process loads nothing heavy. Found by reading, not by importing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "tierup"

TABLES = {"settings", "reasons", "abi"}
MAY_IMPORT: dict[str, set[str]] = {
    "settings": set(),
    "reasons": set(),
    "wire": set(),
    "percode": set(),
    "abi": set(),
    "ir": {"abi", "reasons"},
    "frontend": {"ir"} | TABLES,
    "passes": {"ir"} | TABLES,
    "backend": {"ir"} | TABLES,
    "compiler": {"frontend", "passes", "backend", "ir", "cache", "wire", "_tierup"} | TABLES,
    "cache": {"wire", "percode"} | TABLES,
    "runtime": {"cache", "wire", "percode", "_tierup"} | TABLES,
    "__init__": {"runtime"},
    "__main__": {"reports"},
    "autostart": {"settings", "runtime", "_tierup"},
    "reports": {"*"},
}
# Imports inside functions that the table doesn't allow elsewhere: the inline compiler, and the text of --stats at exit.
LAZY = {"runtime": {"compiler"}, "autostart": {"reports"}}
# Only these may import packages that aren't in the standard library.
THIRD_PARTY = {"backend": {"llvmlite"}, "reports": {"rich"}}
# Loaded when a user's program starts; each of these modules would cost milliseconds there.
IN_USERS_PROCESS = ("settings", "reasons", "wire", "percode", "cache", "runtime", "__init__", "autostart")
HEAVY = set("ast asyncio collections contextlib dataclasses dis enum functools hashlib inspect json logging multiprocessing".split())
HEAVY |= set("pathlib pickle random re shutil socket struct subprocess tempfile threading traceback types typing warnings".split())


class Import(NamedTuple):
    """One imported module: where, its dotted name, and whether it happens only when a function is called."""

    part: str
    place: str
    name: str
    lazy: bool


def part_of(path: Path) -> str:
    """The layer of a file: the folder below tierup, or the module's name."""
    relative = path.relative_to(SOURCE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imports_of(path: Path) -> Iterator[Import]:
    """All imports of a file but those under `if TYPE_CHECKING`."""
    yield from visit(path, ast.parse(path.read_text(encoding="utf-8")), lazy=False)


def visit(path: Path, node: ast.AST, lazy: bool) -> Iterator[Import]:
    if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
        return
    place = f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}"
    for name in imported(node):
        yield Import(part_of(path), place, name, lazy)
    for child in ast.iter_child_nodes(node):
        yield from visit(path, child, lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))


def imported(node: ast.AST) -> list[str]:
    """Dotted names; `from tierup import x` counts as tierup.x."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are written in full, so that their direction can be seen"
        module = node.module or ""
        return [f"tierup.{alias.name}" for alias in node.names] if module == "tierup" else [module]
    return []


IMPORTS = [found for path in sorted(SOURCE.rglob("*.py")) for found in imports_of(path)]


def our_part(name: str) -> str:
    """tierup.ir.graph -> ir."""
    return [*name.split("."), "__init__"][1]


def test_every_part_has_a_row() -> None:
    assert {part_of(path) for path in SOURCE.rglob("*.py")} <= set(MAY_IMPORT)


def test_directions() -> None:
    wrong = []
    for found in IMPORTS:
        if found.name.split(".")[0] != "tierup":
            continue
        allowed = MAY_IMPORT[found.part] | (LAZY.get(found.part, set()) if found.lazy else set()) | {found.part}
        if "*" not in allowed and our_part(found.name) not in allowed:
            wrong.append(f"{found.place} imports {found.name}")
    assert not wrong, "\n".join(wrong)


def test_no_foreign_packages() -> None:
    wrong = []
    for found in IMPORTS:
        top = found.name.split(".")[0]
        if top != "tierup" and top not in sys.stdlib_module_names | THIRD_PARTY.get(found.part, set()):
            wrong.append(f"{found.place} imports {found.name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", IN_USERS_PROCESS)
def test_users_process_stays_light(part: str) -> None:
    wrong = [f"{found.place} imports {found.name}" for found in IMPORTS if found.part == part and not found.lazy and found.name in HEAVY]
    assert not wrong, "\n".join(wrong)


def test_all_is_loaded_when_it_is_switched_on() -> None:
    """A visit may come in the middle of an import of the program's; importlib's locks don't stand an import of ours there (KeyError in the program)."""
    modules = [f"tierup.{path.parent.name}.{path.stem}" for part in ("runtime", "cache") for path in (SOURCE / part).glob("*.py") if path.stem != "__init__"]
    code = f"import sys, tierup; on = tierup.enable(); print(on, [name for name in {modules} if name not in sys.modules])"
    variables = {**os.environ, "TIERUP": "0", "TIERUP_MODE": "on"}
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout in ("True []\n", f"False {modules}\n")
