"""A pytest plugin, copied into the environment of the packages: leaves behind what tierup did in the process, and takes hypothesis' deadlines away.

Equal results prove nothing if nothing was compiled. (TIERUP_STATS can't be used: child processes would print statistics where tests look.)
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys

KEPT = ("regions_compiled", "regions_loaded", "regions_dropped", "entries", "problems", "problem", "compile_seconds")


def pytest_sessionstart(session: object) -> None:
    """How long a test takes is not compared, and compiling everything takes long: behind what the packages' own files have configured, in plain runs, too.
    Decorators take over what is configured when the tests are imported, and these may be the first to import hypothesis.
    """
    if importlib.util.find_spec("hypothesis") is not None:
        hypothesis = importlib.import_module("hypothesis")
        hypothesis.settings.register_profile("tierup", hypothesis.settings(deadline=None))
        hypothesis.settings.load_profile("tierup")


def pytest_unconfigure(config: object) -> None:
    path = os.environ.get("CONFORMANCE_EVIDENCE", "")
    control = sys.modules.get("tierup.runtime.switch")
    if path and control is not None:
        counted = control.stats()
        with open(path, "w", encoding="utf-8") as file:
            json.dump({name: counted.get(name) for name in KEPT}, file)
