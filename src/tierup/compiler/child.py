"""What the child of the compiler process does: it compiles snapshot after snapshot, until it is told no more."""

from __future__ import annotations

import gc
import os
import resource
import socket
import traceback
from collections.abc import Callable
from typing import Any

from tierup import wire

Answer = dict[str, Any]
Compile = Callable[[dict[str, Any]], Answer]

PIECE = 1 << 18
MEMORY_LIMIT = 2 << 30  # bytes of address space, on top of what it starts with


def compile_in_child(compile_snapshot: Compile, connection: socket.socket) -> None:
    """All that the child does: read snapshots, write answers, end without any clean-up that belongs to the parent. Nothing of the parent's stays open in
    it: a program sees at once when its connection is closed, and the name of the socket is free when the parent is gone.
    """
    status = 1
    try:
        own = connection.detach()
        os.closerange(3, own)
        os.closerange(own + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        limit_memory()
        gc.disable()  # it would take a quarter of the time; a region leaves 1 MB behind on average, 32 MB at most (of 176)
        answer_all(compile_snapshot, own)
        status = 0
    finally:
        os._exit(status)


def answer_all(compile_snapshot: Compile, connection: int) -> None:
    """Until the other side closes the connection."""
    reader = wire.Reader()
    while piece := os.read(connection, PIECE):
        for snapshot in reader.feed(piece):
            data = memoryview(wire.pack(guarded(compile_snapshot, snapshot)))
            while data:
                data = data[os.write(connection, data) :]


def guarded(compile_snapshot: Compile, snapshot: dict[str, Any]) -> Answer:
    """The compiler's answer; its failure is an answer, too."""
    try:
        answer = compile_snapshot(snapshot)
        wire.pack(answer)
    except Exception:
        return {"refused": "internal_error", "detail": traceback.format_exc()[-20000:]}
    return answer


def limit_memory() -> None:
    """A compilation that runs away must not make the machine swap."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + MEMORY_LIMIT
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
