"""The compiler process: one per user and version, shared by all programs, started on demand, gone when idle.

The process itself only listens and distributes; snapshots are compiled in a child forked from it, so a crash of
LLVM, a compilation that never ends or eats all memory costs that one answer and nothing else. A child gets one snapshot after the other, up to
`CHILD_JOBS`, and ends when there was none for a while: to fork, to touch all memory once more and to have LLVM set itself up takes longer than to compile a
small function. Whatever clients send,
the process lives on: a connection that sends garbage is closed. What a program that has ended still waited for is compiled for its next run, when nobody
else waits; most programs end long before all is compiled that they asked for.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import selectors
import signal
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from tierup import wire
from tierup.cache.store import Store
from tierup.compiler.child import COMPILE_SECONDS, PIECE, Answer, Child, Compile, compile_in_child
from tierup.compiler.crashes import keep_crash
from tierup.compiler.jobs import Client, Job, safe_key, take_next, worth_keeping
from tierup.compiler.listening import Listener, listen

IDLE_SECONDS = 60.0
CLIENT_LIMIT = 256
QUEUE_LIMIT = 512  # requests of one client, and of those that are gone
OUTPUT_LIMIT = 64 << 20  # a client that doesn't read its answers is closed
NICE = 10
CHILD_JOBS = 32  # regions that one child compiles
REST_SECONDS = 2.0  # for so long a child waits for more
NEW_FIRST = 3  # so many new regions go before one that is to be improved
FIRST_DESCRIPTOR = 3


class Server:
    """The loop: accept, read requests, give the next one to a child, pass its answer on."""

    def __init__(self, listener: Listener, abi: str, compile_snapshot: Compile, idle_seconds: float = IDLE_SECONDS) -> None:
        self.listener = listener
        self.abi = abi
        self.store = Store("", abi)  # that of the last request
        self.compile_snapshot = compile_snapshot
        self.idle_seconds = idle_seconds
        self.clients: deque[Client] = deque()  # in the order in which they are served next
        self.left: deque[Job] = deque(maxlen=QUEUE_LIMIT)  # of programs that have ended, for the cache
        self.child: Child | None = None
        self.new_in_a_row = 0
        self.idle_since = time.monotonic()
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener.socket, selectors.EVENT_READ, self.accept)

    def run(self) -> None:
        """Until nobody has been connected for a while."""
        while not self.is_idle():
            for key, events in self.selector.select(1.0):
                key.data(events)
            self.check_child()
            self.begin_next()

    def is_idle(self) -> bool:
        """Has there been nothing to do for long? One whose socket is gone (the directory was cleaned) goes at once: no program can find it."""
        if self.clients or self.child:
            self.idle_since = time.monotonic()
            return False
        return time.monotonic() > self.idle_since + self.idle_seconds or not self.listener.is_named()

    # -- clients

    def accept(self, _events: int) -> None:
        """A program connects; others than this user's are turned away."""
        try:
            connection, _ = self.listener.socket.accept()
        except OSError:
            return
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        if int.from_bytes(credentials[4:8], "little") != os.geteuid() or len(self.clients) >= CLIENT_LIMIT:
            connection.close()
            return
        connection.setblocking(False)
        client = Client(connection)
        self.clients.append(client)
        self.selector.register(connection, selectors.EVENT_READ, lambda events: self.serve(client, events))

    def serve(self, client: Client, events: int) -> None:
        """Read and write what goes without waiting; anything wrong ends the connection."""
        try:
            if events & selectors.EVENT_WRITE:
                self.flush(client)
            if events & selectors.EVENT_READ:
                self.read(client)
        except Exception:
            self.drop(client)

    def read(self, client: Client) -> None:
        """Take requests in."""
        try:
            piece = client.connection.recv(PIECE)
        except BlockingIOError:
            return
        if not piece:
            self.drop(client)
            return
        for message in client.reader.feed(piece):
            self.take(client, message)

    def take(self, client: Client, message: Any) -> None:
        """One request: (number, "ping"), (number, "compile", snapshot, key, cache directory) or (number, "improve", name, key, cache directory)."""
        number, what, *rest = message
        if type(number) is not int or number <= 0:
            raise wire.BadFrame("not a request")
        if what == "ping":
            self.answer(client, number, {"pid": os.getpid()})
            return
        wanted, key, cache_dir = rest
        if type(wanted) is not {"compile": dict, "improve": str}.get(what) or type(key) is not str or type(cache_dir) is not str:
            raise wire.BadFrame("not a request")
        if len(client.jobs) + len(client.later) >= QUEUE_LIMIT:
            self.answer(client, number, {"refused": "compiler_unavailable", "detail": "too many requests"})
        elif what == "compile":
            client.jobs.append(Job(client, number, wanted, safe_key(key), cache_dir))
        else:
            client.later.append(Job(client, number, {}, safe_key(key), cache_dir, wanted))

    def answer(self, client: Client, number: int, answer: Answer) -> None:
        """Send an answer, marked with the version it is for."""
        if client.closed:
            return
        answer.setdefault("abi", self.abi)
        client.output += wire.pack((number, answer))
        try:
            self.flush(client)
        except OSError:
            self.drop(client)

    def flush(self, client: Client) -> None:
        """Send as much as goes; ask to be told when more goes."""
        while client.output:
            try:
                sent = client.connection.send(memoryview(client.output)[:PIECE].tobytes())
            except BlockingIOError:
                break
            del client.output[:sent]
        if len(client.output) > OUTPUT_LIMIT:
            raise ConnectionAbortedError("the client does not read")
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.output else 0)
        self.selector.modify(client.connection, events, lambda happened: self.serve(client, happened))

    def drop(self, client: Client) -> None:
        """The program is gone, or not to be trusted."""
        if client.closed:
            return
        client.closed, client.closed_at = True, time.monotonic()
        self.left.extend((*client.jobs, *client.later))
        client.jobs.clear()
        client.later.clear()
        self.clients.remove(client)
        self.selector.unregister(client.connection)
        client.connection.close()

    # -- the child

    def begin_next(self) -> None:
        """Start on what waits next if no child is at work."""
        self.give_way()
        if self.child and self.child.job:
            return
        while job := self.next_job(self.new_in_a_row >= NEW_FIRST):
            if self.is_there(job):
                self.new_in_a_row = 0 if job.name else self.new_in_a_row + 1
                self.start(job)
                return

    def give_way(self) -> None:
        """A child that works for programs that have ended gives way to others, and ends if that goes on for long or nothing that it makes would be kept."""
        child = self.child
        if child and child.job and child.job.client.closed:
            kept = worth_keeping(child.job)
            if not kept or any(client.jobs or client.later for client in self.clients):
                self.end_child(child)
                if kept:
                    self.left.appendleft(child.job)

    def next_job(self, improve: bool) -> Job | None:
        """The clients take turns. New regions come before those to be improved, which would starve, were it not for `improve`."""
        queues = [(client, client.jobs) for client in self.clients], [(client, client.later) for client in self.clients]
        for client, jobs in [*queues[improve], *queues[not improve]]:
            if jobs:
                self.clients.remove(client)
                self.clients.append(client)
                return take_next(jobs)
        while self.left:
            job = self.left.popleft()
            if worth_keeping(job):
                return job
        return None

    def is_there(self, job: Job) -> bool:
        """Is what is to be improved still in the cache? Then it is the job's snapshot."""
        if not job.name:
            return True
        entry = self.store_in(job.cache_dir).load(job.key) or {}
        region = entry.get("region")
        if type(region) is dict and type(region.get("later")) is dict and region["later"].get("name") == job.name and "text" in region["later"]:
            job.snapshot = {"improve": region, "failed": entry.get("failed", {})}
            return True
        self.answer(job.client, job.number, {"refused": "compiler_unavailable", "detail": "not in the cache"})
        return False

    def start(self, job: Job) -> None:
        """Have it compiled: in the child that is there, or in a new one."""
        try:
            if self.child and not self.child.waits():
                self.end_child(self.child)
            self.child = self.child or self.new_child()
            self.child.give(job)
        except (OSError, ValueError) as error:  # ValueError: a region of the cache that is larger than any message
            self.answer(job.client, job.number, {"refused": "compiler_unavailable", "detail": str(error)})
            return
        self.selector.register(self.child.connection, selectors.EVENT_READ, self.serve_child)
        self.feed_child(self.child)

    def new_child(self) -> Child:
        """A child that waits for its first job."""
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            compile_in_child(self.compile_snapshot, theirs)
        theirs.close()
        ours.setblocking(False)
        return Child(pid, ours)

    def feed_child(self, child: Child) -> None:
        """Send it its job, as far as it takes it. If it is gone, reading tells so."""
        try:
            more = child.send()
        except OSError:
            more = False
        self.selector.modify(child.connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if more else 0), self.serve_child)

    def serve_child(self, events: int) -> None:
        """Pass on what the child answers. If it ends before it has answered, it has crashed."""
        child = self.child
        if child is None:
            return
        if events & selectors.EVENT_WRITE:
            self.feed_child(child)
        if not events & selectors.EVENT_READ:
            return
        piece = b""
        with contextlib.suppress(OSError):
            piece = child.connection.recv(PIECE)
        broken = ""
        try:
            answers = child.reader.feed(piece)
        except wire.BadFrame as problem:
            answers, broken = [], f"the compiler's answer can't be read: {problem}"
        if not piece or broken:
            status = self.end_child(child)
            if child.given == 1 or not self.try_again(child):
                self.give_up(child, broken or f"the compiler ended with status {status}")
        elif answers:
            self.answered(child, answers[0])

    def answered(self, child: Child, answer: Any) -> None:
        """The child has done its job; it rests, or has done enough."""
        job = child.take()
        self.selector.unregister(child.connection)
        if child.given >= CHILD_JOBS:
            self.end_child(child)
        if job:
            self.finish(job, as_answer(answer))

    def check_child(self) -> None:
        """A compilation that takes too long is ended, and so is a child that nobody has needed for a while."""
        child, now = self.child, time.monotonic()
        if child and child.job and now > child.deadline:
            self.end_child(child)
            self.give_up(child, f"no result after {COMPILE_SECONDS:.0f} s")
        elif child and not child.job and now > child.rests_since + REST_SECONDS:
            self.end_child(child)

    def try_again(self, child: Child) -> bool:
        """Was it perhaps what the child had done before, or somebody has killed it while it waited? Then the job gets another one, once."""
        job = child.job
        if job is None or job.again or job.client.closed:
            return False
        job.again = True
        (job.client.later if job.name else job.client.jobs).appendleft(job)
        return True

    def give_up(self, child: Child, detail: str) -> None:
        """What a child was at when it ended is refused."""
        job = child.take()
        if job:
            self.finish(job, {"refused": "internal_error", "detail": detail})

    def end_child(self, child: Child) -> int:
        """The child's exit status; it is killed if it hasn't ended by itself."""
        self.child = None
        if child.job:
            self.selector.unregister(child.connection)
            time.sleep(0.001)  # it closes its connection a moment before its status is there
        child.connection.close()
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if pid == 0:
            os.kill(child.pid, signal.SIGKILL)
            _, status = os.waitpid(child.pid, 0)
        return status

    def finish(self, job: Job, answer: Answer) -> None:
        """Pass the answer on; keep the region, or the snapshot that made the compiler fail."""
        self.answer(job.client, job.number, for_program(answer))
        if not job.cache_dir or (job.client.closed and not os.path.isdir(job.cache_dir)):
            return
        if job.key:
            self.store_in(job.cache_dir).keep(job.key, answer, job.snapshot.get("failed", {}))
        if answer.get("refused") == "internal_error":
            keep_crash(job.cache_dir, job.key, job.snapshot, str(answer.get("detail", "")))

    def store_in(self, cache_dir: str) -> Store:
        """The same one from request to request, as it looks at all files before it writes its first one."""
        if self.store.root != cache_dir:
            self.store = Store(cache_dir, self.abi)
        return self.store


