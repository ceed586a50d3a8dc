"""What takes the values of a generator expression that native code runs in line: one row each. `csrc/helpers_generated.h` has their numbers (TIERUP_FEED_*)."""

from __future__ import annotations

from typing import NamedTuple


class Feed(NamedTuple):
    """One builtin that is called with a generator, and what stands for its unfinished work: the *gathering*, an entry on the caller's stack."""

    callee: str
    arguments: int
    """Self included."""
    gathering: str
    """`list`: a list made as `list(generator)` makes it; `set`: a set; `number`: the sum; `best`: the best item, NULL before the first; `none`: None."""


FEEDS: dict[str, Feed] = {
    "any": Feed("builtins.any", 1, "none"),
    "all": Feed("builtins.all", 1, "none"),
    "sum": Feed("builtins.sum", 1, "number"),
    "min": Feed("builtins.min", 1, "best"),
    "max": Feed("builtins.max", 1, "best"),
    "list": Feed("builtins.list", 1, "list"),
    "tuple": Feed("builtins.tuple", 1, "list"),
    "sorted": Feed("builtins.sorted", 1, "list"),
    "set": Feed("builtins.set", 1, "set"),
    "join": Feed("str.join", 2, "list"),
}
"""By name; the order gives the numbers."""

LOOP = "loop"
"""The values of a generator whose code runs in line go to the `for` loop of the caller one by one; nothing is gathered."""

NUMBERS = {name: number for number, name in enumerate((*FEEDS, LOOP))}
BY_CALLEE = {(row.callee, row.arguments): name for name, row in FEEDS.items()}
