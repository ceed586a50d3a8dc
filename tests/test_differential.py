"""Every program of the corpus prints the same and ends the same with tierup as without, in every mode.

A quick look: `pytest tests/test_differential.py -m quick`; one program: `-k "int_arithmetic and force"`. The second seed of
stress mode, and force mode with the library compiled, too, are tried on a part of the programs only, to stay within the time all tests may take;
TIERUP_TEST_ALL=1 tries them on all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from programs import CORPUS, FORCE, FORCE_ALL, MODES, ON, PLAIN, STRESS, Mode, corpus, difference, plain, run

QUICK = {
    "attributes",
    "calls",
    "exceptions",
    "finalisers",
    "float_arithmetic",
    "for_loops",
    "int_arithmetic",
    "late_types",
    "overflow_loops",
    "tracebacks",
}
LIBRARY_TOO = {"copy_and_pickle", "exceptions", "imports_in_loops", "in_place_operators"}
MUST_COMPILE = sorted(QUICK)
TRANSCRIPT_AT_LEAST = 20


def modes_for(path: Path) -> list[Mode]:
    everything = "TIERUP_TEST_ALL" in os.environ
    partly = {FORCE_ALL.name: LIBRARY_TOO, STRESS[1].name: QUICK}
    return [how for how in [*MODES, FORCE_ALL] if everything or path.stem in partly.get(how.name, {path.stem})]


def cases() -> list[ParameterSet]:
    found = []
    for path in corpus():
        for how in modes_for(path):
            marks = [pytest.mark.quick] if path.stem in QUICK and how is FORCE else []
            found.append(pytest.param(path, how, id=f"{path.stem}-{how.name}", marks=marks))
    return found


@pytest.mark.parametrize(("path", "how"), cases())
def test_same_as_plain(path: Path, how: Mode) -> None:
    """A few programs depend on time (threads, signals, collections) and now and then differ between two plain runs; a difference of ours comes again."""
    got = run(how, [str(path)])
    assert "[internal_error]" not in got.stats, "the compiler failed:\n" + got.stats
    problem = difference(plain(path), got)
    if problem:
        problem = difference(run(PLAIN, [str(path)]), run(how, [str(path)]))
    assert not problem, f"{path.stem} in mode {how.name}:\n{problem}"


@pytest.mark.parametrize(
    "name",
    [
        *MUST_COMPILE,
        "callable_instances",
        "generator_expressions_in_loops",
        "generators_in_loops",
        "generators_nested",
        "iterators_in_line",
        "local_functions",
        "module_names",
    ],
)
def test_same_with_what_earlier_runs_compiled(name: str, tmp_path: Path) -> None:
    """What is loaded from the cache was never recorded in this process, but is when a caller of it is; what such a run compiles anew, the next one loads."""
    path = CORPUS / f"{name}.py"
    for _ in range(3):
        problem = difference(plain(path), run(ON, [str(path)], TIERUP_CACHE=str(tmp_path / "cache")))
        if problem:
            problem = difference(run(PLAIN, [str(path)]), run(ON, [str(path)], TIERUP_CACHE=str(tmp_path / "cache")))
        assert not problem, f"{name}:\n{problem}"


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.stem)
def test_the_program_is_deterministic(path: Path) -> None:
    """A transcript that differs between two plain runs, or says nothing, could judge nothing."""
    again = run(PLAIN, [str(path)])
    assert not difference(plain(path), again) or not difference(run(PLAIN, [str(path)]), again)
    assert len(again.stdout) > TRANSCRIPT_AT_LEAST
    assert again.code == 0 or "exit code" in path.read_text().splitlines()[0]


@pytest.mark.parametrize("name", MUST_COMPILE)
def test_code_was_really_compiled(name: str) -> None:
    """Equal transcripts prove nothing if nothing was compiled."""
    got = run(FORCE, [str(CORPUS / f"{name}.py")])
    assert got.regions >= 3, got.stats or "no statistics: tierup was not on"
    assert got.entries >= 100, got.stats
