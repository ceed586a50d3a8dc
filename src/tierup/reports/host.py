"""What the command line needs to know of the interpreter it runs in: is it supported, does autostart work, its flags."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PTH = "tierup_autostart.pth"


def unsupported() -> str:
    """The id of the reason why tierup can't work here, or ""."""
    if sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 11):
        return "version"
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return "platform"
    try:
        from tierup import _tierup
    except ImportError:
        return "no_extension"
    return str(_tierup.supported())


def autostart_file() -> str:
    """The .pth file that switches tierup on when this interpreter starts, or "" if there is none."""
    if sys.flags.no_site:
        return ""
    import site

    folders = list(site.getsitepackages())
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    found = (Path(folder, PTH) for folder in folders)
    return next((str(path) for path in found if path.is_file()), "")


def interpreter_flags() -> list[str]:
    """The flags that stand before `-m tierup` (or the script) on the command line of this process."""
    given: Sequence[str] | None = getattr(sys, "orig_argv", None)
    if not given:
        import subprocess

        flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        return flags
    return leading_flags(given[1:])


def leading_flags(arguments: Sequence[str]) -> list[str]:
    """The part of a python command line in front of `-m`, `-c`, `-` or the script."""
    flags: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        own, takes_value, ends = split_word(word)
        flags.extend(own)
        if ends:
            break
        if takes_value and rest:
            flags.append(rest.pop(0))
    return flags


def split_word(word: str) -> tuple[list[str], bool, bool]:
    """For one word: the flags in it, whether its value is the next word, whether the flags end here (`-m`, `-c`)."""
    if word.startswith("--"):
        return [word], word == "--check-hash-based-pycs", False
    for index, letter in enumerate(word[1:], start=1):
        if letter in "mc":
            return ([word[:index]] if index > 1 else []), False, True
        if letter in "XW":
            return [word], index == len(word) - 1, False
    return [word], False, False
