"""Has snapshots compiled: by the compiler process, or in this one (TIERUP_COMPILER=inline)."""

from __future__ import annotations

import sys
import time

from tierup import wire
from tierup.runtime.connect import Client
from tierup.settings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tierup.cache.store import Store
    from tierup.runtime.units import Unit

    Answer = dict[str, Any]
    Done = Callable[[Answer | None], None]

WAIT_SECONDS = 20.0
INLINE = settings.compiler == "inline"
BUILTINS = vars(sys.modules["builtins"]).copy() if INLINE else {}  # as they were at the start


class Compiler:
    """Whom snapshots are sent to. Answers are what docs/design.md says under "Region"; None: there will be none."""

    def __init__(self, abi: str, store: Store) -> None:
        self.abi = abi
        self.store = store
        self.client: Client | None = None

    def connection(self) -> Client:
        """The client of the compiler process."""
        if self.client is None:
            self.client = Client(self.abi, settings.socket_dir)
        return self.client

    def warm_up(self) -> None:
        """There will be something to compile soon: the compiler process may start."""
        if self.client is None and not INLINE:
            self.connection().request(("ping",), lambda answer: None)

    def rests(self) -> bool:
        """Is there no point in asking now?"""
        return self.client is not None and time.monotonic() < self.client.rest_until

    def poll(self) -> None:
        """Take the answers that have come."""
        if self.client is not None:
            self.client.poll()

    def awaited(self) -> bool:
        """Is there an answer to come?"""
        return self.client is not None and bool(self.client.pending)

    def silent(self) -> int:
        """The descriptor at which nothing happens until an answer comes; -1: there is none, or answers are not all that is waited for."""
        return -1 if self.client is None else self.client.silent()

    @property
    def problem(self) -> str:
        """Why the compiler process could not be reached."""
        return self.client.problem if self.client is not None else ""

    def compile(self, snapshot: dict[str, Any], key: str, done: Done, wait: bool) -> None:
        """Give `done` the region for a snapshot, which is kept in the cache under the key; before this returns if it is to `wait`."""
        if INLINE:
            done(self.compile_here(snapshot, key))
            return
        client = self.connection()
        number = client.request(("compile", snapshot, key, settings.cache_dir), done)
        if number == 0:
            done(None)
        elif wait and not client.wait(number, WAIT_SECONDS):
            client.forget(number)
            done(None)
        if wait:
            client.hang_up()

    def improve(self, name: str, key: str, done: Done) -> None:
        """Give `done` better code for a region in the cache; `name` is that of the text it was made from."""
        if INLINE:
            done(self.improve_here(name, key))
        else:
            self.connection().request(("improve", name, key, settings.cache_dir), done)

    def compile_here(self, snapshot: dict[str, Any], key: str) -> Answer:
        """Compile in this process, with the builtins that there were before the program changed them. The compiler works on a copy: what it leaves to the
        collector must not keep the program's numbers.
        """
        from tierup.compiler.compile import compile_snapshot

        names = vars(sys.modules["builtins"])
        changed = {name: names[name] for name, value in BUILTINS.items() if names.get(name) is not value and name in names}
        names.update({name: BUILTINS[name] for name in changed})  # the program may have put a `len` of its own there
        try:
            region: Answer = compile_snapshot(wire.Reader().feed(wire.pack(snapshot))[0])
        except Exception as error:
            return {"refused": "internal_error", "detail": f"{type(error).__name__}: {error}"}
        finally:
            names.update(changed)
        self.store.keep(key, region, snapshot["failed"])
        return region

    def improve_here(self, name: str, key: str) -> Answer | None:
        """Improve in this process, if the text is still that of `name`."""
        entry = self.store.load(key) or {}
        region = entry.get("region")
        if type(region) is not dict or type(region.get("later")) is not dict or region["later"].get("name") != name:
            return None
        return self.compile_here({"improve": region, "failed": entry.get("failed", {})}, key)


def save_snapshot(snapshot: dict[str, Any], unit: Unit) -> None:
    """TIERUP_SNAPSHOT_DIR: keep what is sent, for dump and replay."""
    if not settings.snapshot_dir:
        return
    path = f"{settings.snapshot_dir}/{unit.name.replace('/', '_')[:80]}-{unit.digest[:8]}-{snapshot['kind']}-{snapshot['header']}.snapshot"
    try:
        with open(path, "wb") as file:
            file.write(wire.pack({"snapshot": snapshot, "detail": ""}))
    except (OSError, ValueError):
        return
