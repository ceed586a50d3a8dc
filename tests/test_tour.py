"""docs/tour.md shows what the compiler does now. Machine code is left out, as it depends on the processor."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

if sys.version_info[:2] != (3, 11):
    pytest.skip("the snapshot holds bytecode of CPython 3.11", allow_module_level=True)

from tierup import _tierup
from tierup.reports.tour import page

DOCS = Path(__file__).parents[1] / "docs"
ASSEMBLY = re.compile(r"```asm\n.*?```", re.DOTALL)


@pytest.mark.skipif(bool(_tierup.supported()), reason="tierup does not run here")
def test_tour_is_up_to_date() -> None:
    shown, now = (ASSEMBLY.sub("", text) for text in ((DOCS / "tour.md").read_text(), page(DOCS)))
    assert shown == now, "run `python -m tierup.reports.tour`"
