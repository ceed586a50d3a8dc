"""Compiles while the program waits: force mode, of which the C side tells (csrc/force.c), and `tierup.compile()`."""

from __future__ import annotations

from tierup.runtime import objects
from tierup.runtime.asking import WAIT_SECONDS
from tierup.runtime.units import INSTALLED, RECORDING, REFUSED, Target, Unit, main_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from tierup.runtime.control import Control


def frame(control: Control, code: CodeType) -> bool:
    """Force mode: the first call or resumes of a code object are recorded, then it is compiled. False: further calls need not be told."""
    entry = main_entry(code)
    if control.spared(code) or entry is None:
        return False
    if not control.lock.acquire(False):
        return True
    try:
        unit = control.unit(code)
        target = unit.targets.get(entry)
        if target is None:
            unit.targets[entry] = Target()
            control.watch(unit, code, [entry])
        elif target.state == RECORDING:
            _ask(control, unit, code, entry)
        return target is None or target.state != REFUSED
    finally:
        control.lock.release()


def _ask(control: Control, unit: Unit, code: CodeType, entry: tuple[str, int]) -> None:
    """A failure of our own is not tried again at the next call."""
    try:
        profile, namespaces = control.native.read_profile(code), control.native.code_globals(code)
        control.ask(unit, entry, code, control.subject(code, None, profile, namespaces), wait=True)
    except Exception as error:
        control.note_problem(error)
        control.refuse(unit, entry, "internal_error")


def compile_function(control: Control, function: Any) -> bool:
    """Compile the main entry of a function."""
    code = function.__code__
    entry = main_entry(code)
    if entry is None or not control.lock.acquire(timeout=WAIT_SECONDS):
        return False
    try:
        unit = control.unit(code)
        target = unit.targets.get(entry)
        if target is None or target.state != INSTALLED:
            unit.targets[entry] = Target()
            profile = control.native.read_profile(code)
            control.ask(unit, entry, code, control.subject(code, function, profile, objects.namespaces(function)), wait=True)
        return entry in unit.targets and unit.targets[entry].state == INSTALLED
    finally:
        control.lock.release()
