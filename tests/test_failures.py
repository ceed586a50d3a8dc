"""Programs in surroundings that fail them: with tierup they must do exactly what they do without it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import worker_fakes

try:
    from tierup import _tierup

    SUPPORTED = _tierup.supported() == ""
except ImportError:
    SUPPORTED = False

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="the extension is missing or this interpreter is not supported")

START = "import sys\nfrom tierup.runtime import switch\nassert switch.enable()\n"
HOT = """
def work(n):
    total = 0
    for i in range(n):
        total += i % 7
    return total
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory for one test, with a short name, and nothing of ours left running in it."""
    with tempfile.TemporaryDirectory(prefix="tf") as name:
        yield Path(name)
        worker_fakes.end_workers(Path(name) / "s")


def environment(place: Path, **changes: str) -> dict[str, str]:
    """The settings of one test."""
    own = {"PYTHONPATH": worker_fakes.SRC, "TIERUP_CACHE": str(place / "c"), "TIERUP_SOCKET_DIR": str(place / "s"), "TIERUP_MODE": "on"}
    return {**os.environ, **own, **changes}


def run(source: str, env: dict[str, str]) -> tuple[int, str, str]:
    """How a program ends and what it writes."""
    result = subprocess.run([sys.executable, "-c", source], env=env, capture_output=True, text=True, timeout=120, check=False)
    return result.returncode, result.stdout, result.stderr


def same(source: str, place: Path, **changes: str) -> None:
    """With and without tierup there is no difference."""
    env = environment(place, **changes)
    assert run(START + HOT + source, env) == run("import sys\n" + HOT + source, env)


ORDINARY = "print([work(300_000) for _ in range(5)])"


@pytest.mark.parametrize("cache", ["/dev/null", "/proc/nowhere", "0", "/dev/full/x"])
def test_cache_directory_unusable(place: Path, cache: str) -> None:
    same(ORDINARY, place, TIERUP_CACHE=cache)


def test_cache_unwritable_or_open_to_all(place: Path) -> None:
    for mode in (0o500, 0o777):
        (place / "c").mkdir(exist_ok=True)
        (place / "c").chmod(mode)
        same(ORDINARY, place)


def test_cache_full_of_rubbish(place: Path) -> None:
    """Every file of a warm cache is broken in turn."""
    same(ORDINARY, place)
    for damage in (b"", b"rubbish", bytes(5000)):
        for path in (place / "c").rglob("*.region"):
            path.write_bytes(damage)
        same(ORDINARY, place)


@pytest.mark.parametrize("directory", ["/dev/null", "/proc/nowhere", "/" + "x" * 200])
def test_no_place_for_the_socket(place: Path, directory: str) -> None:
    same(ORDINARY, place, TIERUP_SOCKET_DIR=directory)


def test_compiler_process_killed_all_the_time(place: Path) -> None:
    env = environment(place)
    with subprocess.Popen([sys.executable, "-c", START + HOT + "print([work(600_000) for _ in range(12)])"], env=env, stdout=subprocess.PIPE) as program:
        end = time.monotonic() + 60
        while program.poll() is None and time.monotonic() < end:
            worker_fakes.end_workers(place / "s")
            time.sleep(0.02)
        assert program.stdout is not None
        assert program.stdout.read().decode() == run(HOT + "print([work(600_000) for _ in range(12)])", env)[1]
        assert program.wait() == 0


def test_descriptors_closed(place: Path) -> None:
    """As daemons do; then the numbers are used for files."""
    same(
        """
import os
print(work(300_000))
os.closerange(3, 1024)
files = [os.open("/dev/null", os.O_RDWR) for _ in range(20)]
print(files, [work(300_000) for _ in range(4)])
""",
        place,
    )


def test_descriptors_counted(place: Path) -> None:
    """In force mode, which waits for each answer, the connection is there while it does only."""
    same("import os\nfor i in range(3):\n    print(work(i), sorted(os.listdir('/proc/self/fd')))", place, TIERUP_MODE="force")


def test_signals_from_threads(place: Path) -> None:
    """None is put off, though the sampler touches the queue and the flag that tell of it: the call that waits raises."""
    same(
        """
