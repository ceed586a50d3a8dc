"""tierup under the interpreter's own options, and in a program that embeds the interpreter and starts it twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest
from programs import FORCE, HERE, ON, PLAIN, Mode, autostarts, difference, mode, run

PROGRAM = """
import sys
def work(n):
    '''Doc.'''
    total = 0
    for i in range(n):
        assert i >= 0
        total += i * i % 7
    return total
class Thing:
    def __init__(self, x):
        self.x = x
    def get(self):
        return self.x * 0.5
def things(n):
    total = 0.0
    for i in range(n):
        total += Thing(i).get()
    return total
for _ in range(200):
    result = work(60), things(20)
print(result, work.__doc__, work.__code__.co_consts, sys.flags.dev_mode, sys.flags.optimize)
try:
    work('x')
except TypeError:
    import traceback
    traceback.print_exc()
"""

OPTIONS = [
    ["-X", "dev"], ["-O"], ["-OO"], ["-I"], ["-s"], ["-S"], ["-E"], ["-B"], ["-P"], ["-W", "error"], ["-X", "faulthandler"], ["-X", "no_debug_ranges"],
    ["-X", "tracemalloc=5"], ["-X", "frozen_modules=off"], ["-X", "utf8"], ["-u"], ["-bb"], ["-q", "-v"],
]  # fmt: skip

EMBEDDING = r"""
#include <Python.h>
static const char *program =
    "import sys\n"
    "class Last:\n"
    "    def __del__(self): print('del', work(30)); sys.stdout.flush()\n"
    "def work(n):\n"
    "    total = 0\n"
    "    for i in range(n): total += i * i % 7\n"
    "    return total\n"
    "def outer(n):\n"
    "    total = 0\n"
    "    for i in range(n): total += work(i)\n"
    "    return total\n"
    "def made(n):\n"
    "    for i in range(n): yield outer(i)\n"
    "for _ in range(200): result = outer(30), sum(made(5))\n"
    "kept = Last()\n"
    "print(result)\n"
    "sys.stdout.flush()\n";
int main(void) {
    for (int i = 0; i < 3; i++) {
        Py_Initialize();
        if (PyRun_SimpleString(program) != 0) return 1;
        if (Py_FinalizeEx() < 0) return 2;
        printf("finalised\n");
        fflush(stdout);
    }
    return 0;
}
"""


@pytest.mark.parametrize("how", [FORCE, ON], ids=lambda how: how.name)
@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_options(options: list[str], how: Mode, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    arguments = [*options, str(program)]
    if not autostarts():
        pytest.skip("tierup is not started by the environment here")
    expected, got = run(PLAIN, arguments), run(how, arguments)
    if "-v" in options:
        expected, got = (type(o)(o.stdout, "", o.code) for o in (expected, got))
    assert not difference(expected, got)


def test_import_times_are_printed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    got = run(FORCE, ["-X", "importtime", str(program)])
    assert got.code == 0 and got.stdout == run(PLAIN, [str(program)]).stdout and "import time:" in got.stderr


def test_a_session_without_memory_ends() -> None:
    """The interpreter's loop never ends where a handler of our code is left and there is no memory for its position."""
    pytest.importorskip("_testcapi")
    if not autostarts():
        pytest.skip("tierup is not started by the environment here")
    lines = "import sys, _testcapi\nprint('here')\n_testcapi.set_nomemory(0)\nsys.exit(0)\n"
    done = [
        subprocess.run([sys.executable, "-E", "-i"], input=lines, env=how.environment(), capture_output=True, text=True, timeout=150, check=False)
        for how in (PLAIN, mode("force", mode="force", cache="0"))
    ]
    assert [(process.stdout, process.returncode) for process in done] == [("here\n", 1)] * 2


@pytest.fixture(scope="module")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The embedding program."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    version = sysconfig.get_config_var("LDVERSION")
    library = sysconfig.get_config_var("LIBDIR")
    if compiler is None or not sysconfig.get_config_var("Py_ENABLE_SHARED") or not os.path.exists(f"{library}/libpython{version}.so"):
        pytest.skip("no compiler or no shared library of the interpreter")
    folder = tmp_path_factory.mktemp("embedding")
    (folder / "main.c").write_text(EMBEDDING)
    target = folder / "main"
    flags = ["-I" + sysconfig.get_path("include"), f"-L{library}", f"-Wl,-rpath,{library}", f"-lpython{version}"]
    subprocess.run([compiler, "-O1", str(folder / "main.c"), "-o", str(target), *flags], check=True)
    return str(target)


