"""The child of the compiler process, which compiles snapshot after snapshot until it is told no more: how the process sees it, and what it does."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import socket
import time
import traceback
from collections.abc import Callable
from typing import Any

from tierup import wire
from tierup.compiler.jobs import Job

Answer = dict[str, Any]
Compile = Callable[[dict[str, Any]], Answer]

PIECE = 1 << 18
COMPILE_SECONDS = 40.0
MEMORY_LIMIT = 2 << 30  # bytes of address space, on top of what it starts with


class Child:
    """The child that compiles: its process id, our end of its connection, and the job it is at, with what of it is still to be sent and when its answer must
    be there.
    """

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.connection = connection
        self.reader = wire.Reader()
        self.job: Job | None = None
        self.output = b""
        self.deadline = 0.0
        self.given = 0
        self.rests_since = 0.0

    def waits(self) -> bool:
        """Is it still there, with nothing to say?"""
        try:
            self.connection.recv(1)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def give(self, job: Job) -> None:
        """The next job, if it has none. ValueError if it can't be sent."""
        self.output = wire.pack(job.snapshot)
        self.job = job
        self.deadline = time.monotonic() + COMPILE_SECONDS
        self.given += 1

    def send(self) -> bool:
        """Send as much as goes; is there more? OSError if the child is gone."""
        with contextlib.suppress(BlockingIOError):
            self.output = self.output[self.connection.send(self.output) :]
        return bool(self.output)

    def take(self) -> Job | None:
        """It has answered, or never will: its job."""
        job, self.job = self.job, None
        self.rests_since = time.monotonic()
        return job


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
