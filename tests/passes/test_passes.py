"""Each file: `;; passes: names`, IR, a line `;; becomes`, IR. `--bless` rewrites what stands beneath it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierup.ir.text import parse, print_function
from tierup.passes import simplify
from tierup.passes.pipeline import PASSES, run_passes

FILES = sorted(Path(__file__).parent.glob("*.ir"))
BECOMES = ";; becomes\n"


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_pass(file: Path, request: pytest.FixtureRequest) -> None:
    before, _, want = file.read_text().partition(BECOMES)
    names = tuple(before.splitlines()[0].removeprefix(";; passes:").split())
    fn = parse(before)
    run_passes(fn, check=True, names=names)
    got = print_function(fn)
    if request.config.getoption("--bless"):
        file.write_text(f"{before.rstrip()}\n\n{BECOMES}{got}")
        return
    assert got == want


def test_files_name_passes() -> None:
    known = {one.name for one in PASSES}
    named = {name for file in FILES for name in file.read_text().splitlines()[0].removeprefix(";; passes:").split()}
    assert named == known


def test_rules_fire(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fires in no file is not tested."""
    fired: set[str] = set()

    def noting(one: simplify.Rule) -> simplify.Rule:
        def noted(facts: object, instr: object) -> simplify.Found:
            found = one(facts, instr)  # type: ignore[arg-type]
            if found is not None:
                fired.add(one.__name__)
            return found

        return noted

    rules = {one.__name__ for ones in simplify.RULES.values() for one in ones}
    monkeypatch.setattr(simplify, "RULES", {op: [noting(one) for one in ones] for op, ones in simplify.RULES.items()})
    for file in FILES:
        run_passes(parse(file.read_text().partition(BECOMES)[0]), names=("simplify",))
    assert fired == rules