import _thread, threading
sys.setswitchinterval(1)  # a thread that has to wait for another one for 5 ms may be late in plain CPython, too
def interrupted():
    thread = threading.Thread(target=_thread.interrupt_main)
    try:
        thread.start()
        thread.join()
    except KeyboardInterrupt:
        return True
    return False
print(all([interrupted() for _ in range(30_000)]))
""",
        place,
    )


def test_fork(place: Path) -> None:
    same(
        """
import os
print(work(200_000), flush=True)
for number in range(6):
    child = os.fork()
    if child == 0:
        print(number, work(200_000), flush=True)
        os._exit(number)
    print(os.waitpid(-1, 0)[1] >> 8, work(100_000), flush=True)
try:
    os.wait()
except ChildProcessError as error:
    print(error)
""",
        place,
    )


def test_multiprocessing_and_subprocess(place: Path) -> None:
    same(
        """
import multiprocessing, subprocess
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(work, [100_000] * 6))
print(subprocess.run([sys.executable, "-c", "print(5)"], capture_output=True).stdout, work(200_000))
""",
        place,
    )


def test_child_signal_handler_sees_no_child_of_ours(place: Path) -> None:
    same(
        """
import signal
seen = []
signal.signal(signal.SIGCHLD, lambda *_: seen.append(1))
print([work(300_000) for _ in range(5)], seen)
""",
        place,
    )


def test_ctrl_c_in_a_hot_loop(place: Path) -> None:
    loop = "print('go', flush=True)\ntry:\n    while True:\n        work(100_000)\nexcept KeyboardInterrupt:\n    print('stopped')\n    sys.exit(3)"
    source = START + HOT + loop
    with subprocess.Popen([sys.executable, "-c", source], env=environment(place), stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"go\n"
        time.sleep(0.7)
        program.send_signal(signal.SIGINT)
        assert program.stdout.read() == b"stopped\n"
        assert program.wait(20) == 3


CHANGES = {
    "settrace": "sys.settrace(lambda *a: None)\nprint(work(1000))\nsys.settrace(None)",
    "profile": "import cProfile\np = cProfile.Profile()\nprint(p.runcall(work, 1000))",
    "overflow": "big = 1 << 62\ndef grow(n):\n    x = 1\n    for i in range(n):\n        x = x * 3 % (big * 8)\n    return x\nprint(grow(200_000), grow(200_000))",  # noqa: E501
    "code": "work.__code__ = (lambda n: n + 1).__code__\nprint(work(5))",
    "builtin": "import builtins\nold = builtins.range\nbuiltins.range = lambda n: old(3)\nprint(work(5))",
    "recursion": "def deep(n):\n    return 0 if n == 0 else 1 + deep(n - 1)\nfor _ in range(800): deep(300)\ntry:\n    deep(10**6)\nexcept RecursionError as e:\n    print(e)",  # noqa: E501
    "annotations": "def wrong(x: int) -> str:\n    return x + x\nprint([wrong(v) for _ in range(60000) for v in (1, 'a', 2.5)][-3:])",
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_under_way(place: Path, name: str) -> None:
    same("print([work(300_000) for _ in range(5)])\n" + CHANGES[name] + "\nprint(work(10))", place)


def test_a_type_that_was_never_made_ready(place: Path) -> None:
    """CPython has types without an MRO until somebody asks for an attribute; a profile may name one."""
    source = "def f():\n    return sum(1 for _ in f.__code__.co_positions())\nfor _ in range(8): f()\nprint(switch.stats()['problem'])\n"
    code, out, error = run(START + source, environment(place, TIERUP_MODE="force", TIERUP_COMPILER="inline", TIERUP_CACHE="0"))
    assert (code, out.strip(), error) == (0, "", "")
