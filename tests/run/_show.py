"""What the corpus programs share: call a function many times with changing arguments and print what came of it.

Nothing here knows about tierup. A program prints a transcript; the transcripts with and without tierup must be equal.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from types import FunctionType
from typing import Any

Function = Callable[..., Any]


def attempt(function: Function, *args: Any, **kwargs: Any) -> str:
    """The outcome of one call as text: type and value, or the whole traceback with its carets."""
    try:
        result = function(*args, **kwargs)
    except Exception:
        return traceback.format_exc()
    return f"{type(result).__name__} {result!r}"


def fresh(function: Any) -> Any:
    """The same function with a code object of its own, so that its first call is seen as a first call again."""
    copy = FunctionType(function.__code__.replace(), function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def repeat(function: Function, args: Sequence[Any], times: int) -> None:
    """Call many times; print each outcome that differs from the one before."""
    last = None
    for i in range(times):
        outcome = attempt(function, *args)
        if outcome != last:
            print(f"  #{i} {outcome}")
        last = outcome


def drive(function: Any, *batches: Sequence[Any], orders: int = 1, times: int = 40, late: int = 6) -> None:
    """Call the function with each batch of arguments; the first batch often, the later ones some times, then the first again.

    With orders=n the same is done n times, starting with another batch, each time on a fresh code object.
    """
    for start in range(min(orders, len(batches))):
        subject = fresh(function)
        print(f"{function.__name__} starting with {batches[start]!r}")
        repeat(subject, batches[start], times)
        for batch in (*batches[start + 1 :], *batches[:start]):
            print(f" then {batch!r}")
            repeat(subject, batch, late)
        print(" and again")
        repeat(subject, batches[start], late)


def drive_each(functions: Iterable[Any], *batches: Sequence[Any], orders: int = 1) -> None:
    for function in functions:
        drive(function, *batches, orders=orders, times=20, late=3)


def refs(*objects: Any) -> list[int]:
    """Reference counts, for differences before and after."""
    return [sys.getrefcount(o) for o in objects]


class Change:
    """Prints how the reference counts of some objects changed over a block."""

    def __init__(self, label: str, *objects: Any) -> None:
        self.label = label
        self.objects = objects

    def __enter__(self) -> None:
        self.before = refs(*self.objects)

    def __exit__(self, *exc: object) -> None:
        after = refs(*self.objects)
        print(self.label, [b - a for a, b in zip(self.before, after, strict=True)])


def while_interrupted(work: Function) -> None:
    """Calls `work` with 0, 1, ... for a while, in which signals and another thread want their turn."""
    seen: list[str] = []
    signal.signal(signal.SIGALRM, lambda number, frame: seen.append("signal"))
    stop = threading.Event()
    thread = threading.Thread(target=lambda: stop.wait(0.2))
    thread.start()
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    end, rounds = time.perf_counter() + 0.3, 0
    while time.perf_counter() < end or not seen:
        work(rounds)
        rounds += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    stop.set()
    thread.join()
    print("signals:", bool(seen))
