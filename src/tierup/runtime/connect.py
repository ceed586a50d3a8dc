"""The client of the compiler process: a Unix socket in a private directory.

A program never waits here, except where it asked to (`wait`). Any failure costs speed only: requests are dropped and
nothing is tried again for a while that grows. The descriptor is compared with what it was when it was opened before
each use: programs that become daemons close all descriptors, and the number may be somebody else's file by then.
"""

from __future__ import annotations

import _socket
import fcntl
import posix
import select
import time

from tierup import wire
from tierup.cache import private
from tierup.runtime import spawn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Answer = dict[str, Any]

SO_PEERCRED = 17
HIGH_DESCRIPTORS = (500, 200, 60, 3)  # out of the way of the numbers a program gets and may expect
PENDING_LIMIT = 256
START_SECONDS = 10.0  # how long a process that was just started may take until it listens
START_PAUSE = 0.02
ANSWER_SECONDS = 60.0  # how long the process may say nothing while requests are pending
FIRST_REST = 1.0
LONGEST_REST = 600.0
LOSSES = 4  # connections lost in a row, without an answer, until nothing is tried for a while
ATTEMPTS = 2  # a request that was pending when the process died is sent once more, not again and again
PIECE = 1 << 18


class Request:
    """What was asked and has not been answered."""

    __slots__ = ("attempts", "done", "frame")

    def __init__(self, frame: bytes, done: Callable[[Answer | None], None]) -> None:
        self.frame = frame
        self.done = done
        self.attempts = 0


class Client:
    """One connection, made when it is first needed and again after it was lost."""

    def __init__(self, abi: str, socket_dir: str) -> None:
        self.abi = abi
        self.socket_dir = socket_dir
        self.pid = posix.getpid()
        self.number = 0
        self.pending: dict[int, Request] = {}
        self.problem = ""
        self.rest = FIRST_REST
        self.rest_until = 0.0
        self.losses = 0
        self._reset()

    def _reset(self) -> None:
        """No connection."""
        self.fd = -1
        self.identity = (0, 0)
        self.output = bytearray()
        self.reader = wire.Reader()
        self.starting_until = 0.0
        self.next_try = 0.0
        self.heard = 0.0

    # -- what callers use

    def request(self, body: tuple[object, ...], done: Callable[[Answer | None], None]) -> int:
        """Ask; `done` is called from a later `poll` with the answer, or None if there won't be one. 0: not asked."""
        self._check_fork()
        if len(self.pending) >= PENDING_LIMIT or time.monotonic() < self.rest_until:
            return 0
        self.number += 1
        request = Request(wire.pack((self.number, *body)), done)
        self.pending[self.number] = request
        self.heard = time.monotonic()
        if self.fd >= 0:
            self._send(request)
        self.poll()
        return self.number

    def poll(self) -> None:
        """Do what can be done without waiting: connect, send, receive, answer."""
        self._check_fork()
        if self.pending and self.fd < 0:
            self._connect()
        if self.fd >= 0:
            self._exchange()
        if self.pending and self.fd >= 0 and time.monotonic() > self.heard + ANSWER_SECONDS:
            self._give_up("the compiler process does not answer")

    def silent(self) -> int:
        """The descriptor where an answer will come, if there is nothing to do before that; else -1."""
        return -1 if self.output else self.fd

    def wait(self, number: int, seconds: float) -> bool:
        """Poll until the request is done with; False if that takes longer than this."""
        end = time.monotonic() + seconds
        while number in self.pending:
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._pause(min(left, 0.2 if self.fd >= 0 else START_PAUSE))
            self.poll()
        return True

    def ping(self, seconds: float = 10.0) -> str:
        """ "" if the compiler process answers, else what is wrong."""
        answers: list[Answer | None] = []
        self.rest_until = 0.0
        try:
            number = self.request(("ping",), answers.append)
            self.wait(number, seconds)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        if answers and answers[0] is not None:
            return ""
        return self.problem or "the compiler process does not answer"

    def forget(self, number: int) -> None:
        """The answer to this request is not wanted any more."""
        self.pending.pop(number, None)

    def hang_up(self) -> None:
        """Close the connection while nothing is awaited: a program sees no descriptor then that is not its own."""
        if not self.pending and self.fd >= 0:
            self.close()

    def close(self) -> None:
        """Drop the connection and everything that is pending."""
        if self._is_ours():
            posix.close(self.fd)
        self.pending.clear()
        self._reset()

    # -- the connection

    def _check_fork(self) -> None:
        """A child process starts afresh: the connection and the pending requests are its parent's."""
        if self.pid != posix.getpid():
            self.pid = posix.getpid()
            self.rest_until = 0.0
            self.close()

    def _is_ours(self) -> bool:
        """Does the descriptor still stand for the socket that was connected?"""
        if self.fd < 0:
            return False
        try:
            status = posix.fstat(self.fd)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self.identity

    def _connect(self) -> None:
        """Connect, or start the process and try again at later polls."""
        now = time.monotonic()
        if now < self.next_try:
            return
        try:
            self.fd, self.identity = open_connection(self.socket_dir, self.abi)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            self._start(now, error)
        except OSError as error:
            self._give_up(str(error))
        else:
            self.heard = now
            for request in list(self.pending.values()):
                self._send(request)

    def _start(self, now: float, error: OSError) -> None:
        """Nobody listens: start the process once, then wait for it, but not for ever."""
        if self.starting_until and now > self.starting_until:
            self._give_up(f"the compiler process does not start ({error})")
            return
        self.next_try = now + START_PAUSE
        if self.starting_until:
            return
        self.starting_until = now + START_SECONDS
        try:
            prepare_directory(self.socket_dir)
            spawn.start(self.abi, self.socket_dir)
        except (OSError, ValueError) as problem:
            self._give_up(f"the compiler process can't be started: {problem}")

    def _send(self, request: Request) -> None:
        """Queue a request for sending, and count how often that was done."""
        request.attempts += 1
        self.output += request.frame

    def _exchange(self) -> None:
        """Send and receive as much as goes without waiting."""
        if not self._is_ours():
            self._lost()
            return
        try:
            self._flush()
            self._receive()
        except (OSError, wire.BadFrame) as error:
            self.problem = str(error)
            self._lost()

    def _flush(self) -> None:
        while self.output:
            sent = send(self.fd, bytes(memoryview(self.output)[:PIECE]))
            if sent == 0:
                return
            del self.output[:sent]

    def _receive(self) -> None:
        while True:
            try:
                piece = posix.read(self.fd, PIECE)
            except BlockingIOError:
                return
            if not piece:
                raise ConnectionResetError("the compiler process ended")
            for message in self.reader.feed(piece):
                self._answer(message)
            if self.fd < 0:
                return

    def _answer(self, message: object) -> None:
        """Hand an answer to who asked; anything that can't be one ends the connection."""
        if type(message) is not tuple or len(message) != 2 or type(message[0]) is not int or type(message[1]) is not dict:
            raise wire.BadFrame("not an answer")
        if message[1].get("abi") != self.abi:
            raise wire.BadFrame("an answer for another version")
        self.heard = time.monotonic()
        self.rest = FIRST_REST
        self.losses = 0
        request = self.pending.pop(message[0], None)
        if request is not None:
            request.done(message[1])

    def _lost(self) -> None:
        """The connection is gone: requests that have not been tried too often wait for the next one."""
        if self._is_ours():
            posix.close(self.fd)
        self._reset()
        self.losses += 1
        if self.losses >= LOSSES:
            self._give_up(self.problem or "the connection to the compiler process was lost")
            return
        self.heard = time.monotonic()
        for number, request in list(self.pending.items()):
            if request.attempts >= ATTEMPTS:
                del self.pending[number]
                request.done(None)

    def _give_up(self, problem: str) -> None:
        """Fail everything and rest; twice as long each time."""
        self.problem = problem
        requests = list(self.pending.values())
        self.close()
        self.losses = 0
        self.rest_until = time.monotonic() + self.rest
        self.rest = min(self.rest * 2, LONGEST_REST)
        for request in requests:
            request.done(None)

    def _pause(self, seconds: float) -> None:
        """Wait until there is something to do, at most this long."""
        if self._is_ours():
            poller = select.poll()
            poller.register(self.fd, select.POLLIN | (select.POLLOUT if self.output else 0))
            poller.poll(seconds * 1000)
        else:
            time.sleep(seconds)


