"""The compiler process and its client: found, started, shared, and harmless whatever happens to either."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import worker_fakes

from tierup import wire
from tierup.runtime import connect, spawn

ABI = "a" * 40


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A socket directory of our own; the processes that listen there are ended."""
    monkeypatch.setattr(spawn, "BOOTSTRAP", worker_fakes.bootstrap())
    with tempfile.TemporaryDirectory(prefix="tu") as short:  # the path of a socket has at most 107 bytes
        directory = Path(short) / "s"
        yield directory
        worker_fakes.end_workers(directory)


@pytest.fixture
def client(place: Path) -> Iterator[connect.Client]:
    client = connect.Client(ABI, str(place))
    yield client
    client.close()


def ask(client: connect.Client, snapshot: dict[str, Any], seconds: float = 20.0, key: str = "", cache: str = "") -> Any:
    """The answer; None if there is none."""
    answers: list[Any] = []
    number = client.request(("compile", snapshot, key, cache), answers.append)
    client.wait(number, seconds)
    return answers[0] if answers else None


# -- the ordinary way


def test_starts_and_answers(client: connect.Client, place: Path) -> None:
    assert client.ping() == ""
    answer = ask(client, {"value": [1, "two", 3.0]})
    assert answer["echo"] == [1, "two", 3.0]
    assert answer["abi"] == ABI
    assert answer["nice"] >= 10
    assert not [name for name in answer["environment"] if name.startswith(("PYTHON", "TIERUP"))]
    assert len(worker_fakes.settled_pids(place)) == 1
    assert os.stat(place).st_mode & 0o777 == 0o700


def test_the_process_is_no_child_and_in_no_terminal(client: connect.Client, place: Path) -> None:
    assert client.ping() == ""
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    [pid] = worker_fakes.worker_pids(place)
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    assert {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (0, 1, 2)} == {"/dev/null"}


def test_no_pipe_is_held_open(place: Path) -> None:
    """`program | cat` ends when the program ends, although the compiler process goes on."""
    program = (
        f"from tierup.runtime import connect, spawn\nspawn.BOOTSTRAP = {worker_fakes.bootstrap()!r}\n"
        f"assert connect.Client({ABI!r}, {str(place)!r}).ping() == ''"
    )
    environment = {**os.environ, "PYTHONPATH": worker_fakes.SRC}
    readable, writable = os.pipe()
    os.set_inheritable(writable, True)
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, close_fds=False, timeout=30)
    os.close(writable)
    assert os.read(readable, 1) == b""
    os.close(readable)
    assert worker_fakes.worker_pids(place)


def test_one_process_for_all(place: Path) -> None:
    clients = [connect.Client(ABI, str(place)) for _ in range(6)]
    numbers = [client.request(("ping",), lambda answer: None) for client in clients]
    for client, number in zip(clients, numbers, strict=True):
        assert client.wait(number, 20)
    time.sleep(0.2)
    assert len(worker_fakes.settled_pids(place)) == 1
    for client in clients:
        client.close()


def test_two_versions_at_once(place: Path) -> None:
    first, second = connect.Client("1" * 40, str(place)), connect.Client("2" * 40, str(place))
    assert first.ping() == second.ping() == ""
    assert ask(first, {"value": 1})["abi"] == "1" * 40
    assert ask(second, {"value": 1})["abi"] == "2" * 40
    assert len(worker_fakes.settled_pids(place, 2)) == 2
    first.close()
    second.close()


def test_ends_when_idle(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spawn, "BOOTSTRAP", worker_fakes.bootstrap(idle=0.3))
    client = connect.Client(ABI, str(place))
    assert client.ping() == ""
    time.sleep(1.5)
    assert worker_fakes.worker_pids(place)  # we are still connected
    client.close()
    end = time.monotonic() + 10
    while worker_fakes.worker_pids(place) and time.monotonic() < end:
        time.sleep(0.1)
    assert not worker_fakes.worker_pids(place)
    assert client.ping() == ""  # and is started again
    client.close()


