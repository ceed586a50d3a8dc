"""Where so many ways lead to a place that what is known of them is joined: the graph is sound, and programs do the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import FORCE, PLAIN, mode, run

pytest.importorskip("llvmlite")

import tierup.compiler.compile  # noqa: F401  (registers the handlers)
from tierup.frontend import build
from tierup.ir.verify import format_errors, verify
from tierup.reports import dump

FEW = """
import tierup
if tierup.enabled():
    from tierup.frontend import build
    build.BUDGETS = tuple(build.Budget(*row) for row in {budgets})
"""
PROGRAM = """
import sys

def best(table, least):
    return max(y for row in table for y in row if y > least)

def kept(table, least):
    return [y for row in table for y in row if y > least]

def numbers(n, marker):
    first, second = marker, marker
    found = [i * j for i in range(n) for j in range(i) if j != 2]
    return found, sum(i * 0.5 if i > 3 else i for i in range(n)), sys.getrefcount(marker), first is second

def choose(value, other):
    if value > other:
        result = value * 2
    elif value == other:
        result = value * 0.5
    else:
        result = other
    return result

def chosen(n, marker):
    total = 0
    for i in range(n):
        total += choose(i, 3)
    return total, sys.getrefcount(marker)

marker = object()
for least in range(400):  # for longer than a window of the recorder, which keeps force mode from compiling
    least %= 12
    print(kept([[1, 2], [3], [7, 5, 9]], least), numbers(least, marker), chosen(least, marker), best([[1, 2], [3], [70, 5, 9]], least))
"""


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One of each function, with its comprehensions. What a window of the recorder sees depends on when the sampler looked: another run sees it."""
    for _ in range(20):
        folder = tmp_path_factory.mktemp("snapshots")
        how = mode("force", mode="force", compiler="inline", cache="0", snapshot_dir=str(folder), spare=FORCE.variables["TIERUP_SPARE"])
        run(how, ["-c", PROGRAM])
        found = [path for name in ("best", "kept", "numbers") for path in folder.glob(f"{name}-*-call-*")]
        if len(found) == 3 and all(dump.load(str(path))["nested"] for path in found):
            return found
    raise AssertionError("the comprehensions were never seen")


def test_budgets_that_shrink_are_sound(snapshots: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BUDGETS", tuple(build.Budget(*row) for row in SHRINKING))
    builders = [build.build(dump.load(str(path))) for path in snapshots]
    assert any(builder.budget not in build.BUDGETS[:2] for builder in builders)
    for builder in builders:
        assert not verify(builder.function), format_errors(builder.function, verify(builder.function))


@pytest.mark.parametrize("versions", [1, 2, 3, 4])
def test_sound(snapshots: list[Path], versions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BUDGETS", (build.Budget(5, versions, 900), build.Budget(0, versions, 3000)))
    assert len(snapshots) == 3
    for path in snapshots:
        snapshot = dump.load(str(path))
        assert snapshot["nested"]
        function = build.build(snapshot).function
        assert not verify(function), format_errors(function, verify(function))


SHRINKING = ((5, 4, 10), (2, 3, 30), (1, 2, 60), (1, 1, 90), (0, 1, 3000))
"""What does not fit the first is built with the others, one behind the other."""


@pytest.mark.parametrize("budgets", [*[((5, versions, 3000), (0, versions, 3000)) for versions in (1, 2, 3)], SHRINKING])
def test_same_as_plain(budgets: tuple[tuple[int, int, int], ...]) -> None:
    how = mode("force", mode="force", compiler="inline", cache="0", stats="1", spare=FORCE.variables["TIERUP_SPARE"])
    program = ["-c", FEW.format(budgets=budgets) + PROGRAM]
    got = run(how, program)
    assert "[internal_error]" not in got.stats
    assert got.regions > 3
    assert got.stdout == run(PLAIN, program).stdout, got.stderr