def socket_path(socket_dir: str, abi: str) -> str:
    """Where the compiler process of this version listens; two versions have two."""
    return f"{socket_dir}/{abi[:16]}"  # short: a socket's path has at most 107 bytes


def prepare_directory(path: str) -> None:
    """Make the socket directory if need be; OSError if it isn't private."""
    posix.close(private.open_directory(path, create=True))


def open_connection(socket_dir: str, abi: str) -> tuple[int, tuple[int, int]]:
    """A connected descriptor and what identifies it; OSError if nobody listens or it isn't us who does."""
    wrong = private.complaint(posix.lstat(socket_dir))
    if wrong:
        raise PermissionError(f"{socket_dir} {wrong}")
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC | _socket.SOCK_NONBLOCK)
    try:
        connection.connect(socket_path(socket_dir, abi))
        peer = connection.getsockopt(_socket.SOL_SOCKET, SO_PEERCRED, 12)
        if int.from_bytes(peer[4:8], "little") != posix.geteuid():
            raise PermissionError("the compiler process belongs to somebody else")
        fd = move_up(connection.fileno())
    finally:
        connection.close()
    posix.set_blocking(fd, False)
    status = posix.fstat(fd)
    return fd, (status.st_dev, status.st_ino)


def move_up(fd: int) -> int:
    """A copy of a descriptor at a high number."""
    for lowest in HIGH_DESCRIPTORS:
        try:
            return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, lowest)
        except OSError:
            continue
    raise OSError("no descriptor left")


def send(fd: int, data: bytes) -> int:
    """How much was sent, 0 if the other side must read first. Never raises SIGPIPE, whatever the program set it to."""
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_NONBLOCK, 0, fd)
    try:
        return connection.send(data, _socket.MSG_NOSIGNAL | _socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 0
    finally:
        connection.detach()