def embedded(program: str, how: Mode) -> subprocess.CompletedProcess[str]:
    """The packages of this environment are found through PYTHONPATH, where no .pth files are read; a sitecustomize does what ours does."""
    folder = Path(program).parent
    (folder / "sitecustomize.py").write_text("import os\nif os.environ.get('TIERUP') == '1':\n    import tierup.autostart\n")
    environment = how.environment() | {"PYTHONPATH": f"{folder}:{sysconfig.get_path('purelib')}", "PYTHONHOME": sys.base_prefix}
    return subprocess.run([program], env=environment, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize("how", [FORCE, ON], ids=lambda how: how.name)
def test_embedded_three_times(embedding: str, how: Mode) -> None:
    plain, got = embedded(embedding, PLAIN), embedded(embedding, how)
    assert plain.returncode == 0 and plain.stdout.count("finalised") == 3, plain.stderr
    assert (got.stdout, got.returncode) == (plain.stdout, 0), got.stderr
    assert how is ON or "entries into compiled code" in got.stderr


ALLOCATING = """
import sys, tracemalloc
class Pair:
    def __init__(self, x, y):
        self.x = x
        self.y = y
def make(n):
    kept = [None] * 50
    for i in range(n):
        kept[i % 50] = [i * 1000 + 77777, Pair(i * 1.5, i - 5000), (i * 0.5, -i * 100000)]
    return kept
for _ in range(300):
    make(120)
tracemalloc.start()
kept = make(200)
def traced(x):
    return tracemalloc.get_object_traceback(x) is not None
print([traced(x) for row in kept for x in (row, row[0], row[1], row[1].x, row[1].y, row[2][0], row[2][1])].count(False))
before = tracemalloc.get_traced_memory()[0]
del kept
print(before - tracemalloc.get_traced_memory()[0] > 10000)
tracemalloc.stop()
print(sum(row[0] + row[1].x + row[1].y + row[2][0] + row[2][1] for row in make(500)))
"""


@pytest.mark.parametrize("how", [FORCE, ON], ids=lambda how: how.name)
@pytest.mark.parametrize("allocator", ["pymalloc", "malloc", "debug"])
def test_allocators(how: Mode, allocator: str, tmp_path: Path) -> None:
    """Memory that waits for new objects does not hide these from tracemalloc, and is left alone where it is not pymalloc's. What CPython itself keeps for reuse
    (floats, lists, tuples) it does hide; there may be less of that when tracing begins, as the program's are not the only ones.
    """
    script = tmp_path / "allocating.py"
    script.write_text(ALLOCATING)
    found = run(how, [str(script)], PYTHONMALLOC=allocator)
    expected = run(PLAIN, [str(script)], PYTHONMALLOC=allocator)
    hidden, kept = (int(outcome.stdout.partition("\n")[0]) for outcome in (found, expected))
    assert 0 <= hidden <= kept
    assert not difference(expected, replace(found, stdout=found.stdout.replace(str(hidden), str(kept), 1)))


SLOT = """
import ctypes, tierup
def slot():
    return ctypes.c_void_p.from_address(id(int) + 48).value
slots = []
for _ in range(2):
    slots.append(slot())
    tierup.enable()
    slots.append(slot())
    class Late(int):
        pass
    blocks = [n * 1000 + 10**6 for n in range(1000)]
    tierup.disable()
    del blocks
    late = [Late(n) for n in range(100)]
    del late
slots.append(slot())
print(slots[0] == slots[2] == slots[4], slots[0] != slots[1])
"""


def test_ints_die_as_ever_when_switched_off() -> None:
    found = subprocess.run([sys.executable, "-c", SLOT], env={**os.environ, "TIERUP": "0"}, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True", "True"]


SUBINTERPRETER_LEFT = """
import _xxsubinterpreters as interpreters, sys, time
interpreters.run_string(interpreters.create(), "import sys; print('inside'); sys.stdout.flush()")
time.sleep(0.03)  # ours waits for work meanwhile
"""


def test_a_process_whose_main_thread_ends_alone_ends(tmp_path: Path) -> None:
    """CPython ends the main thread by itself where it wants the GIL for a subinterpreter while all is torn down: a thread of ours would keep the process. That
    happened in one of five or so.
    """
    for turn in range(12):
        how = mode("on", mode="on", threshold="1", compiler="process", cache=str(tmp_path / str(turn)))
        got = run(how, [str(HERE / "run" / "subinterpreters.py")], timeout=60)
        assert got.code == 0, turn
        assert run(how, ["-c", SUBINTERPRETER_LEFT], timeout=60).code == 0, turn


VISIT_AT_THE_END = """
import os, threading, time
from tierup import _tierup
main, visited = threading.get_ident(), threading.Event()
def visit():
    if threading.get_ident() == main or visited.is_set():
        return
    visited.set()
    time.sleep(0.3)
    os.write(1, b"over\\n")
def compute():
    while not visited.is_set():
        sum(range(1000))
_tierup.configure(poll=1)
_tierup.start(visit)
thread = threading.Thread(target=compute)
thread.start()
thread.join()
os.write(1, b"end\\n")
"""


def test_the_end_waits_for_a_visit_to_other_threads() -> None:
    """Its thread state would be freed while it waits for the GIL: once in a while the process ended by a segmentation fault."""
    found = subprocess.run([sys.executable, "-c", VISIT_AT_THE_END], env={**os.environ, "TIERUP": "0"}, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.split() == ["end", "over"]
