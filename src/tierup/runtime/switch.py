"""What the package and the C side call: switching tierup on and off, visits, and what users ask for.

Nothing here may raise into the program or print.
"""

from __future__ import annotations

import _thread

from tierup.runtime import figures, objects, synchronous
from tierup.runtime.control import EXIT_LIMIT, Control
from tierup.runtime.units import COLD, REFUSED, forced
from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

FORCED_TICK_US = 200

state: Control | None = None


def control() -> Control | None:
    """The state of this process; None where tierup can't work."""
    global state
    if state is None:
        try:
            from tierup import _tierup

            if _tierup.supported():
                return None
            state = Control()
        except ImportError:
            return None
    return state


def on_visit() -> None:
    """Called by the C side at a safe point."""
    try:
        if state is not None:
            state.visit()
    except BaseException as error:
        swallow(error)


def on_frame(code: CodeType) -> bool:
    """Called by the C side in force mode, when a function without a region is called."""
    try:
        return state is not None and synchronous.frame(state, code)
    except BaseException as error:
        swallow(error)
        return True


def swallow(error: BaseException) -> None:
    """Nothing that goes wrong here reaches the program; a Ctrl-C that came meanwhile is for the program, and sent again."""
    try:
        raise error
    except KeyboardInterrupt:  # no isinstance(): the program may have replaced it
        _thread.interrupt_main()
    except BaseException:
        if state is not None:
            state.note_problem(error)


def enable() -> bool:
    """Switch tierup on; False where it can't work."""
    now = control()
    if now is None or settings.mode == "off":
        return False
    if not now.on:
        if settings.compiler == "inline":
            import tierup.compiler.compile  # noqa: F401 - all of it now: a visit may come in the middle of one of the program's own imports
        now.native.configure(hot_samples=settings.threshold, exit_limit=EXIT_LIMIT)
        if forced():
            now.native.configure(hot_samples=1, tick_us=FORCED_TICK_US)
        now.native.start(on_visit)
        now.begin_preload()
        now.on = True
        if forced():
            now.native.set_mode(True, on_frame)
    return True


def disable() -> None:
    """Switch tierup off: nothing is sampled any more and compiled code is not entered any more."""
    if state is None or not state.on:
        return
    state.on = False
    if forced():
        state.native.set_mode(False)
    state.native.stop()
    for number, (unit, target) in list(state.regions.of.items()):
        state.regions.drop(number)
        unit.targets = {entry: other for entry, other in unit.targets.items() if other is not target}
        code = unit.code()
        if code is not None:
            state.native.set_code_state(code, COLD)


def enabled() -> bool:
    """Is tierup on?"""
    return state is not None and state.on


def stats() -> dict[str, Any]:
    """What was done so far."""
    return {} if state is None else figures.stats(state)


def compile_function(function: Any) -> bool:
    """Compile a function now; True if its compiled code is in place."""
    now = control()
    function = objects.unwrapped(function)
    if now is None or type(function) is not objects.FunctionType:
        return False
    return synchronous.compile_function(now, function)


def never(function: Any) -> None:
    """Leave a function alone for good."""
    now = control()
    code = getattr(function, "__code__", None)
    if now is None or code is None:
        return
    unit = now.units.get(id(code))
    for target in list(unit.targets.values()) if unit is not None else []:
        if target.region >= 0:
            now.regions.drop(target.region)
        target.state, target.reason = REFUSED, "never"
    now.native.never(code)
