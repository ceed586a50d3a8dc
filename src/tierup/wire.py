"""The frames that a program and the compiler process exchange: magic, length, checksum, a marshalled message.

Used on both sides, so it imports next to nothing. A frame is either whole and intact or an error: after `BadFrame` the
connection can't be trusted any more and must be closed.
"""

from __future__ import annotations

import marshal
from _imp import source_hash  # siphash; six times as fast as _blake2 of the standard library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"TUP2"
HEAD = 16  # magic 4, length 4, checksum 8
KEY = 0x746965727570
LIMIT = 32 << 20  # no snapshot or region comes near this
REGION_FORMAT = 4  # to be raised whenever what a region says comes to mean something else, or was wrong: regions of the cache outlive the code that made them


class BadFrame(Exception):
    """What arrived is not a frame of ours."""


def checksum(data: bytes | memoryview) -> bytes:
    """Eight bytes that tell an intact payload from a broken one."""
    return source_hash(KEY, data)


def pack(message: Any) -> bytes:
    """A message as a frame; ValueError if it can't be marshalled or is too long."""
    payload = marshal.dumps(message)
    if len(payload) > LIMIT:
        raise ValueError("message too long")
    return MAGIC + len(payload).to_bytes(4, "little") + checksum(payload) + payload


class Reader:
    """Puts the pieces that a socket delivers together again."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data = bytearray()

    def feed(self, piece: bytes) -> list[Any]:
        """Add a piece; the messages that are complete now. BadFrame if this can't be one of our streams."""
        self.data += piece
        messages = []
        while (end := self._end_of_frame()) and len(self.data) >= end:
            payload = bytes(self.data[HEAD:end])
            messages.append(unpack(bytes(self.data[8:HEAD]), payload))
            del self.data[:end]
        return messages

    def _end_of_frame(self) -> int:
        """Where the first frame ends; 0 while its head isn't complete."""
        head = bytes(self.data[:HEAD])
        if head[:4] != MAGIC[: len(head)]:
            raise BadFrame("no frame starts here")
        if len(head) < HEAD:
            return 0
        length = int.from_bytes(head[4:8], "little")
        if length > LIMIT:
            raise BadFrame("frame too long")
        return HEAD + length


def unpack(expected: bytes, payload: bytes) -> Any:
    """The message of a payload with this checksum."""
    if checksum(payload) != expected:
        raise BadFrame("checksum differs")
    try:
        return marshal.loads(payload)
    except Exception as error:
        raise BadFrame("payload can't be read") from error