def test_the_directory_is_cleaned_while_it_runs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that nobody can find any more ends when its program does, and leaves the socket of the next one alone."""
    monkeypatch.setattr(spawn, "BOOTSTRAP", worker_fakes.bootstrap(idle=2.0))
    first, second, third = (connect.Client(ABI, str(place)) for _ in range(3))
    assert first.ping() == ""
    shutil.rmtree(place)
    assert second.ping() == ""
    assert len(worker_fakes.settled_pids(place, 2)) == 2
    first.close()
    assert len(worker_fakes.settled_pids(place, 1)) == 1
    assert third.ping() == ""
    assert len(worker_fakes.settled_pids(place, 1)) == 1
    second.close()
    third.close()


def test_descriptor_is_out_of_the_way(client: connect.Client) -> None:
    before = os.dup(0)
    os.close(before)
    assert client.ping() == ""
    after = os.dup(0)
    os.close(after)
    assert after == before
    assert client.fd >= 60


# -- a compiler that fails


def test_failures_of_the_compiler_are_answers(client: connect.Client, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    for what, detail in (("raise", "cannot compile this"), ("die", "status"), ("odd", "marshal"), ("list", "not a region"), ("eat", "MemoryError")):
        answer = ask(client, {"do": what}, key="k" + what, cache=cache)
        assert answer["refused"] == "internal_error", what
        assert detail in answer["detail"], what
    assert ask(client, {"value": 5})["echo"] == 5
    crashes = sorted(path.name for path in (tmp_path / "cache" / "crashes").iterdir())
    assert crashes == ["kdie.snapshot", "keat.snapshot", "klist.snapshot", "kodd.snapshot", "kraise.snapshot"]


def test_what_waits_behind_a_crash_is_compiled(client: connect.Client) -> None:
    """One child takes several requests; what it had not begun when it died gets another one."""
    answers: dict[str, Any] = {}
    wanted: list[dict[str, Any]] = [{"value": 1}, {"do": "die"}, {"value": 2}, {"do": "list"}, {"value": 3}]
    for place, snapshot in enumerate(wanted * 3):
        number = client.request(("compile", snapshot, "", ""), lambda answer, place=place: answers.update({str(place): answer}))
    client.wait(number, 30.0)
    told = [answers[str(place)].get("echo", answers[str(place)].get("refused")) for place in range(15)]
    assert told == [1, "internal_error", 2, "internal_error", 3] * 3


def children_of(pid: int) -> list[int]:
    """The processes that it has forked and that are still there."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def test_one_child_compiles_many_and_ends_when_nobody_needs_it(client: connect.Client, place: Path) -> None:
    [pid] = [ask(client, {"value": 1})["parent"]]
    [child] = children_of(pid)
    assert [ask(client, {"value": n})["pid"] for n in range(5)] == [child] * 5
    end = time.monotonic() + 10
    while children_of(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert worker_fakes.worker_pids(place) == [pid]
    assert ask(client, {"value": 2})["pid"] != child


def test_a_child_has_done_enough_at_last(client: connect.Client) -> None:
    from tierup.compiler.worker import CHILD_JOBS

    pids = [ask(client, {"value": n})["pid"] for n in range(2 * CHILD_JOBS)]
    assert len(set(pids)) == 2 and pids == sorted(pids, key=pids.index)


def test_a_child_that_dies_while_it_rests_costs_nothing(client: connect.Client) -> None:
    pid = ask(client, {"value": 1})["parent"]
    for n in range(10):
        for child in children_of(pid):
            os.kill(child, signal.SIGKILL)
        time.sleep(0.01 * (n % 3))
        assert ask(client, {"value": n})["echo"] == n


def test_a_child_keeps_no_connection_of_its_parent_open(client: connect.Client, place: Path) -> None:
    other = connect.Client(ABI, str(place))
    assert ask(other, {"value": 1})["echo"] == 1  # the child is forked while both are connected
    [child] = children_of(ask(client, {"value": 1})["parent"])
    assert len([fd for fd in Path(f"/proc/{child}/fd").iterdir() if int(fd.name) > 2]) == 1
    other.close()


def test_a_large_snapshot_goes_through_in_pieces(client: connect.Client) -> None:
    large = bytes(range(256)) * 40_000
    assert ask(client, {"value": large})["echo"] == large


def test_what_cannot_be_sent_to_a_child_is_refused() -> None:
    from tierup.compiler.child import Child
    from tierup.compiler.worker import Server

    answers: list[Any] = []
    child = Child(0, SimpleNamespace(recv=lambda size: (_ for _ in ()).throw(BlockingIOError)))  # type: ignore[arg-type]
    server: Any = SimpleNamespace(child=child, answer=lambda *row: answers.append(row[2]))
    job: Any = SimpleNamespace(client=None, number=1, snapshot={"improve": object()})
    Server.start(server, job)
    assert [answer["refused"] for answer in answers] == ["compiler_unavailable"] and child.job is None


def test_a_program_goes_while_its_regions_are_compiled(place: Path) -> None:
    for seconds in (0.0, 0.05, 0.3):
        gone, other = connect.Client(ABI, str(place)), connect.Client(ABI, str(place))
        assert gone.ping() == other.ping() == ""
        [pid] = worker_fakes.worker_pids(place)
        numbers = [gone.request(("compile", {"do": "sleep", "seconds": long}, "", ""), lambda answer: None) for long in (0.2, 60, 60, 60)]
        gone.wait(numbers[0], seconds)
        gone.close()
        assert ask(other, {"value": 7})["echo"] == 7
        assert worker_fakes.settled_pids(place) == [pid]
        other.close()


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()} if directory.exists() else set()


