"""What building a region has shown about calls in line, handed on from one try to the next.

A call that was taken in line turns out to need a frame: the region is built once more with that call as a call. Calls of the same function of which no
more is known (types of the arguments, levels left) would fare alike; they are not tried first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tierup.ir.graph import Function
from tierup.ir.types import Type

if TYPE_CHECKING:
    from tierup.frontend.build import Builder

Site = tuple[int, ...]
"""The way to a call: code index and offset of each call on it, and what is called."""
Alike = tuple[object, ...]
"""The callee's code index, and what is known of the arguments."""


class Trials:
    """Which calls can't be in line, and where that was found."""

    def __init__(self) -> None:
        self._sites: dict[Site, str] = {}
        self._entered: dict[Site, tuple[Alike, int]] = {}
        self._failed: dict[Alike, tuple[int, str]] = {}
        self.frameless = AllFrameless()

    def enter(self, site: Site, alike: Alike, levels: int) -> None:
        """The call is taken in line, with so many `levels` of inlining left."""
        self._entered[site] = alike, levels

    def fail(self, site: Site, detail: str) -> None:
        """The call must not be in line. `detail`: where that was found, and what is done there."""
        self._sites[site] = detail
        if site in self._entered:
            alike, levels = self._entered[site]
            self._failed[alike] = max(levels, self._failed.get(alike, (levels, ""))[0]), detail

    def failed(self, site: Site, alike: Alike = (), levels: int = 0) -> bool:
        """Has this call failed, or one like it with as many levels left or more?"""
        most, detail = self._failed.get(alike, (-1, ""))
        if most >= levels and site not in self._sites:
            self._sites[site] = detail
        return site in self._sites

    def detail(self, site: Site) -> str:
        """Where it was found that the call can't be in line; "" if it was not."""
        return self._sites.get(site, "")


FRAMELESS_SITE: Site = (-2,)
"""In place of the way to the call of a frameless function: it may be called from several places."""


class Signature(NamedTuple):
    """Which function a frameless function is, and how it is called."""

    code: int
    """Index among the snapshot's codes."""
    arguments: tuple[tuple[str, Type], ...]
    """RAW, OWNED or OUTER (lent), and the type as far as it is known."""
    returns: Type
    """The type of the result, which is not boxed then, or UNKNOWN."""


Global = tuple[str, int, str, str, tuple[object, ...]]
"""("global", index of a code, where, name, pool spec): see `names.require_global`."""


class Frameless:
    """A frameless function as its callers have to know it. `number`: among the region's; -1: it can't be built. `quiet`: what was known of memory before a
    call of it is still known behind it. `globals`: what its callers have tested, so that it need not (only of a quiet one: it stays true).
    """

    def __init__(self, number: int, quiet: bool, globals_: tuple[Global, ...] = ()) -> None:
        self.number, self.quiet, self.globals = number, quiet, globals_
        self.builder: Builder | None = None


class AllFrameless:
    """The frameless functions of a region."""

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self.by_signature: dict[Signature, Frameless] = {}
        self.loud: set[Signature] = set()
        """Those that are known to change memory."""
        self.globals: dict[Signature, tuple[Global, ...]] = {}
        """What they were found to test."""

    def begin(self, signature: Signature) -> Frameless:
        """It gets a number, so that it can call itself."""
        quiet = signature not in self.loud
        self.by_signature[signature] = known = Frameless(len(self.functions), quiet, self.globals.get(signature, ()) if quiet else ())
        self.functions.append(Function("", ""))
        return known

    def finish(self, known: Frameless, builder: Builder) -> None:
        self.functions[known.number] = builder.function
        known.builder = builder

    def discard(self, known: Frameless) -> None:
        """It, and those that were begun later and may call it, are to be built anew or not at all."""
        if known.number >= 0:
            del self.functions[known.number :]
            self.by_signature = {key: other for key, other in self.by_signature.items() if other.number < known.number}

    def refuse(self, signature: Signature) -> Frameless:
        """It is not tried again."""
        self.by_signature[signature] = known = Frameless(-1, quiet=False)
        return known

    def keep_used(self, b: Builder) -> None:
        """The region that was built gets those that it calls, and binding has to look at what these rely on."""
        used: dict[int, int] = {}
        work = [b.function]
        while work:
            for block in work.pop().blocks:
                for instr in block.instrs:
                    number = instr.attrs.get("callee", -1) if instr.op == "call_frameless" else -1
                    if number >= 0 and number not in used:
                        used[number] = len(used)
                        work.append(self.functions[number])
        kept = [self.functions[number] for number in used]
        for function in (b.function, *kept):
            function.frameless = kept
            for block in function.blocks:
                for instr in block.instrs:
                    if instr.op == "call_frameless":
                        instr.attrs["callee"] = used[instr.attrs["callee"]]
        for known in self.by_signature.values():
            if known.number in used and known.builder is not None:
                b.learn_from(known.builder)
