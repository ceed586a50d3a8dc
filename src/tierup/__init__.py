"""tierup: a JIT compiler for stock CPython 3.11.

Nothing happens on import. `enable()` switches tierup on for this process; with the environment variable `TIERUP=1` that
happens when the interpreter starts. On an interpreter that isn't supported every function here is harmless: programs
run as plain Python, and `tierup doctor` explains.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

__version__ = "0.1.0"
__all__ = ["compile", "disable", "enable", "enabled", "never", "stats"]


def enable() -> bool:
    """Switch tierup on in this process; True if it is on now (False on an unsupported interpreter)."""
    control = _control()
    if control is not None:
        control.enable()
    return enabled()


def disable() -> None:
    """Switch tierup off: no code is compiled any more and compiled code is no longer entered."""
    control = _control()
    if control is not None:
        control.disable()


def enabled() -> bool:
    """Is tierup on in this process?"""
    control = _control()
    return control is not None and bool(control.enabled())


def stats() -> dict[str, Any]:
    """What was done so far: regions compiled, loaded and dropped, time to compile, entries, exits."""
    control = _control()
    return {} if control is None else dict(control.stats())


def compile(function: Callable[..., Any]) -> bool:
    """Compile a function now and wait for it; True if its compiled code is in place.

    What the interpreter has learned of the function is used, so call it a few times with typical arguments first.
    """
    control = _control()
    return control is not None and bool(control.compile_function(function))


def never(function: F) -> F:
    """Leave this function alone for good (a decorator)."""
    control = _control()
    if control is not None:
        control.never(function)
    return function


def _control() -> ModuleType | None:
    """`tierup.runtime.control`, imported when it is first needed; None where it can't be used."""
    if sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return None
    try:
        from tierup.runtime import control
    except ImportError:  # the extension is missing
        return None
    module: ModuleType = control
    return module