def test_what_a_program_leaves_is_compiled_for_its_next_run(place: Path, tmp_path: Path) -> None:
    """But others come first, and a cache that is removed is not made again."""
    cache, removed = tmp_path / "cache", tmp_path / "removed"
    cache.mkdir(0o700)
    removed.mkdir(0o700)
    gone, other = connect.Client(ABI, str(place)), connect.Client(ABI, str(place))
    assert gone.ping() == other.ping() == ""
    for number in range(4):
        for directory in (cache, removed):
            gone.request(("compile", {"do": "sleep", "seconds": 0.8}, f"k{number}", str(directory)), lambda answer: None)
    gone.wait(1, 0.01)
    gone.close()
    removed.rename(tmp_path / "elsewhere")
    wanted = {f"k{number}.region" for number in range(4)}
    assert ask(other, {"value": 7})["echo"] == 7
    assert not wanted <= names_in(cache / ABI)
    end = time.monotonic() + 30
    while not wanted <= names_in(cache / ABI) and time.monotonic() < end:
        time.sleep(0.05)
    assert wanted <= names_in(cache / ABI)
    assert not removed.exists()
    other.close()


def test_crash_can_be_read_again(client: connect.Client, tmp_path: Path) -> None:
    ask(client, {"do": "raise", "value": 7}, key="k", cache=str(tmp_path / "cache"))
    assert client.ping() == ""  # what is saved is saved before the next request is looked at
    [saved] = wire.Reader().feed((tmp_path / "cache" / "crashes" / "k.snapshot").read_bytes())
    assert saved["snapshot"] == {"do": "raise", "value": 7}
    assert "ValueError" in saved["detail"]


def test_the_size_of_the_cache_is_looked_at_now_and_then(client: connect.Client, tmp_path: Path) -> None:
    """Each compilation would cost as much as there are files otherwise."""
    large = tmp_path / "cache" / ABI / "large.region"
    there = []
    for number in range(2):
        large.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with open(large, "wb") as file:
            file.truncate(1 << 32)
        os.utime(large, (1, 1))
        ask(client, {"value": 9}, key=f"k{number}", cache=str(tmp_path / "cache"))
        client.ping()  # the file is written behind the answer
        there.append(large.exists())
    assert there == [False, True]


