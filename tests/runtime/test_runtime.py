"""The extension by itself: stubs, exits, loop entry, sampler, recorder; regions are C functions that stand in for compiled code."""

from __future__ import annotations

import ctypes
import dis
import gc
import marshal
import os
import signal
import subprocess
import sys
import sysconfig
import textwrap
import threading
import time
import traceback
import types
import weakref
from pathlib import Path

import pytest

t = pytest.importorskip("tierup._tierup")
if t.supported():
    pytest.skip(t.supported(), allow_module_level=True)

HERE = Path(__file__).parent
PAGE = 4096


@pytest.fixture(scope="session")
def lib(tmp_path_factory):
    include = sysconfig.get_paths()["include"]
    target = tmp_path_factory.mktemp("regions") / "regions.so"
    done = subprocess.run(
        ["gcc", "-O2", "-w", "-fPIC", "-shared", f"-I{include}", str(HERE / "regions.c"), "-o", str(target)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip("no C compiler or no headers: " + done.stderr[:500])
    return ctypes.PyDLL(str(target))


@pytest.fixture(autouse=True)
def quiet():
    yield
    sys.settrace(None)
    sys.setprofile(None)
    t.set_mode(False)
    t.stop()
    t.configure(tick_us=1000, hot_samples=2, record_ops=3000, exit_limit=50, poll=0)


def address(lib, name):
    return ctypes.cast(getattr(lib, name), ctypes.c_void_p).value


def knobs(lib, *values):
    array = (ctypes.c_int * 8).in_dll(lib, "knobs")
    for i, value in enumerate(values):
        array[i] = value


def load(lib, code, name, kind="call", header=-1, exits=4, keep=()):
    """A region that jumps to the C function: jmp *slot 1."""
    blob = b"\xff\x25" + (PAGE + 8 - 6).to_bytes(4, "little")
    return t.load_region(code, kind, header, blob, PAGE, [0, address(lib, name)], list(keep), [(0, "x", 0)] * exits)


def unit(code, opname, nth=0, argval=None):
    found = [i.offset // 2 for i in dis.get_instructions(code) if i.opname == opname and (argval is None or i.argval == argval)]
    return found[nth]


def install(lib, function, name, **more):
    region = load(lib, function.__code__, name, **more)
    assert t.install(region)
    return region


def fresh(source, name="f", **namespace):
    """The function `name` of a new module with this source."""
    space = {"__name__": "sample", **namespace}
    code = compile(textwrap.dedent(source), "sample.py", "exec")
    exec(code, space)
    return space[name]


# -- generators


ECHO = """
    def f(a):
        while True:
            a = yield a
    """


@pytest.fixture
def echo(lib):
    """A generator function whose region is hand-made; started by the interpreter, so that it stands at its yield.

    While the sampler has the breaker set, a resume goes the plain way: it must not come meanwhile.
    """
    t.configure(tick_us=60_000_000)
    t.start(lambda: None)

    def make(name):
        function = fresh(ECHO)
        knobs(lib, unit(function.__code__, "YIELD_VALUE"), 0)
        generator = function("first")
        assert next(generator) == "first"
        region = install(lib, function, name, kind="resume")
        return generator, region

    return make


def test_resume(echo):
    generator, region = echo("yields")
    assert [generator.send(5), next(generator), generator.send("x")] == [5, None, "x"]
    assert generator.gi_frame.f_locals == {"a": "x"} and not generator.gi_running
    assert t.region_stats(region)["entries"] == 3
    t.remove(region)
    assert generator.send(7) == 7 and generator.gi_frame.f_locals == {"a": 7}


def test_return_of_a_resume(echo):
    for value in ("result", (1, 2), None):
        generator, _ = echo("returns")
        with pytest.raises(StopIteration) as stop:
            generator.send(value)
        assert stop.value.value == value and generator.gi_frame is None
        assert list(generator) == []


def test_return_to_a_loop(echo):
    generator, _ = echo("returns")
    assert list(generator) == []


def test_error_of_a_resume(lib, echo):
    generator, _ = echo("fail_unhandled")
    with pytest.raises(ValueError, match="native") as caught:
        next(generator)
    assert [entry.name for entry in traceback.extract_tb(caught.tb)][-1] == "f" and generator.gi_frame is None


def test_exit_of_a_resume(echo):
    generator, region = echo("gives_back")
    assert [generator.send(value) for value in (1, 2)] == [1, 2]
    assert t.region_stats(region)["exits"] == {0: 2}
    with pytest.raises(KeyError):
        generator.throw(KeyError)


def test_resume_waits_for_its_turn(echo):
    """Tools, and a generator that runs already, are the plain slot's business."""
    generator, region = echo("yields")
    sys.settrace(lambda frame, event, argument: None)
    assert generator.send(1) == 1
    sys.settrace(None)
    assert t.region_stats(region)["entries"] == 0
    assert generator.send(2) == 2 and t.region_stats(region)["entries"] == 1
    t.stop()
    assert generator.send(3) == 3 and t.region_stats(region)["entries"] == 1


# -- tables


def test_tables():
    layout, symbols = t.layout(), t.symbols()
    assert layout["PyObject.ob_refcnt"] == 0 and layout["_PyInterpreterFrame.localsplus"] == 72
    assert symbols["_Py_NoneStruct"] == id(None) and symbols["PyLong_Type"] == id(int) and symbols["PyExc_KeyError"] == id(KeyError)
    assert t.abi_tag() == t.abi_tag()


def test_facts():
    class C:
        __slots__ = ("s",)

    class D:
        def __init__(self):
            self.x, self.y = 1, 2

    D()
    assert t.inline_index(D, "y") == 1 and t.inline_count(D) == 2 and t.inline_index(D, "z") == -1 and t.inline_index(int, "x") == -1
    assert t.member_offset(C.s) > 0 and t.member_offset(3) == -1
    before = t.type_version(D)
    assert before > 0 and t.type_version(D) == before
    D.z = 1
    assert t.type_version(D) != before
    d = {}
    version = t.dict_version(d)
    d[1] = 1
    assert t.dict_version(d) != version


# -- stubs


def test_stub_returns_value(lib):
    f = fresh("def f(a, b):\n    return a - b\n")
    knobs(lib, 1)
    region = install(lib, f, "add")
    assert f(3, 4) == 7 and f(b=1, a=2) == 3 and list(map(f, [1, 2], [3, 4])) == [4, 6]
    assert t.region_stats(region)["entries"] == 4
    t.remove(region)
    assert f(3, 4) == -1
    assert t.region_stats(region) == {}


def test_stub_with_cells_and_defaults(lib):
    f = fresh("def g():\n    k = 5\n    def f(a, b=2):\n        return (lambda: a), k\n    return f\nf = g()\n")
    knobs(lib, 2)

    region = load(lib, f.__code__, "call")
    assert t.install(region)  # COPY_FREE_VARS and MAKE_CELL come before RESUME
    t.remove(region)
    assert f(1)[1] == 5


def test_many_constants(lib):
    f = fresh("def f(a, b):\n    x = [" + ",".join(f"{i}.5" for i in range(300)) + ",a]\n    return x[0]\n")
    _ = f.__code__.co_consts
    g = fresh("def f(a, b):\n    y = a\n    if a > 10**9: return (" + ",".join(f"a*{i}.5" for i in range(300)) + ")\n    return y\n")
    assert len(g.__code__.co_consts) > 256
    region = install(lib, g, "add")
    assert g(1, 2) == 3
    t.remove(region)
    assert g(1, 2) == 1


def test_code_looks_the_same(lib):
    source = "def f(a, b):\n    c = a - b\n    return c * 12345.5\n"
    f, twin = fresh(source), fresh(source)
    code = f.__code__

    def look():
        return code.co_code, hash(code), marshal.dumps(code), dis.Bytecode(code).dis(), repr(code.co_consts), sys.getsizeof(code.co_consts)

    look()
    before = look()
    install(lib, f, "add")
    assert f(1, 1) == 2
    assert look() == before
    assert code == twin.__code__ and twin.__code__ == code and code == twin.__code__
    assert code.replace() == code and types.FunctionType(code.replace(), {})(5, 2) == 3 * 12345.5
    assert f(1, 1) == 2


def test_refcounts_of_constants(lib):
    f = fresh("def f(a, b):\n    return a * 98765.5 + 12345.75\n")
    consts = f.__code__.co_consts
    item = consts[1]
    del consts
    before, tuple_before = sys.getrefcount(item), sys.getrefcount(f.__code__.co_consts)
    region = install(lib, f, "add")
    after, tuple_after = sys.getrefcount(item), sys.getrefcount(f.__code__.co_consts)
    assert (before, tuple_before) == (after, tuple_after)
    t.remove(region)
    del f
    gc.collect()
    assert sys.getrefcount(item) < before


def test_code_dies(lib):
    t.take_events()
    for _ in range(50):
        f = fresh("def f(a, b):\n    return a - 3.25\n")
        region = install(lib, f, "add")
        assert f(1, 2) == 3
    del f
    gc.collect()
    assert ("dead", region) in t.take_events()
    t.remove(install(lib, fresh("def f(a, b):\n    return a + b\n"), "add"))  # what dead code has left is given up
    assert t.region_stats(region)["entries"] == 1
    with pytest.raises(KeyError):
        t.region_binding(region)
    t.remove(region)
    assert t.region_stats(region) == {}


def test_not_where_it_does_not_fit(lib):
    generator = fresh("def f(a, b):\n    yield a\n")
    guarded = fresh("def f(a, b):\n    try:\n        a.b\n    finally:\n        b\n    return 1\n")
    assert not t.install(load(lib, generator.__code__, "add"))
    looped = fresh("def f(a, b):\n    while True:\n        if a: return b\n        a = 1\n")
    region = load(lib, looped.__code__, "add")
    assert t.install(region)  # no stub, but it serves calls from compiled code
    assert looped(0, 3) == 3 and list(generator(1, 2)) == [1] and guarded(types.SimpleNamespace(b=1), 1) == 1
    assert t.region_stats(region)["entries"] == 0
    t.remove(region)


def test_install_under_a_live_frame(lib):
    """A frame that stands before the end of the stub keeps the old bytecode; the stub comes later."""
    f = fresh("def f(a, b):\n    return a.x + b\n")

    class A:
        @property
        def x(self):
            regions.append(install(lib, f, "add"))
            assert f(40, 2) == 42 if t.region_stats(regions[0])["entries"] else True
            return 100

        def __add__(self, other):
            return "native"

    regions = []
    knobs(lib, 1)
    assert f(A(), 1) == 101
    assert t.install(regions[0])
    assert f(A(), 1) == "native" and t.region_stats(regions[0])["entries"] == 1


# -- exits


EXIT_SOURCE = """
def f(a, b, c=0):
    b = b + 1
    try:
        d = c / b
    except ZeroDivisionError:
        d = "handled"
    return (c, d)
"""


def test_exit_goes_on_in_the_interpreter(lib):
    f = fresh(EXIT_SOURCE)
    knobs(lib, unit(f.__code__, "LOAD_FAST", argval="c"), 2)
    region = install(lib, f, "leave")
    assert f(2, 5) == (20, 4.0) and f(3, 0) == (30, "handled")
    assert t.region_stats(region)["exits"] == {0: 2}


def test_exit_events(lib):
    f = fresh(EXIT_SOURCE)
    knobs(lib, unit(f.__code__, "LOAD_FAST", argval="c"), 2)
    t.configure(exit_limit=4)
    region = install(lib, f, "leave")
    t.take_events()
    for _ in range(9):
        f(2, 5)
    assert t.take_events() == [("exits", region, 0, 4), ("exits", region, 0, 8)]


TRACEBACK_SOURCE = """
def helper(x):
    return x / 0
def f(a, b, c=0):
    b = b + 1
    d = helper(c) + b
    return d
def g(a, b, c=0):
    b = b + 1
    try:
        d = helper(c) + b
    except ZeroDivisionError:
        raise KeyError(c)
    return d
"""


@pytest.mark.parametrize("name", ["f", "g"])
def test_exception_after_exit(lib, name):
    def text(function):
        try:
            function(1, 2, 10)
        except Exception as error:
            return "".join(traceback.format_exception(error)), [tb.tb_lasti for tb, _ in traceback.walk_tb(error.__traceback__) if 0] or lastis(
                error.__traceback__
            )

    def lastis(tb):
        while tb:
            yield_.append((tb.tb_lasti, tb.tb_lineno, tb.tb_frame.f_lineno, tb.tb_frame.f_lasti, tb.tb_frame.f_code.co_name))
            tb = tb.tb_next
        return list(yield_)

    yield_ = []
    plain = text(fresh(TRACEBACK_SOURCE, name))
    yield_.clear()
    function = fresh(TRACEBACK_SOURCE, name)
    first = unit(function.__code__, "LOAD_GLOBAL")
    knobs(lib, first, 2)
    install(lib, function, "leave")
    assert text(function) == plain


@pytest.mark.parametrize("region", ["fail", "fail_unhandled"])
def test_error_without_handler(lib, region):
    f = fresh(TRACEBACK_SOURCE)
    knobs(lib, unit(f.__code__, "LOAD_GLOBAL"))
    install(lib, f, region)
    for _ in range(3):
        with pytest.raises(ValueError) as caught:
            f(1, 2)
        frames = traceback.extract_tb(caught.value.__traceback__)
        assert [(frame.name, frame.lineno) for frame in frames[1:]] == [("f", 6)]
        assert len(frames) == 2


def test_error_with_handler(lib):
    f = fresh(
        "def f(a, b):\n    b = b + 1\n    try:\n        a.x\n    except ValueError as e:\n        return str(e), e.__traceback__.tb_lineno\n    return 0\n"
    )
    knobs(lib, unit(f.__code__, "LOAD_ATTR"))
    install(lib, f, "fail")
    assert f(1, 2) == ("from native code", 4)


def test_no_growth_over_many_exits(lib):
    f = fresh(EXIT_SOURCE)
    knobs(lib, unit(f.__code__, "LOAD_FAST", argval="c"), 2)
    install(lib, f, "leave")
    for _ in range(100000):
        f(2, 5)


def test_recursion_limit(lib):
    source = "def f(n, m):\n    m = n\n    m = n\n    m = n\n    return f(n - 1, m) if n > 0 else 0\n"
    plain, native = fresh(source), fresh(source)

    def depth(function):
        for _ in range(3):
            low, high = 1, 2000
            while low < high:
                middle = (low + high + 1) // 2
                try:
                    function(middle, 0)
                    low = middle
                except RecursionError:
                    high = middle - 1
        return low

    knobs(lib, unit(native.__code__, "LOAD_FAST", nth=2), 1)
    install(lib, native, "leave")
    deepest = depth(plain), depth(native)
    assert deepest[0] == deepest[1] > 900


def test_exit_inside_the_stub(lib):
    """The units that the stub covers are interpreted from a copy of the code."""
    f = fresh(EXIT_SOURCE)
    knobs(lib, unit(f.__code__, "LOAD_FAST", argval="b"), 2)
    install(lib, f, "leave")
    assert f(2, 4) == (20, 4.0) and f(3, -1) == (30, "handled")


# -- frames


def test_frame_object_held_after_return(lib):
    held = []

    def leaf():
        held.append(sys._getframe(1))
        return 7

    def look(frame):
        return frame.f_lineno, frame.f_lasti, frame.f_code.co_name, sorted(frame.f_locals.items(), key=str), frame.f_back is sys._getframe(1)

    source = "def f(a, b=5):\n    b = 6\n\n    return a()\n"
    plain, native = fresh(source), fresh(source)
    assert plain(leaf) == 7
    expected = look(held.pop())
    # the call is the last thing, so the frame was last at RETURN_VALUE
    call = unit(native.__code__, "CALL")
    knobs(lib, call)
    install(lib, native, "call")
    assert native(leaf) == 7
    frame = held.pop()
    assert (frame.f_lineno, frame.f_code) == (4, native.__code__) and frame.f_lasti == call * 2
    assert frame.f_locals == {"a": leaf, "b": 5} and frame.f_back is sys._getframe()
    assert expected[0] == 4
    frame.clear()


def test_frame_of_exit_held_after_return(lib):
    held = []

    def leaf():
        held.append(sys._getframe(1))
        return 7

    source = "def f(a, b, c=0):\n    c = 1\n    x = b()\n    x = x + 1\n    return x\n"
    plain, native = fresh(source), fresh(source)
    assert plain(1, leaf) == 8
    a = held.pop()
    knobs(lib, unit(native.__code__, "LOAD_FAST", argval="b") - 1, 2)
    install(lib, native, "leave")
    assert native(1, leaf) == 8
    b = held.pop()
    assert (a.f_lineno, a.f_lasti, set(a.f_locals), a.f_back) == (b.f_lineno, b.f_lasti, set(b.f_locals), b.f_back)


# -- tracing tools


def test_settrace_takes_stubs_out(lib):
    f = fresh("def f(a, b):\n    c = a - b\n    return c\n")
    install(lib, f, "add")
    assert f(5, 3) == 8
    seen = []

    def tracer(frame, event, argument):
        if frame.f_code is f.__code__:
            seen.append((event, frame.f_lineno))
        return tracer

    sys.settrace(tracer)
    result = f(5, 3)
    sys.settrace(None)
    assert result == 2 and seen == [("call", 1), ("line", 2), ("line", 3), ("return", 3)]
    for _ in range(3):
        pass
    assert f(5, 3) == 8  # put back


def test_settrace_while_running(lib):
    """A stub that runs can't be taken out; new calls of the function are interpreted nevertheless."""
    seen = []

    def tracer(frame, event, argument):
        if frame.f_code == f.__code__:
            seen.append((event, frame.f_lineno))
        return tracer

    def leaf():
        sys.settrace(tracer)
        try:
            return f(lambda: 3)
        finally:
            sys.settrace(None)

    f = fresh("def f(a, b=1):\n    b = a()\n    return b * 10\n")
    knobs(lib, unit(f.__code__, "CALL"))
    install(lib, f, "call")
    assert f(leaf) == 30 and f(lambda: 4) == 4
    assert [event for event, _ in seen][:1] == ["call"] and ("line", 2) in seen and ("line", 3) in seen and seen[-1][0] == "return"


def test_remove_while_running(lib):
    f = fresh("def f(a, b=1):\n    b = a()\n    return b * 10\n")
    knobs(lib, unit(f.__code__, "CALL"))
    region = install(lib, f, "call")

    def leaf():
        t.remove(region)
        return f(lambda: 3)

    assert f(leaf) == 30
    assert f(lambda: 3) == 30
    for _ in range(10):
        gc.collect()
    assert f(lambda: 4) == 40 and f.__code__.co_code == f.__code__.co_code
    assert t.region_stats(region) == {}


def test_profile_tool(lib):
    f = fresh("def f(a, b):\n    c = a - b\n    return c\n")
    install(lib, f, "add")
    seen = []
    sys.setprofile(lambda frame, event, argument: seen.append(event) if frame.f_code is f.__code__ else None)
    result = f(5, 3)
    sys.setprofile(None)
    assert result == 2 and seen == ["call", "return"]
    assert f(5, 3) == 8


# -- processes and threads


def test_fork(lib):
    f = fresh("def f(a, b):\n    return a - b\n")
    install(lib, f, "add")
    events = []
    t.start(lambda: events.extend(t.take_events()))
    pid = os.fork()
    if pid == 0:
        good = f(1, 2) == 3
        del events[:]
        g = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n")
        end = time.monotonic() + 5
        while time.monotonic() < end and not any(e[0] == "hot" and e[1] is g.__code__ for e in events):
            g(1000)
        good = good and any(e[0] == "hot" and e[1] is g.__code__ for e in events)
        os._exit(0 if good else 1)
    _, status = os.waitpid(pid, 0)
    assert status == 0 and f(1, 2) == 3


def test_threads(lib):
    f = fresh("def f(a, b):\n    return a - b\n")
    g = fresh(EXIT_SOURCE)
    install(lib, f, "add")
    knobs(lib, unit(g.__code__, "LOAD_FAST", argval="c"), 2)
    install(lib, g, "leave")
    wrong = []

    def work():
        for i in range(20000):
            if f(i, 1) != i + 1 or g(2, 5) != (20, 4.0):
                wrong.append(i)

    threads = [threading.Thread(target=work) for _ in range(4)]
    t.start(lambda: t.take_events())
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# -- sampler


def wait_hot(run, code, seconds=3.0):
    events = []
    t.start(lambda: events.extend(t.take_events()))
    start, end = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < end:
        run()
        if any(e[0] == "hot" and e[1] is code for e in events):
            return time.process_time() - start, events
    raise AssertionError(f"not found: {events}")


def test_sampler_finds_hot_function():
    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i\n    return s\n")
    seconds, events = wait_hot(lambda: f(3000), f.__code__)
    assert seconds < 0.2  # of CPU time: hot_samples ticks, and what a busy machine adds
    header = unit(f.__code__, "FOR_ITER") * 2
    assert ("hot", f.__code__, header, 0) in events


def test_sampler_reports_once():
    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i\n    return s\n")
    _, events = wait_hot(lambda: f(3000), f.__code__)
    end = time.monotonic() + 0.1
    while time.monotonic() < end:
        f(3000)
    assert len([e for e in events if e[0] == "hot" and e[1] is f.__code__]) == 1
    t.set_code_state(f.__code__, 0)
    end = time.monotonic() + 0.1
    while time.monotonic() < end:
        f(3000)
    assert len([e for e in events if e[0] == "hot" and e[1] is f.__code__]) == 2


def test_sampler_in_a_thread():
    """The main thread is blocked."""
    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i\n    return s\n")
    found = threading.Event()
    events = []

    def visit():
        events.extend(t.take_events())
        if any(e[0] == "hot" and e[1] is f.__code__ for e in events):
            found.set()

    def work():
        end = time.monotonic() + 3
        while time.monotonic() < end and not found.is_set():
            f(3000)

    t.start(visit)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found.is_set()


def test_idle_process_is_quiet():
    visits = []
    t.start(lambda: visits.append(t.take_events()))
    time.sleep(0.05)
    before = os.times()
    Path("/proc/self/task").iterdir()

    def counts():
        return sum(
            int(line.split()[1])
            for task in Path("/proc/self/task").iterdir()
            for line in (task / "status").read_text().splitlines()
            if "voluntary_ctxt" in line
        )

    a = counts()
    time.sleep(0.5)
    b = counts()
    assert b - a < 20
    assert os.times().user - before.user < 0.1


def test_broken_callback_is_dropped(capsys):
    calls = []

    def broken():
        calls.append(1)
        raise ValueError("no")

    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i\n    return s\n")
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        t.start(broken)
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            f(3000)
    finally:
        sys.unraisablehook = hook
    assert len(calls) == 1


def test_signals_reach_the_program():
    class Alarm(Exception):
        pass

    def handler(*_):
        raise Alarm

    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i\n    return s\n")
    t.configure(poll=1)

    def visit():
        t.take_events()
        for _ in range(2000):
            pass

    t.start(visit)
    old = signal.signal(signal.SIGALRM, handler)
    try:
        for _ in range(20):
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            with pytest.raises(Alarm):
                end = time.monotonic() + 2
                while time.monotonic() < end:
                    f(100)
    finally:
        signal.signal(signal.SIGALRM, old)


# -- recorder


def record(run, code):
    events = []
    t.start(lambda: events.extend(t.take_events()))
    t.record(code)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        run()
        assert sys.gettrace() is None
        if ("recorded", code) in events:
            return t.read_profile(code)
    raise AssertionError("not recorded")


def test_recorder():
    f = fresh("def h(x):\n    return x\ndef f(a, b):\n    c = a + b\n    d = h(c) * 2\n    return [d, a.real][0]\n")
    h = f.__globals__["h"]
    profile = record(lambda: (f(1, 2), f(1.5, 2)), f.__code__)
    add = unit(f.__code__, "BINARY_OP") * 2
    count, operands, results, callees = profile[add]
    assert count > 5 and not results and not callees
    assert {pair[0][:2] for pair in operands} == {(int, int), (int, float)}
    call = unit(f.__code__, "PRECALL") * 2
    assert profile[call][3] == [h]
    assert set(profile[unit(f.__code__, "BINARY_SUBSCR") * 2][2]) == {int, float}
    moved = profile[unit(f.__code__, "LOAD_FAST") * 2]
    assert moved[0] > 5 and moved[1:] == ([], [], [])
    count, types_seen, _, _ = profile[-1]
    assert {pair[0] for pair in types_seen} == {(int, int), (float, int)} and count == sum(n for _, n in types_seen)
    inner = t.read_profile(h.__code__)
    assert inner and inner[-1][0] > 3
    assert t.read_profile(f.__code__) == profile
    record(lambda: f(True, True), f.__code__)
    count_after, operands, *_ = t.read_profile(f.__code__)[add]
    assert count_after > count and {pair[0][:2] for pair in operands} == {(int, int), (int, float), (bool, bool)}


def test_an_instruction_with_a_prefix_is_noted_where_jumps_come_to():
    body = "".join(f"        s = (s + i * {number}) & 255\n" for number in range(60))
    f = fresh(f"def f(n):\n    s = 0\n    for i in range(n):\n{body}    return s\n")
    prefix, header = unit(f.__code__, "EXTENDED_ARG") * 2, unit(f.__code__, "FOR_ITER") * 2
    assert header == prefix + 2
    profile = record(lambda: f(3), f.__code__)
    assert profile[prefix][0] > 5 and profile[prefix][1] and header not in profile


def test_ints_of_more_than_64_bits_are_noted_where_they_are_frequent():
    f = fresh("def f(big, small, n):\n    for i in range(n):\n        s = small + i\n        s = big % 7\n        s = 2 ** i < 2 ** 64\n\n")
    record(lambda: f(2**63, 2**62, 70), f.__code__)
    places = [line for offset in t.large_ints(f.__code__) for start, end, line in f.__code__.co_lines() if start <= offset < end]
    assert places == [4, 5]  # big % 7, of which an operand is large, and the comparison, but not 2 ** i, which is large once in ten times
    g = fresh("def f(x):\n    return -x\n")
    record(lambda: g(2**63 - 1), g.__code__)
    assert not t.large_ints(g.__code__)
    record(lambda: g(-(2**63) - 1), g.__code__)
    assert t.large_ints(g.__code__) == [unit(g.__code__, name) * 2 for name in ("UNARY_NEGATIVE", "RETURN_VALUE")]


def test_what_is_called_does_not_take_the_whole_window():
    of_g = "def g(n):\n    s = 0\n    for i in range(n):\n        s = s + i & 255\n    return s\n"
    f = fresh(of_g + "def f(n):\n    s = 0\n    for i in range(n):\n        s += g(200)\n    return s\n")
    profile = record(lambda: f(1000), f.__code__)
    header = unit(f.__code__, "FOR_ITER") * 2
    assert profile[header][0] > 12  # one turn in g is seven bytecodes, and a window has three thousand
    rows = t.read_profile(f.__globals__["g"].__code__)
    assert 500 < sum(row[0] for offset, row in rows.items() if offset >= 0) < 1500


def test_several_windows_are_told_once():
    f = fresh("def f(a):\n    return a + 1\n")
    events = []
    t.start(lambda: events.extend(t.take_events()))
    t.record(f.__code__, 3)
    end = time.monotonic() + 5
    while ("recorded", f.__code__) not in events and time.monotonic() < end:
        f(1)
    assert events.count(("recorded", f.__code__)) == 1
    assert t.read_profile(f.__code__)[-1][0] > 2 * 50  # a window has so many returns


def test_recorded_means_in_this_window():
    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n")
    g = fresh("def g(n):\n    s = 0\n    for i in range(n):\n        s -= i\n    return s\n", "g")
    record(lambda: f(1000), f.__code__)
    events = []
    t.start(lambda: events.extend(t.take_events()))
    t.record(f.__code__)
    t.record(g.__code__)
    end = time.monotonic() + 3
    while ("recorded", g.__code__) not in events and time.monotonic() < end:
        g(1000)
    assert ("recorded", g.__code__) in events and ("recorded", f.__code__) not in events


def test_profiles_keep_nothing_alive_and_make_place_for_what_comes():
    f = fresh("def f(a):\n    return a.x\n")
    read = unit(f.__code__, "LOAD_ATTR") * 2

    def seen():
        return [types[0] for types, _ in t.read_profile(f.__code__)[read][1]]

    classes = [type(f"C{n}", (), {"x": n}) for n in range(6)]
    record(lambda: [f(cls()) for cls in classes], f.__code__)
    first = seen()
    assert len(first) == 4 and set(first) < set(classes)
    gone = first.pop()
    dying = weakref.ref(gone)
    classes.remove(gone)
    del gone
    gc.collect()
    assert dying() is None and seen() == first
    before = len(gc.get_objects())
    record(lambda: [f(cls()) for cls in classes], f.__code__)
    assert len(seen()) == 4 and set(first) < set(seen()) <= set(classes) and len(gc.get_objects()) < before + 40
    t.stop()
    assert t.read_profile(f.__code__) is None


def test_recorder_of_a_running_loop():
    events = []

    def visit():
        for event in t.take_events():
            events.append(event)
            if event[0] == "hot" and event[1] is f.__code__:
                t.record(event[1])

    f = fresh(
        "def f(n):\n    s = 0.5\n    for i in range(n):\n        s = s + i\n        if i % 50000 == 0 and done(): break\n    return s\n",
        done=lambda: ("recorded", f.__code__) in events,
    )
    t.start(visit)
    f(10**8)
    assert ("recorded", f.__code__) in events
    profile = t.read_profile(f.__code__)
    add = unit(f.__code__, "BINARY_OP") * 2
    assert profile[add][0] > 100 and profile[add][1][0][0][:2] == (int, float) and profile[add][2] == []
    globals_, builtins = t.code_globals(f.__code__)
    assert globals_ is f.__globals__ and "len" in builtins


def test_recording_stops_for_a_tool():
    f = fresh("def f(n):\n    s = 0.5\n    for i in range(n):\n        s = s + i\n    return s\n")
    t.start(lambda: t.take_events())
    t.record(f.__code__)
    sys.settrace(lambda *a: None)
    f(10)
    sys.settrace(None)
    f(1000)


# -- loop entry


def enter_loop(lib, run, code, region_name, header, seconds=3.0):
    region = load(lib, code, region_name, kind="loop", header=header)
    assert t.install(region)
    t.start(lambda: t.take_events())
    result = run()
    return region, result


def test_while_loop_in_function(lib):
    f = fresh("def f(n):\n    i = 0\n    s = 0\n    while i < n:\n        s += i\n        i += 1\n    return (i, s)\n")
    header = unit(f.__code__, "POP_JUMP_BACKWARD_IF_TRUE")
    target = next(i.argval for i in dis.get_instructions(f.__code__) if i.opname == "POP_JUMP_BACKWARD_IF_TRUE")
    after = header + 1
    knobs(lib, after, 1, 2, 0)
    start = time.monotonic()
    region, result = enter_loop(lib, lambda: f(10**9), f.__code__, "loop", target)
    assert result == (10**9, 10**9 * (10**9 - 1) // 2) and time.monotonic() - start < 1
    assert t.region_stats(region)["entries"] == 1


def test_for_loop_in_function(lib):
    f = fresh("def f(n):\n    i = 0\n    s = 0\n    for i in range(n):\n        s += i\n    return (i, s)\n")
    header = unit(f.__code__, "FOR_ITER")
    after = next(i.argval for i in dis.get_instructions(f.__code__) if i.opname == "FOR_ITER") // 2
    knobs(lib, after, 1, 2, 1)
    _region, result = enter_loop(lib, lambda: f(10**9), f.__code__, "loop", header * 2)
    assert result == (10**9, 10**9 * (10**9 - 1) // 2)


def test_loop_with_callees(lib):
    f = fresh(
        "def h(x):\n    y = x + 1\n    return y - 1\ndef f(n):\n    i = 0\n    s = 0\n    for i in range(n):\n        s += h(h(i))\n    return (i, s)\n"
    )
    header = unit(f.__code__, "FOR_ITER")
    after = next(i.argval for i in dis.get_instructions(f.__code__) if i.opname == "FOR_ITER") // 2
    knobs(lib, after, 1, 2, 1)
    _region, result = enter_loop(lib, lambda: f(10**9), f.__code__, "loop", header * 2)
    assert result == (10**9, 10**9 * (10**9 - 1) // 2)


@pytest.mark.parametrize("loop", ["for x in range(10**9): pass", "x = 0\nwhile x < 10**9:\n    x += 1"])
def test_loop_of_module(lib, loop):
    code = compile(f"moved = 0\n{loop}\nresult = moved + 1\n", "m.py", "exec")
    if loop.startswith("for"):
        header = unit(code, "FOR_ITER") * 2
        after = next(i.argval for i in dis.get_instructions(code) if i.opname == "FOR_ITER") // 2
    else:
        jump = next(i for i in dis.get_instructions(code) if i.opname == "POP_JUMP_BACKWARD_IF_TRUE")
        header, after = jump.argval, jump.offset // 2 + 1
    knobs(lib, after, 77, 0, 1 if loop.startswith("for") else 0)
    space = {"__name__": "m"}
    enter_loop(lib, lambda: exec(code, space), code, "loop_names", header)
    assert space["result"] == 78


LOOP_TRY = """
def f(leaf, n):
    i = 0
    while i < n:
        i += 1
        try:
            leaf()
        except {kind} as e:
            return "caught", e.__traceback__.tb_lineno, str(e)
    leaf()
def g(leaf, n):
    i = 0
    try:
        while i < n:
            i += 1
    finally:
        i = 5
    leaf()
"""


def boom():
    raise ValueError("boom")


def loop_region(lib, code, at, to):
    jump = next(i for i in dis.get_instructions(code) if i.opname == "POP_JUMP_BACKWARD_IF_TRUE")
    knobs(lib, at, to)
    region = load(lib, code, "loop_call", kind="loop", header=jump.argval)
    assert t.install(region)
    t.start(lambda: t.take_events())
    return region


def test_loop_raises_with_handler(lib):
    f = fresh(LOOP_TRY.format(kind="ValueError"))
    call = unit(f.__code__, "CALL")
    region = loop_region(lib, f.__code__, call, 0)

    def leaf():  # short: a visit that comes in the middle of a long one waits in vain for the next turn
        if sys._getframe(1).f_lasti == call * 2 and t.region_stats(region)["active"]:
            boom()

    assert f(leaf, 10**9) == ("caught", 7, "boom")


def test_loop_raises_without_handler(lib):
    f = fresh(LOOP_TRY.format(kind="KeyError"))
    call = unit(f.__code__, "CALL", nth=2)
    loop_region(lib, f.__code__, call, 0)
    # the region calls `leaf` as if it stood behind the loop

    def leaf():
        if sys._getframe(1).f_lasti == call * 2:
            boom()

    with pytest.raises(ValueError) as caught:
        f(leaf, 10**9)
    assert [(s.name, s.lineno) for s in traceback.extract_tb(caught.value.__traceback__)][1:] == [
        ("f", 10),
        ("leaf", traceback.extract_tb(caught.value.__traceback__)[2].lineno),
        ("boom", traceback.extract_tb(caught.value.__traceback__)[3].lineno),
    ]


def test_loop_in_try_raises_outside(lib):
    """The header has a handler, the raising unit has none."""
    g = fresh(LOOP_TRY.format(kind="KeyError"), "g")
    call = unit(g.__code__, "CALL")
    loop_region(lib, g.__code__, call, 0)
    with pytest.raises(ValueError) as caught:
        g(boom, 10**9)
    entries = traceback.extract_tb(caught.value.__traceback__)
    assert [(s.name, s.lineno) for s in entries][1:2] == [("g", 18)] and len(entries) == 3


# -- force mode


def test_force_mode(lib):
    seen = []

    def on_frame(code):
        if code is f.__code__:
            seen.append(t.code_state(code))
            if len(seen) == 1:
                t.record(code)
            elif len(seen) == 2:
                profiles.append(t.read_profile(code))
                regions.append(load(lib, code, "add"))
                t.install(regions[0])
                t.set_code_state(code, 3)

    profiles, regions = [], []
    f = fresh("def f(a, b):\n    return a - b\n")
    t.set_mode(True, on_frame)
    first, second, third = f(5, 3), f(5, 3), f(5, 3)
    t.set_mode(False)
    assert (first, second, third) == (2, 8, 8) and len(seen) == 2
    assert profiles[0][unit(f.__code__, "BINARY_OP") * 2][0] == 1 and profiles[0][-1][1] == [((int, int), 1)]


FORCED = """
import sys
class Probe:
    def __del__(self):
        log.append("gone")
def takes(probe, n):
    del probe
    log.append("in the callee")
    return n
def f(n):
    return takes(Probe(), n)
def same_code():
    return sys._getframe().f_code is same_code.__code__ and sys._getframe().f_lasti
def depth(n=1):
    m = n + 1
    try:
        return depth(m)
    except RecursionError:
        return n
def bare():
    empty = {}
    try:
        empty["missing"]
    except KeyError:
        log.append("handler")
        raise
def positions():
    rows, tb = [], None
    try:
        bare()
    except KeyError as e:
        tb = e.__traceback__
        while tb:
            rows.append((tb.tb_frame.f_code.co_name, tb.tb_lasti, tb.tb_lineno, tb.tb_frame.f_lasti, tb.tb_frame.f_lineno))
            tb = tb.tb_next
        return rows
"""


def test_waiting_stubs_show_nothing():
    """Called through stubs, all is as it is without: lifetimes of arguments, code objects, positions, recursion limit."""
    seen = set()

    def look(space):
        return [space["f"](3), space["same_code"](), space["depth"](), space["positions"](), list(space["log"])]

    plain = {"log": [], "__name__": "sample"}
    exec(compile(FORCED, "sample.py", "exec"), plain)
    expected = look(plain)
    t.set_mode(True, lambda code: seen.add(code.co_name))
    forced = {"log": [], "__name__": "sample"}
    exec(compile(FORCED, "sample.py", "exec"), forced)
    got = [look(forced), look(forced)]
    t.set_mode(False)
    assert got[0] == expected and got[1][:4] == expected[:4]
    assert {"f", "takes", "__del__", "same_code", "depth", "bare", "positions"} <= seen


def test_force_mode_finds_new_code():
    """Functions made in any way are reported, until the answer is False."""
    seen = []

    def on_frame(code):
        seen.append(code.co_name)
        return code.co_name != "refused"

    t.set_mode(True, on_frame)
    space = {"__name__": "sample"}
    exec(
        "def refused(a=1):\n    b = a\n    return b\ndef outer():\n    def inner(a=2):\n        b = a\n        return b\n    return inner()\n", space
    )
    copy = types.FunctionType(space["refused"].__code__.replace(co_name="copy"), {}, None, (1,))
    exchanged = types.FunctionType(space["refused"].__code__, {}, None, (1,))
    exchanged.__code__ = space["refused"].__code__.replace(co_name="exchanged")
    seen.clear()
    for _ in range(3):
        space["refused"](), space["outer"](), copy(), exchanged()
    t.set_mode(False)
    assert [name for name in seen if name in ("refused", "outer", "inner", "copy", "exchanged")] == ["refused"] + [
        "outer",
        "inner",
        "copy",
        "exchanged",
    ] * 3
    seen.clear()
    assert space["outer"]() == 2 and not seen


def test_own_code_is_left_alone():
    f = fresh("def f(n):\n    s = 0\n    for i in range(n):\n        s += i * i\n    return s\n", __name__="tierup.something")
    events = []
    t.start(lambda: events.extend(t.take_events()))
    end = time.monotonic() + 0.1
    while time.monotonic() < end:
        f(3000)
    assert not [e for e in events if len(e) > 1 and e[1] is f.__code__]


def test_spawn(tmp_path):
    target = tmp_path / "out"
    assert t.spawn([b"/bin/sh", b"-c", f"echo $X $PPID > {target}.tmp; mv {target}.tmp {target}".encode()], [b"X=5"])
    end = time.monotonic() + 5
    while not target.exists() and time.monotonic() < end:
        time.sleep(0.01)
    number, parent = target.read_text().split()
    assert number == "5" and int(parent) != os.getpid()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert not t.spawn([b"/nonexistent/program"], [])


def test_exit_of_the_process():
    program = "import tierup._tierup as t\nt.start(lambda: t.take_events())\nimport threading\ns = 0\nfor i in range(10**6): s += i\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", program], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0 and not done.stderr


# -- C stack


def test_deep_recursion(lib):
    """Deeper than the C stack is: by stubs, by exits, and by stubs without regions."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200000)
    try:
        exiting = fresh("def f(n, m):\n    m = n\n    m = n\n    m = n\n    return f(n - 1, m) if n > 0 else 0\n")
        knobs(lib, unit(exiting.__code__, "LOAD_FAST", nth=2), 1)
        install(lib, exiting, "leave")
        assert exiting(100000, 0) == 0
        thread_result = []
        thread = threading.Thread(target=lambda: thread_result.append(exiting(100000, 0)))
        thread.start()
        thread.join()
        assert thread_result == [0]
        forced = fresh("def f(n):\n    return f(n - 1) if n > 0 else 0\n")
        t.set_mode(True, lambda code: None)
        assert forced(100000) == 0
        t.set_mode(False)
    finally:
        sys.setrecursionlimit(limit)


DEEP = """
import ctypes, re, resource, sys, threading
import tierup._tierup as t
sys.setrecursionlimit(200000)
t.start(lambda: t.take_events())

def bottom():
    return 0

def f(n):
    return f(n - 1) if n > 0 else bottom()

def mapped(wanted):
    for line in open("/proc/self/smaps"):
        if re.match("[0-9a-f]+-[0-9a-f]+ ", line):
            low, high = (int(end, 16) for end in line.split()[0].split("-"))
        if wanted(low, high, line):
            return low, high, line

def stack():
    return mapped(lambda low, high, line: "[stack]" in line)

def below():
    return mapped(lambda low, high, line: high == stack()[0])
"""


def deep(program):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", DEEP + program], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


def test_memory_of_deep_recursion_goes_back():
    """The main thread's stack goes on below its limit: what has been used there is the machine's again soon after."""
    program = """
def resident():
    end = stack()[0]
    return int(mapped(lambda low, high, line: high == end and line.startswith("Rss:"))[2].split()[1])

def bottom():
    print(resident())
    return 0

t.set_mode(True, lambda code: None)
assert f(100000) == 0
t.set_mode(False)
for _ in range(200):
    x = 0
    for i in range(100000): x += i
print(resident())
"""
    used, later = map(int, deep(program))
    assert used > 4 << 10 and later < 1 << 10, (used, later)


def test_deep_recursion_where_memory_below_the_stack_is_taken():
    program = """
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
taken = (stack()[1] - resource.getrlimit(resource.RLIMIT_STACK)[0]) - (4 << 20)
assert libc.mmap(taken, 1 << 20, 0, 0x100022, -1, 0) == taken  # private, anonymous, not over what is there
t.set_mode(True, lambda code: None)
print(f(100000))
t.set_mode(False)
print(below() is None)
"""
    assert deep(program) == ["0", "True"]


def test_recursion_error_in_deep_recursion(lib):
    exiting = fresh("def f(n, m):\n    m = n\n    m = n\n    m = n\n    return f(n - 1, m) if n > 0 else 0\n")
    knobs(lib, unit(exiting.__code__, "LOAD_FAST", nth=2), 1)
    install(lib, exiting, "leave")
    for _ in range(3):
        with pytest.raises(RecursionError):
            exiting(10**6, 0)
        assert exiting(100, 0) == 0
