"""`tierup run`: replaces this process by python itself, with tierup switched on through the environment.

So `__main__`, `sys.argv`, tracebacks, exit codes and signals are python's own: there is no frame of ours to hide.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from tierup.reasons import sentence
from tierup.reports import host

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def run(options: argparse.Namespace, target: Sequence[str]) -> NoReturn:
    """Run the target as python would."""
    problem = why_plain()
    if problem:
        print(f"tierup: {problem} Running as plain Python.", file=sys.stderr)
    environ = dict(os.environ)
    environ.update(variables(options))
    if problem:
        environ["TIERUP"] = "0"
    replace_process([sys.executable, *host.interpreter_flags(), *target], environ)


def why_plain() -> str:
    """Why tierup can't be switched on here, as a sentence; "" if it can."""
    reason = host.unsupported()
    if reason:
        return sentence(reason)
    if sys.flags.no_site:
        return "Python's flag -S keeps tierup from starting."
    if not host.autostart_file():
        return f"{host.PTH} is not in site-packages, so tierup can't start (see tierup doctor)."
    return ""


def variables(options: argparse.Namespace) -> dict[str, str]:
    """The environment variables that say what the options say."""
    chosen = {"TIERUP": "1"}
    if options.stats:
        chosen["TIERUP_STATS"] = "1"
    if options.no_cache:
        chosen["TIERUP_CACHE"] = "0"
    if options.threshold is not None:
        chosen["TIERUP_THRESHOLD"] = str(options.threshold)
    if options.mode is not None:
        chosen["TIERUP_MODE"] = options.mode
    return chosen


def replace_process(command: list[str], environ: dict[str, str]) -> NoReturn:
    """execve, with the signals as python found them: it ignores SIGPIPE and SIGXFSZ, and ignored signals are inherited."""
    sys.stdout.flush()
    sys.stderr.flush()
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execve(command[0], command, environ)
