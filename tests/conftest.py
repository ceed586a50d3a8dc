"""Markers, and the end of the session."""

from __future__ import annotations

import signal

import pytest
from programs import remove_session_dir


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite the expectations in the files of tests/passes and tests/ir")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quick: a small part of the differential tests, enough for a first look")
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # Started in the background the tests would inherit that Ctrl-C is ignored, and so would the programs that they interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish() -> None:
    remove_session_dir()
