"""Makes a failing program smaller: statements are taken out, blocks replaced by what is in them, expressions by their parts, as long as it still fails."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator

Fails = Callable[[str], bool]
BLOCKS = ("body", "orelse", "finalbody", "handlers")


def shrink(source: str, fails: Fails, seconds: float) -> str:
    """The smallest program found in the given time for which `fails` is true. `source` must fail."""
    end = time.monotonic() + seconds
    best = ast.unparse(ast.parse(source))
    if not fails(best):
        return source
    progress = True
    while progress and time.monotonic() < end:
        progress = False
        for candidate in candidates(ast.parse(best)):
            if time.monotonic() > end:
                break
            if len(candidate) < len(best) and fails(candidate):
                best, progress = candidate, True
                break
    return best


def candidates(tree: ast.Module) -> Iterator[str]:
    """Smaller programs, the boldest first."""
    for size in (16, 8, 4, 2, 1):
        yield from _without_statements(tree, size)
    yield from _flattened(tree)
    yield from _simpler_expressions(tree)


def _blocks(tree: ast.AST) -> Iterator[tuple[int, str, int]]:
    """(number of the node in walking order, name of the block, its length), long blocks first."""
    found = []
    for number, node in enumerate(ast.walk(tree)):
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                found.append((number, name, len(block)))
    yield from sorted(found, key=lambda row: -row[2])


def _changed(tree: ast.Module, number: int, change: Callable[[ast.AST], None]) -> str | None:
    twin = copy.deepcopy(tree)
    node = next(node for k, node in enumerate(ast.walk(twin)) if k == number)
    change(node)
    try:
        text = ast.unparse(ast.fix_missing_locations(twin))
        compile(text, "?", "exec")
    except (SyntaxError, ValueError, AttributeError):
        return None
    return text


def _without_statements(tree: ast.Module, size: int) -> Iterator[str]:
    for number, name, length in _blocks(tree):
        for start in range(length - 1, -1, -size):
            first = max(0, start - size + 1)

            def cut(node: ast.AST, name: str = name, first: int = first, last: int = start) -> None:
                block = getattr(node, name)
                del block[first : last + 1]
                if not block and name == "body":
                    block.append(ast.Pass())

            text = _changed(tree, number, cut)
            if text is not None:
                yield text


def _flattened(tree: ast.Module) -> Iterator[str]:
    """Compound statements replaced by the statements in them."""
    for number, name, length in _blocks(tree):
        for k in range(length):

            def lift(node: ast.AST, name: str = name, k: int = k) -> None:
                block = getattr(node, name)
                inner = getattr(block[k], "body", None)
                if isinstance(inner, list) and not isinstance(block[k], (ast.FunctionDef, ast.ClassDef)):
                    block[k : k + 1] = inner

            text = _changed(tree, number, lift)
            if text is not None:
                yield text


def _simpler_expressions(tree: ast.Module) -> Iterator[str]:
    """Expressions replaced by one of their operands."""
    for number, node in enumerate(ast.walk(tree)):
        for field, value in ast.iter_fields(node):
            if not isinstance(value, ast.expr):
                continue
            for k, _ in enumerate(child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)):

                def replace(parent: ast.AST, field: str = field, k: int = k) -> None:
                    children = [child for child in ast.iter_child_nodes(getattr(parent, field)) if isinstance(child, ast.expr)]
                    setattr(parent, field, children[k])

                text = _changed(tree, number, replace)
                if text is not None:
                    yield text
