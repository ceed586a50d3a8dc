"""The comparison behind `make conformance`: what counts as a difference, what is read from regrtest's results, what is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CONFORMANCE = Path(__file__).parent.parent / "conformance"
sys.path.insert(0, str(CONFORMANCE))

import known  # noqa: E402
import results  # noqa: E402
from environments import Environment  # noqa: E402
from modules import representative  # noqa: E402

XML = """<testsuites><testsuite name="t">
<testcase name="t.A.good" status="run" result="completed" time="0.1"/>
<testcase name="t.A.twice" status="run" result="completed" time="0.1"/>
<testcase name="t.A.twice" status="run" result="completed" time="0.1"><failure type="AssertionError">first line
AssertionError: 1 != 2</failure></testcase>
<testcase name="t.A.left" status="run" result="skipped" time="0.0"><skipped>no network</skipped></testcase>
</testsuite></testsuites>"""


def result(**cases: str) -> results.Result:
    return results.Result(cases, 1.0, "")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment("3.11.7", "local", tmp_path, "state 1", "/usr/lib/python3.11")


def test_cases_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cases.xml"
    file.write_text(XML)
    assert results.read_cases(file) == {"t.A.good": "passed", "t.A.twice": "failure: AssertionError: 1 != 2", "t.A.left": "skipped"}


def test_a_file_that_ends_early_has_no_cases(tmp_path: Path) -> None:
    file = tmp_path / "cases.xml"
    file.write_text(XML[:200])
    assert results.read_cases(file) == {}
    assert results.read_cases(tmp_path / "missing.xml") == {}


@pytest.mark.parametrize("ours", ["failure: x", "skipped", None])
def test_a_case_that_no_longer_passes_differs(ours: str | None) -> None:
    there = {} if ours is None else {"a": ours}
    assert results.differences(result(a="passed"), result(**there), set()) == ["a"]
    assert results.differences(result(a="passed"), result(**there), {"a"}) == []


def test_a_case_that_plain_does_not_pass_does_not_count() -> None:
    assert results.differences(result(a="failure: x", b="skipped"), result(), set()) == []


def test_results_count_for_the_sources_they_were_made_with(environment: Environment) -> None:
    results.save(environment, "force", "test_x", result(a="passed"))
    assert results.load(environment, "force", "test_x", keep=False) == result(a="passed")
    newer = Environment(environment.version, environment.build, environment.folder, "state 2", environment.library)
    assert results.load(newer, "force", "test_x", keep=False) is None
    assert results.load(newer, "force", "test_x", keep=True) == result(a="passed")


def test_known_differences_are_few_and_explained() -> None:
    entries = known.load_known(CONFORMANCE / "known.toml").entries
    assert len(entries) <= known.LIMIT
    assert all(entry.reason and entry.users_notice for entry in entries)


def test_too_many_known_differences_are_refused(tmp_path: Path) -> None:
    row = '[[difference]]\nmodule = "m"\ncase = "c"\nreason = "r"\nusers_notice = "n"\n'
    (tmp_path / "known.toml").write_text(row * (known.LIMIT + 1))
    with pytest.raises(ValueError, match="acceptable"):
        known.load_known(tmp_path / "known.toml")


def test_the_representative_modules_exist() -> None:
    import test

    folder = Path(test.__file__).parent
    missing = [name for name in representative() if not (folder / f"{name}.py").exists() and not (folder / name).exists()]
    assert not missing