def test_regions_are_kept(client: connect.Client, tmp_path: Path) -> None:
    from tierup.cache.store import Store

    ask(client, {"value": 9, "failed": {2: ["overflow"]}}, key="abc", cache=str(tmp_path / "cache"))
    assert client.ping() == ""
    saved = Store(str(tmp_path / "cache"), ABI).load("abc")
    assert saved is not None
    assert saved["region"]["echo"] == 9
    assert saved["failed"] == {2: ["overflow"]}
    ask(client, {"value": 9}, key="../../escaped", cache=str(tmp_path / "cache"))
    assert not list(tmp_path.rglob("*escaped*"))


def test_refusals_that_last_are_kept_unless_there_is_a_region(client: connect.Client, tmp_path: Path) -> None:
    from tierup.cache.store import Store

    kept, cache = Store(str(tmp_path / "cache"), ABI), str(tmp_path / "cache")
    ask(client, {"value": 9}, key="region", cache=cache)
    for key, reason in (("region", "too_big"), ("large", "too_big"), ("moved", "not_bound")):
        assert ask(client, {"do": "refuse", "reason": reason}, key=key, cache=cache)["refused"] == reason
    assert client.ping() == ""
    assert [key for key in ("region", "large", "moved") if "refused" in (kept.load(key) or {})] == ["large"]


def test_small_ones_go_first_but_not_for_ever() -> None:
    from tierup.compiler.jobs import code_size, take_next

    def job(size: int) -> Any:
        return SimpleNamespace(size=size, passed=0)

    jobs = deque([job(900), job(5), job(7), job(3)])
    assert [take_next(jobs).size for _ in range(4)] == [3, 5, 7, 900]
    jobs = deque(job(size) for size in (900, *range(20)))
    assert [take_next(jobs).size for _ in range(9)] == [*range(8), 900]
    assert code_size({"code": b"12", "codes": [b"345"]}) == 5
    assert code_size({"code": "?", "codes": 7}) == 0


def test_a_slow_one_does_not_keep_others_waiting_for_an_answer_to_ping(place: Path) -> None:
    slow, quick = connect.Client(ABI, str(place)), connect.Client(ABI, str(place))
    assert slow.ping() == ""
    slow.request(("compile", {"do": "sleep", "seconds": 3}, "", ""), lambda answer: None)
    start = time.monotonic()
    assert quick.ping() == ""
    assert time.monotonic() - start < 2
    slow.close()
    quick.close()


# -- a process that is killed, hangs, or talks nonsense


