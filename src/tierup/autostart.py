"""Imported by `tierup_autostart.pth` when the interpreter starts with TIERUP=1: switches tierup on, silently.

Whatever goes wrong here must neither stop the program nor print anything: it then runs as plain Python.
"""

from __future__ import annotations

import sys


def start() -> None:
    """Switch tierup on if the settings say so and this interpreter can be supported."""
    if sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return
    from tierup.settings import settings

    if not settings.enabled or settings.mode == "off":
        return
    from tierup.runtime import switch

    switch.enable()
    if settings.stats:
        print_stats_at_exit()


def print_stats_at_exit() -> None:
    """Registered first of all, so it runs last of all."""
    import atexit

    atexit.register(print_stats)


def print_stats() -> None:
    """Write the statistics to the real stderr, wherever the program has sent `sys.stderr`."""
    try:
        from tierup.reports.stats import text
        from tierup.runtime import switch

        stream = sys.__stderr__
        if stream is not None:
            stream.write(text(switch.stats()))
            stream.flush()
    except Exception:
        pass


try:
    start()
except Exception:
    pass
