"""What to run: `-m MODULE`, `-c CODE`, FILE or `-`, and the arguments behind it; given to python as it stands."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def split(arguments: Sequence[str], with_value: Collection[str]) -> tuple[list[str], list[str]]:
    """Our own options, and the rest that python gets. `with_value` names our options that take the next word."""
    index = 0
    while index < len(arguments):
        word = arguments[index]
        if starts_target(word):
            break
        index += 2 if word in with_value else 1
    return list(arguments[:index]), list(arguments[index:])


def starts_target(word: str) -> bool:
    """Is this the first word of what python gets?"""
    return word == "-" or not word.startswith("-") or word[:2] in ("-m", "-c")


def is_complete(target: Sequence[str]) -> bool:
    """Is there something to run?"""
    return bool(target) and not (target[0] in ("-m", "-c") and len(target) == 1)