def for_program(answer: Answer) -> Answer:
    """A copy without what only the cache is to keep."""
    later = answer.get("later")
    return answer | {"later": {"name": later["name"]}} if later else dict(answer)


def as_answer(answer: Any) -> Answer:
    """What a child has written, if it can be an answer, else the refusal."""
    if type(answer) is not dict:
        return {"refused": "internal_error", "detail": "the compiler's answer is not a region"}
    return answer


# -- start


def detach() -> None:
    """Low priority, no terminal, no descriptor and no file permission inherited from the program that started us."""
    os.nice(NICE)
    os.chdir("/")
    os.umask(0o077)
    os.closerange(FIRST_DESCRIPTOR, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)


def load_compiler(abi: str) -> Compile:
    """The compiler itself; imported after the socket is there, so that clients can connect meanwhile."""
    from tierup import _tierup
    from tierup.backend.llvm import hurry, target_machine
    from tierup.compiler.compile import compile_snapshot

    hurry()
    for quick in (True, False):
        target_machine(quick)  # made once here, not in each child
    gc.collect()
    gc.freeze()  # what is shared with the children stays so

    if _tierup.abi_tag() != abi:
        raise RuntimeError("tierup was changed since the program was started")
    return compile_snapshot


def main(abi: str, socket_dir: str, load: Callable[[str], Compile] = load_compiler, idle_seconds: float = IDLE_SECONDS) -> None:
    """The whole life of the process."""
    detach()
    listener = listen(abi, socket_dir)
    if listener is None:
        return
    Server(listener, abi, prepared(load, abi), idle_seconds).run()
    listener.end()


def prepared(load: Callable[[str], Compile], abi: str) -> Compile:
    """The compiler; one that can't even be imported refuses everything, which tells clients why."""
    try:
        return load(abi)
    except Exception:
        detail = traceback.format_exc()
        return lambda _snapshot: {"refused": "compiler_unavailable", "detail": detail}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
