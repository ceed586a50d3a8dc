"""What programs have asked the compiler process for, and in which order it is done."""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from typing import Any

from tierup import wire

MOST_PASSED = 8  # so many smaller ones go before the one that waits longest
LEFT_SECONDS = 20.0  # for so long something is done for a program that has ended


class Job:
    """One snapshot to be compiled; or, with a `name`, a region of the cache to be improved."""

    __slots__ = ("again", "cache_dir", "client", "key", "name", "number", "passed", "size", "snapshot")

    def __init__(self, client: Client, number: int, snapshot: dict[str, Any], key: str, cache_dir: str, name: str = "") -> None:
        self.client = client
        self.number = number
        self.snapshot = snapshot
        self.key = key
        self.cache_dir = cache_dir
        self.name = name
        self.size = code_size(snapshot)
        self.passed = 0
        self.again = False  # a child that had compiled others before has ended at it


class Client:
    """One program: what it asked for, in order, and what is still to be sent to it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.reader = wire.Reader()
        self.jobs: deque[Job] = deque()
        self.later: deque[Job] = deque()  # regions to be improved, when nothing else is to be done
        self.output = bytearray()
        self.closed = False
        self.closed_at = 0.0


def code_size(snapshot: dict[str, Any]) -> int:
    """Bytes of code in a snapshot, 0 if it can't be told: what it takes to compile it grows with that."""
    codes = snapshot.get("codes")
    found = [snapshot.get("code"), *(codes if type(codes) is list else [])]
    return sum(len(code) for code in found if type(code) is bytes)


def worth_keeping(job: Job) -> bool:
    """The program has ended: is the region still to be made, for the cache?"""
    return bool(job.key) and time.monotonic() < job.client.closed_at + LEFT_SECONDS and os.path.isdir(job.cache_dir)


def take_next(jobs: deque[Job]) -> Job:
    """The smallest, so that many small functions don't wait for a large one; the first if enough have gone before it."""
    first = jobs[0]
    chosen = first if first.passed >= MOST_PASSED else min(jobs, key=lambda job: job.size)
    first.passed += chosen is not first
    jobs.remove(chosen)
    return chosen


def safe_key(key: str) -> str:
    """A key that is a file name and nothing else; "" for any other text."""
    return key if key.isalnum() and key.isascii() and len(key) <= 64 else ""
