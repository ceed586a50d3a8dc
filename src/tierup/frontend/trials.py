"""What building a region has shown about calls in line, handed on from one try to the next.

A call that was taken in line turns out to need a frame: the region is built once more with that call as a call. Calls of the same function of which no
more is known (types of the arguments, levels left) would fare alike; they are not tried first.
"""

from __future__ import annotations

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