def test_killed_at_random_moments(client: connect.Client, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 times: nothing raises, nothing hangs, and each request is answered or given up."""
    monkeypatch.setattr(connect, "START_SECONDS", 0.2)  # many are killed before they listen
    chance = random.Random(7)
    done: list[Any] = []
    asked = kills = 0
    end = time.monotonic() + 60
    while kills < 200 and time.monotonic() < end:
        client.rest_until = 0.0
        asked += client.request(("compile", {"value": asked}, "", ""), done.append) > 0
        pause = time.monotonic() + chance.random() * 0.05
        while time.monotonic() < pause:
            client.poll()
            time.sleep(0.001)
        for pid in worker_fakes.worker_pids(place):
            with contextlib.suppress(ProcessLookupError):  # one that ended by itself meanwhile
                os.kill(pid, signal.SIGKILL)
                kills += 1
    assert kills >= 200
    monkeypatch.undo()
    monkeypatch.setattr(spawn, "BOOTSTRAP", worker_fakes.bootstrap())
    client.rest_until = client.starting_until = 0.0
    assert client.ping() == ""
    for number in list(client.pending):
        client.wait(number, 10)
    assert not client.pending
    assert len(done) == asked


def test_hung(client: connect.Client, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "ANSWER_SECONDS", 0.5)
    assert client.ping() == ""
    [pid] = worker_fakes.worker_pids(place)
    os.kill(pid, signal.SIGSTOP)
    answers: list[Any] = []
    start = time.monotonic()
    for _ in range(connect.PENDING_LIMIT + 10):
        client.request(("compile", {"value": b"x" * 20_000}, "", ""), answers.append)
    assert time.monotonic() - start < 1.5  # asking never waits
    time.sleep(0.6)
    client.poll()
    assert answers == [None] * connect.PENDING_LIMIT
    assert client.request(("ping",), answers.append) == 0  # resting
    os.kill(pid, signal.SIGCONT)
    assert client.ping() == ""


def fake_listener(place: Path) -> socket.socket:
    """Somebody who listens in place of the compiler process."""
    place.mkdir(mode=0o700)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(connect.socket_path(str(place), ABI))
    listener.listen()
    return listener


def garbage(number: int) -> list[bytes]:
    """Streams that are no answers."""
    good = wire.pack((number, {"abi": ABI, "echo": 1}))
    flipped = bytearray(good)
    flipped[20] ^= 4
    chance = random.Random(3)
    return [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        bytes(flipped),
        good[:4] + b"\xff\xff\xff\xff" + good[8:],
        good[:-3],
        chance.randbytes(100_000),
        wire.pack((number, {"abi": "other"})),
        wire.pack((number, [1])),
        wire.pack((number, {})),
        wire.pack("text"),
        wire.MAGIC + (3).to_bytes(4, "little") + wire.checksum(b"zzz") + b"zzz",
    ]


@pytest.mark.parametrize("kind", range(10))
def test_garbage(place: Path, kind: int) -> None:
    with fake_listener(place) as listener:
        client = connect.Client(ABI, str(place))
        answers: list[Any] = []
        number = client.request(("ping",), answers.append)
        for _ in range(connect.ATTEMPTS):
            listener.settimeout(5)
            other, _ = listener.accept()
            other.sendall(garbage(number)[kind])
            other.close()
            time.sleep(0.01)
            client.poll()
            client.poll()  # one that notices, one that connects again
        client.wait(number, 5)
        assert answers == [None]
        client.close()


def test_an_answer_in_small_pieces(place: Path) -> None:
    with fake_listener(place) as listener:
        client = connect.Client(ABI, str(place))
        answers: list[Any] = []
        client.request(("ping",), answers.append)
        other, _ = listener.accept()
        for byte in wire.pack((1, {"abi": ABI, "value": 5})) + wire.pack((77, {"abi": ABI})):
            other.sendall(bytes([byte]))
            client.poll()
        assert answers == [{"abi": ABI, "value": 5}]
        client.close()
        other.close()


def test_garbage_does_not_end_the_process(client: connect.Client, place: Path) -> None:
    assert client.ping() == ""
    [pid] = worker_fakes.worker_pids(place)
    chance = random.Random(5)
    requests = [wire.pack(what) for what in (1, (), (1,), ("a", "ping"), (1, "compile"), (1, "compile", 2, 3, 4), (-1, "ping"), (1, "what", {}, "", ""))]
    for data in [*requests, *garbage(1), *(chance.randbytes(chance.randrange(1, 9000)) for _ in range(50))]:
        with socket.socket(socket.AF_UNIX) as other:
            other.connect(connect.socket_path(str(place), ABI))
            other.sendall(data)
    assert client.ping() == ""
    assert worker_fakes.settled_pids(place) == [pid]


# -- places that can't be used


def test_socket_path_taken(place: Path) -> None:
    """By a directory: there will be no compiler process, and the program isn't kept waiting for it."""
    place.mkdir(mode=0o700)
    Path(connect.socket_path(str(place), ABI)).mkdir()
    client = connect.Client(ABI, str(place))
    assert client.ping(1.0) != ""


def test_socket_path_is_a_stale_file(place: Path, client: connect.Client) -> None:
    place.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(connect.socket_path(str(place), ABI))
    assert client.ping() == ""


@pytest.mark.parametrize("directory", ["/proc/none/s", "/dev/null", "/dev/null/s", "/" + "x" * 300, "/tmp/" + "long" * 40])
def test_no_place_for_the_socket(directory: str) -> None:
    client = connect.Client(ABI, directory)
    start = time.monotonic()
    assert client.ping(2.0) != ""
    assert time.monotonic() - start < 2.5


def test_directory_others_can_write(place: Path, client: connect.Client) -> None:
    place.mkdir(mode=0o700)
    place.chmod(0o777)
    assert "can be written by others" in client.ping(2.0)
    assert worker_fakes.worker_pids(place) == []


def test_directory_is_a_link(place: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir(mode=0o700)
    place.symlink_to(tmp_path / "other")
    assert connect.Client(ABI, str(place)).ping(2.0) != ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_somebody_elses_directory(place: Path, client: connect.Client) -> None:
    place.mkdir(mode=0o700)
    os.chown(place, 12345, 12345)
    assert client.ping(2.0) != ""


def test_no_interpreter(client: connect.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spawn, "interpreter", lambda: "/nowhere/python3.11")
    monkeypatch.setattr(connect, "START_SECONDS", 0.2)
    assert client.ping(3.0) != ""
    assert client.rest_until > time.monotonic()


# -- what programs do to descriptors, processes and signals


def test_descriptors_closed_and_taken_over(client: connect.Client, tmp_path: Path) -> None:
    """A program closes everything and opens its own file under our number: nothing of ours gets into it."""
    assert client.ping() == ""
    fd = client.fd
    os.close(fd)
    target = os.open(tmp_path / "data", os.O_RDWR | os.O_CREAT)
    os.dup2(target, fd)
    os.close(target)
    assert ask(client, {"value": 3})["echo"] == 3
    assert os.fstat(fd).st_size == 0  # still open, and empty
    assert client.fd != fd
    os.close(fd)


def test_fork(client: connect.Client) -> None:
    """Parent and child don't share the connection."""
    assert client.ping() == ""
    answers: list[Any] = []
    client.request(("compile", {"value": "parent"}, "", ""), answers.append)
    child = os.fork()
    if child == 0:
        try:
            fine = (ask(client, {"value": "child"}) or {}).get("echo") == "child" and not answers
        except BaseException:
            fine = False
        os._exit(0 if fine else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    client.wait(client.number, 20)
    assert answers[0]["echo"] == "parent"


def test_broken_pipe_signal_set_to_default(place: Path) -> None:
    """Writing to a process that is gone must not end a program that asked for SIGPIPE's default."""
    program = (
        "import os, signal, sys, time\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\nfrom pathlib import Path\n"
        "from tierup.runtime import connect, spawn\nimport worker_fakes\n"
        f"spawn.BOOTSTRAP = worker_fakes.bootstrap()\nplace = {str(place)!r}\nclient = connect.Client({ABI!r}, place)\n"
        "for _ in range(5):\n"
        "    assert client.ping() == ''\n"
        "    worker_fakes.end_workers(Path(place))\n"
        "    for _ in range(50):\n"
        "        client.request(('compile', {'value': b'x' * 10000}, '', ''), lambda answer: None)\n"
        "print('alive')"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((worker_fakes.SRC, str(Path(__file__).parent)))}
    result = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (0, "alive\n"), result.stderr


def test_default_timeout_of_the_program(client: connect.Client) -> None:
    socket.setdefaulttimeout(5.0)
    try:
        assert client.ping() == ""
        assert ask(client, {"value": 1})["echo"] == 1
    finally:
        socket.setdefaulttimeout(None)
