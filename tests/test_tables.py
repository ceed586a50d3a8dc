"""The tables of settings and reasons are whole, and the pages made from them are up to date."""

from __future__ import annotations

import dis
from pathlib import Path

import pytest

from tierup.frontend.build import HANDLERS
from tierup.frontend.left import LEFT
from tierup.reasons import KINDS, TABLE, sentence
from tierup.reports.docs import PAGES
from tierup.settings import TABLE as SETTINGS
from tierup.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"


def test_reason_ids_are_unique() -> None:
    assert len({row.id for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_reason_is_documented(row) -> None:
    assert row.kind in KINDS
    assert row.sentence.endswith((".", ")."))
    assert not row.hint or row.hint.endswith(".")
    assert f"`{row.id}`" in (DOCS / "reasons.md").read_text()


def test_unknown_reason_is_shown_as_it_is() -> None:
    assert sentence("no_such_reason") == "no_such_reason"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), "run `python -m tierup.reports.docs`"


def test_few_settings_with_one_name_each() -> None:
    assert len(SETTINGS) < 15
    assert len({row.variable for row in SETTINGS}) == len({row.name for row in SETTINGS}) == len(SETTINGS)
    assert all(row.variable.startswith("TIERUP") and row.sentence.endswith(".") for row in SETTINGS)


def test_defaults() -> None:
    made = Settings({"HOME": "/home/someone"})
    assert (made.enabled, made.mode, made.compiler, made.stats, made.problems) == (False, "on", "process", False, [])
    assert made.cache_dir.endswith("/.cache/tierup") and made.socket_dir.startswith("/tmp/tierup-")


def test_xdg_directories() -> None:
    made = Settings({"XDG_CACHE_HOME": "/var/c", "XDG_RUNTIME_DIR": "/run/me"})
    assert (made.cache_dir, made.socket_dir) == ("/var/c/tierup", "/run/me/tierup")
    assert not Settings({"XDG_CACHE_HOME": "relative"}).cache_dir.startswith("relative")


def test_values_are_read() -> None:
    made = Settings({"TIERUP": "1", "TIERUP_MODE": "stress", "TIERUP_SEED": "7", "TIERUP_CACHE": "0"})
    assert (made.enabled, made.mode, made.seed, made.cache_dir) == (True, "stress", 7, "")


@pytest.mark.parametrize(("variable", "text", "name"), [("TIERUP_MODE", "fast", "mode"), ("TIERUP_SEED", "x", "seed"), ("TIERUP_THRESHOLD", "-1", "threshold")])
def test_a_wrong_value_is_a_complaint_and_the_default(variable, text, name) -> None:
    made = Settings({variable: text})
    assert getattr(made, name) == getattr(Settings({}), name)
    assert len(made.problems) == 1 and variable in made.problems[0]


def test_each_opcode_is_compiled_or_said_to_be_left() -> None:
    assert set(HANDLERS) | set(LEFT) == set(dis.opmap) | {"CACHE"}
    assert not set(HANDLERS) & set(LEFT)
    page = (DOCS / "coverage.md").read_text()
    assert all(f"| `{name}` |" in page for name in dis.opmap)
