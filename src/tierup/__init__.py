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
    switch = _switch()
    if switch is not None:
        switch.enable()
    return enabled()


def disable() -> None:
    """Switch tierup off: no code is compiled any more and compiled code is no longer entered."""
    switch = _switch()
    if switch is not None:
        switch.disable()


def enabled() -> bool:
    """Is tierup on in this process?"""
    switch = _switch()
    return switch is not None and bool(switch.enabled())


def stats() -> dict[str, Any]:
    """What was done so far: regions compiled, loaded and dropped, time to compile, entries, exits."""
    switch = _switch()
    return {} if switch is None else dict(switch.stats())


def compile(function: Callable[..., Any]) -> bool:
    """Compile a function now and wait for it; True if its compiled code is in place.

    What the interpreter has learned of the function is used, so call it a few times with typical arguments first.
    """
    switch = _switch()
    return switch is not None and bool(switch.compile_function(function))


def never(function: F) -> F:
    """Leave this function alone for good (a decorator)."""
    switch = _switch()
    if switch is not None:
        switch.never(function)
    return function


def _switch() -> ModuleType | None:
    """`tierup.runtime.switch`, imported when it is first needed; None where it can't be used."""
    if sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return None
    try:
        from tierup.runtime import switch
    except ImportError:  # the extension is missing
        return None
    module: ModuleType = switch
    return module
