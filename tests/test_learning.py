"""How much of a program's time learning may take."""

from __future__ import annotations

import marshal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from programs import FORCE, ON, PLAIN, run

pytest.importorskip("tierup._tierup")

from tierup import _tierup
from tierup.cache.key import code_digest, region_key
from tierup.cache.store import Store
from tierup.compiler.compile import compile_snapshot
from tierup.reports import dump
from tierup.runtime import budget, capture, control, install, regions

LARGE = """
import os, sys, time

def large(n):
    t = u = 0
    for x in range(n):
        t += x * 3 - (t & 7)
    for y in range(n * 20):
        u += y & 3
    return t, u

def seen():
    if "TIERUP" not in os.environ:
        return True
    return "tierup" in sys.modules and sys.modules["tierup"].stats()["entries"]  # it comes with the first visit

end = time.monotonic() + 30
while True:
    last = large(2600)
    if seen() or time.monotonic() > end:
        break
print(last)
"""


@pytest.mark.parametrize(("visits", "recording", "waits"), [(0.0, 0.0, False), (0.006, 0.003, False), (1e6, 0.0, True), (0.0, 1e6, True)])
def test_learning_waits_when_it_has_taken_its_share(visits: float, recording: float, waits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "process_time", lambda: 1.0)
    rests: list[float] = []
    native = SimpleNamespace(recorder_spent=lambda: recording * 1e9, native_us=lambda: 0, rest_until=rests.append)
    learner = budget.Budget(native)
    learner.spent = visits
    assert learner.used_up() is waits
    assert bool(rests) is waits and all(until > time.process_time() for until in rests)
    allowed = time.process_time() / budget.LEARNING_SHARE
    learner.spent, native.recorder_spent = allowed * 2, lambda: 0
    assert learner.used_up()
    native.native_us = lambda: 1e6 * allowed * 2 * budget.NATIVE_SHARE
    assert not learner.used_up()  # what compiled code has saved pays for more
    learner.expected = {number: time.process_time() + 60 for number in range(int(allowed * 2 / budget.RECORDING_SECONDS))}
    assert learner.used_up()  # what was ordered will be spent
    learner.expected = dict.fromkeys(learner.expected, 0.0)
    assert not learner.used_up() and not learner.expected  # but not if it doesn't come


@pytest.mark.parametrize(("cached", "pays", "waits"), [(False, 0, True), (True, 0, False), (False, 1, False)])
def test_nothing_is_looked_for_where_nothing_can_be(cached: bool, pays: int, waits: bool) -> None:
    def code() -> None: ...

    learner = control.Control()
    learner.cached, learner.budget.spent = cached, 1e6
    learner.hot(code.__code__, -1, pays)
    assert (id(code.__code__) not in learner.units) is waits
    assert _tierup.code_state(code.__code__) == (control.COLD if not pays else control.RECORDING)


def test_a_young_process_learns_less() -> None:
    assert budget.paid_at(0) == 0
    assert budget.paid_at(0.002) == 0.002 * budget.YOUNG_SHARE
    assert budget.paid_at(0.011) == budget.paid_at(0.0125) == budget.YOUNG_SECONDS
    assert budget.paid_at(1) == budget.LEARNING_SHARE


def test_an_answer_for_one_entry_does_not_end_the_recording_for_another() -> None:
    """The other entry would wait for that recording for ever, and the code be entered by chance only."""

    def code() -> None: ...

    learner, asked, others = control.Control(), ("loop", 8), control.CALL
    unit = control.Unit(code.__code__)
    unit.targets = {asked: control.Target(), others: control.Target()}
    unit.targets[asked].state = control.REQUESTED
    learner.watch(unit, code.__code__, [others])
    learner.take_answer(unit, code.__code__, asked, unit.targets[asked], None, [], ({}, {}))
    assert _tierup.code_state(code.__code__) == control.RECORDING
    learner.forget(unit, others)
    learner.tell(unit, code.__code__, control.COLD)
    assert _tierup.code_state(code.__code__) == control.COLD


@pytest.mark.parametrize(("known", "suspended"), [({}, [7]), ({4: (900, [], [], [])}, [])])
def test_code_that_an_earlier_run_compiled_is_recorded_as_a_whole(known: dict[int, Any], suspended: list[int]) -> None:
    """From an exit on there may be a return only, and nothing else would be known then."""

    def code() -> None: ...

    unit, target = control.Unit(code.__code__), control.Target()
    unit.targets[control.CALL] = target
    target.state, target.region, target.exits = control.INSTALLED, 7, [(8, "never_seen", 0)]
    found: list[int] = []
    of = SimpleNamespace(of={7: (unit, target)}, learn=lambda region, count: None, suspend=found.append)
    native = SimpleNamespace(read_profile=lambda code: known, region_stats=lambda region: {})
    learner: Any = SimpleNamespace(regions=of, compiler=SimpleNamespace(rests=lambda: False), native=native)
    learner.watch = lambda *row: None
    control.Control.exits(learner, 7, 0, 1000)
    assert found == suspended


@pytest.mark.parametrize(
    ("mode", "count", "entries", "before", "replaced"),
    [
        ("on", control.EXIT_LIMIT, control.EXIT_LIMIT, 0, True),
        ("on", control.EXIT_LIMIT - 1, 0, 0, False),
        ("on", control.EXIT_LIMIT, control.EXIT_LIMIT, 1, False),
        ("on", control.EXIT_LIMIT * 2, control.EXIT_LIMIT, 1, True),
        ("on", control.EXIT_LIMIT, control.EXIT_LIMIT * control.RARE_SHARE + 1, 0, False),
        ("on", control.EXIT_LIMIT * control.RARE_TIMES, 10**9, 0, True),
        ("force", control.EXIT_LIMIT, 10**9, 0, True),
    ],
)
def test_a_region_is_replaced_when_its_exits_have_cost_more_than_that(
    monkeypatch: pytest.MonkeyPatch, mode: str, count: int, entries: int, before: int, replaced: bool
) -> None:
    """Where a hundredth of the calls is left early, another region gains next to nothing; compiling it takes a core for a tenth of a second."""

    def code() -> None: ...

    unit, target = control.Unit(code.__code__), control.Target()
    unit.targets[control.CALL] = target
    target.state, target.region, target.exits, target.recompiled = control.INSTALLED, 7, [(8, "type_changed", 0)], before
    watched: list[Any] = []
    of = SimpleNamespace(of={7: (unit, target)}, learn=lambda region, count: None, suspend=lambda region: None)
    native = SimpleNamespace(read_profile=lambda code: {}, region_stats=lambda region: {"entries": entries})
    learner: Any = SimpleNamespace(regions=of, compiler=SimpleNamespace(rests=lambda: False), native=native)
    learner.watch = lambda *row: watched.append(row)
    monkeypatch.setattr(control, "forced", lambda: mode == "force")
    control.Control.exits(learner, 7, 0, count)
    assert bool(watched) is replaced


def test_what_an_earlier_run_found_too_big_is_not_asked_about() -> None:
    def code() -> None: ...

    unit = control.Unit(code.__code__)
    unit.targets[control.CALL] = control.Target()
    refused: list[Any] = []
    learner: Any = SimpleNamespace(store=SimpleNamespace(load=lambda key: {"refused": "too_big"}), refuse=lambda *row: refused.append(row))
    assert control.Control.load_cached(learner, unit, code.__code__, control.CALL, ({}, {}))
    assert refused == [(unit, control.CALL, "too_big")]
    learner.store.load = lambda key: {"refused": "a reason of another version"}
    assert not control.Control.load_cached(learner, unit, code.__code__, control.CALL, ({}, {}))


def test_the_loops_of_what_an_earlier_run_found_too_big_are_compiled(tmp_path: Path) -> None:
    pytest.importorskip("llvmlite")
    script, cache = tmp_path / "program.py", tmp_path / "cache"
    script.write_text(LARGE)
    [code] = [const for const in compile(LARGE, str(script), "exec", dont_inherit=True).co_consts if getattr(const, "co_name", "") == "large"]
    Store(str(cache), _tierup.abi_tag()).save(region_key(code_digest(code), *control.CALL), {"refused": "too_big"})
    later = run(ON, [str(script)], TIERUP_CACHE=str(cache))
    assert later.stdout == run(PLAIN, [str(script)]).stdout
    assert "[too_big]" in later.stats and later.regions > 0 and later.entries > 0


def test_what_code_did_that_is_gone_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def code() -> None: ...

    stats = {7: {"entries": 3, "exits": {0: 2}}}
    native = SimpleNamespace(region_stats=lambda number: stats.get(number, {}), remove=lambda number: stats.pop(number, None))
    monkeypatch.setattr(regions, "_tierup", native)
    known, target = regions.Regions(), control.Target()
    target.exits = [(0, "type_changed", 0)]
    known.of[7] = (control.Unit(code.__code__), target)
    before = known.totals()
    assert before[0] == 3 and list(before[1].values()) == [2]
    known.forget(7)
    assert known.totals() == before and not stats
    known.forget(7)  # was dropped before its code died
    assert known.totals() == before


LONG_LOOP = """
import time, tierup

def work(data, n):
    i = 0
    while i < 20:
        for k in range(n):
            data[0] += 1
        data[1] = data[1] * 0.5 + i
        i += 1
    return data

def exits():
    return sum(count for *_, count in tierup.stats()["exits"])

end = time.monotonic() + 30
while time.monotonic() < end:
    before = exits()
    for _ in range(50):
        work([0, 1.0], 5000)
    if exits() - before < 50 <= before:
        break
"""


def test_what_comes_behind_a_long_loop_is_recorded(tmp_path: Path) -> None:
    """A window of the recorder sees some hundred turns of the inner loop; so the region is left behind it, and the recorder begins there."""
    pytest.importorskip("llvmlite")
    script = tmp_path / "program.py"
    script.write_text(LONG_LOOP)
    got = run(ON, [str(script)], TIERUP_SNAPSHOT_DIR=str(tmp_path))
    assert not got.stderr and got.regions > 0
    [code] = [const for const in compile(LONG_LOOP, str(script), "exec", dont_inherit=True).co_consts if getattr(const, "co_name", "") == "work"]
    behind = [start for start, _, line in code.co_lines() if line is not None and "data[1]" in LONG_LOOP.splitlines()[line - 1]]
    snapshots = [dump.load(str(path)) for path in tmp_path.glob("work-*.snapshot")]
    assert any(set(behind[1:]) <= {offset for offset, site in snapshot["profile"].items() if site[0]} for snapshot in snapshots)


SMALL_STACK = """
import threading, time, tierup

def deep(n, a, b):
    if n == 0:
        return a + b
    if n & 1:
        a = (a * 3 + b) & 255
    else:
        b = (b * 5 + a) & 255
    return deep(n - 1, a, b) + (n & 3)

def exits():
    return sum(count for *_, reason, count in tierup.stats()["exits"] if reason in ("recursion_limit", "never_seen"))

def work():
    end, quiet = time.monotonic() + 30, 0
    while time.monotonic() < end and quiet < 20:
        before, until = exits(), time.monotonic() + 0.1
        while time.monotonic() < until:
            deep(200, 1, 2)
        quiet = quiet + 1 if exits() - before < 50 <= before else 0

threading.stack_size(1 << 16)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def test_where_the_stack_is_too_small_for_calls_without_frames_there_are_none(tmp_path: Path) -> None:
    """What such a function was left for is learned of the region's own code as well, which is the same."""
    pytest.importorskip("llvmlite")
    script = tmp_path / "program.py"
    script.write_text(SMALL_STACK)
    got = run(ON, [str(script)])
    assert not got.stderr and got.regions > 0
    assert "[too_many_exits]" not in got.stats


FROM_THE_CACHE = """
import glob, os, sys, time, tierup

def leaf(a):
    return a * 3 - 1

def caller(n):
    total = 0
    for i in range(n):
        total += leaf(i)
    return total

end = time.monotonic() + 30
while time.monotonic() < end and tierup.stats()["entries"] < 5000:
    list(map(leaf, range(1000)))
while sys.argv[1:] and time.monotonic() < end and not glob.glob(os.environ["TIERUP_SNAPSHOT_DIR"] + "/caller-*"):
    caller(200)
"""


def test_a_function_from_the_cache_is_looked_at_for_its_caller(tmp_path: Path) -> None:
    """What an earlier process has compiled was never recorded in this one: a caller that is recorded has the interpreter run it."""
    pytest.importorskip("llvmlite")
    script = tmp_path / "program.py"
    script.write_text(FROM_THE_CACHE)
    places = {"TIERUP_CACHE": str(tmp_path / "cache"), "TIERUP_SNAPSHOT_DIR": str(tmp_path)}
    assert run(ON, [str(script)], **places).regions > 0
    for path in tmp_path.glob("*.snapshot"):
        path.unlink()
    got = run(ON, [str(script), "caller"], **places)
    assert not got.stderr and not list(tmp_path.glob("leaf-*.snapshot"))
    [snapshot] = [dump.load(str(path)) for path in tmp_path.glob("caller-*.snapshot")][:1]
    [profile] = [profile for code, profile in zip(snapshot["codes"], snapshot["profiles"], strict=True) if marshal.loads(code).co_name == "leaf"]
    assert profile[-1][0] > 1


LONG_ACTIVATIONS = """
import time

def inner(data):
    total = 0
    for i in range(len(data)):
        total += data[i] * 3
    return total

def work(data, factor):
    start = factor * 2
    for k in range(40):
        for i in range(len(data)):
            data[i] = data[i] + start
    return start

def behind(data):
    norm = inner(data) * 0.5
    for i in range(len(data)):
        data[i] *= norm
    return norm

def waits(end):
    data = [1.5] * 20000
    while time.monotonic() < end:
        work(data, 3)
        inner(data)
        data[:] = [1.5] * 20000
        behind(data)

waits(time.monotonic() + 2.5)
"""


@pytest.fixture(scope="module")
def long_activations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The snapshots that a program asks for in which the windows of the recorder are shorter than everything else, by function and kind."""
    pytest.importorskip("llvmlite")
    folder = tmp_path_factory.mktemp("long")
    script = folder / "program.py"
    script.write_text(LONG_ACTIVATIONS)
    got = run(ON, [str(script)], TIERUP_SNAPSHOT_DIR=str(folder))
    assert not got.stderr and got.regions > 0
    parts = {path: path.name.split("-") for path in folder.glob("*.snapshot")}
    return {f"{name}-{kind}": dump.load(str(path)) for path, (name, _, kind, *_) in parts.items()}


def test_what_is_asked_for_was_seen(long_activations: dict[str, dict[str, Any]]) -> None:
    """A region made for no types would be slow for good: nothing in it fails."""
    assert {name.partition("-")[0] for name in long_activations} >= {"work", "inner"}
    for name, snapshot in long_activations.items():
        assert snapshot["header"] in snapshot["profile"], name


def test_a_call_that_was_not_seen_is_waited_for(long_activations: dict[str, dict[str, Any]]) -> None:
    snapshot = long_activations["work-call"]
    assert snapshot["profile"][-1][0] > 0
    assert any(site[0] > 100 for site in snapshot["profile"].values())


def test_what_comes_behind_a_long_call_is_an_exit(long_activations: dict[str, dict[str, Any]]) -> None:
    snapshot = long_activations["behind-call"] | {"failed": {}, "profile": {-1: (1, [], [], []), **dict.fromkeys(range(2, 30, 2), (1, [], [], []))}}
    for looks, reasons in ((3, {"never_seen"}), (1, set())):
        region = compile_snapshot(snapshot | {"looks": looks})
        assert {reason for _, reason, _ in region["exits"] if reason == "never_seen"} == reasons


OVER_GENERATORS = """
import time

def count(n):
    for i in range(n):
        yield i

class Items:
    def __iter__(self):
        for i in range(1000):
            yield i

def hot(items):
    total = 0
    for x in count(1000):
        total += x
    for x in items:
        total += x
    return total

end = time.process_time() + 1
while time.process_time() < end:
    result = hot(Items())
print(result)
"""


def test_the_code_of_generators_is_found_in_a_later_process(tmp_path: Path) -> None:
    """The recorder saw them in loops, and not the functions that make them."""
    script = tmp_path / "program.py"
    script.write_text(OVER_GENERATORS)
    for turn in range(2):
        got = run(ON, [str(script)], TIERUP_CACHE=str(tmp_path / "cache"))
        assert got.stdout == "999000\n" and got.regions > 0
        assert "CannotBind" not in got.stats, turn


BY_PARAMETER = """
import operator, time
from counting import count

def hot(count, n):
    total = 0
    for i in range(n):
        for x in count(i):
            total += x
    return total

end = time.process_time() + 1
while time.process_time() < end:
    result = hot(count, 1000)
print(result)
"""


@pytest.mark.parametrize("made", ["count(i)", "operator.call(count, i)"])
def test_code_that_loops_showed_is_still_known_when_the_answer_comes(made: str, tmp_path: Path) -> None:
    """It may have got a region of its own meanwhile, after which its namespaces are not remembered for its own sake."""
    script = tmp_path / "program.py"
    script.write_text(BY_PARAMETER.replace("count(i)", made))
    (tmp_path / "counting.py").write_text("def count(n):\n    yield n\n")
    for turn in range(2):
        got = run(ON, [str(script)], TIERUP_CACHE=str(tmp_path / "cache"))
        assert got.stdout == "499500\n" and got.regions > 0
        assert "CannotBind" not in got.stats and "not_bound" not in got.stats, turn


def test_what_an_answer_was_awaited_for_is_not_remembered_when_it_came_too_late() -> None:
    """The code that it is for is gone; that which its loops showed lives on, and with it would its namespaces."""
    names: dict[str, Any] = {}
    exec("def gone(): ...", names)
    unit, told = control.Unit(names.pop("gone").__code__), []
    learner: Any = control.Control()
    learner.native = SimpleNamespace(await_answer=lambda code, change: told.append((code, change)))
    learner.answered(unit, control.CALL, control.Target(), None, capture.loosely([shown.__code__, shown]), None)
    assert unit.code() is None and told == [(shown.__code__, -1)]


FORKS = """
import os, sys, time
from counting import count
from tierup import _tierup

def hot(n):
    total = 0
    for i in range(n):
        for x in count(i):
            total += x
    return total

def remembered():  # that of cold code is, anyway
    return [_tierup.code_globals(function.__code__) is not None and _tierup.code_state(function.__code__) not in COLD for function in (hot, count)]

end = time.monotonic() + 60
while _tierup.code_state(hot.__code__) != 2 and time.monotonic() < end:
    hot(100)
before = remembered()
child = os.fork()
if child:
    os.waitpid(child, 0)
else:
    print(before, remembered(), flush=True)
    os._exit(0)
"""


def test_a_child_process_does_not_wait_for_what_its_parent_has_asked_for(tmp_path: Path) -> None:
    """It would remember the namespaces for good."""
    script = tmp_path / "program.py"
    script.write_text(FORKS.replace("!= 2", f"!= {control.REQUESTED}").replace("in COLD", f"in {control.COLD, control.RECORDING}"))
    (tmp_path / "counting.py").write_text("def count(n):\n    yield n\n")
    for _ in range(5):
        got = run(ON, [str(script)], TIERUP_CACHE="0").stdout
        if got.startswith("[True"):  # the answer has not come in between
            break
    assert got.startswith("[True") and got.endswith("[False, False]\n"), got


def test_code_that_is_known_by_its_address_only_is_found_by_its_name() -> None:
    """Nobody remembers its namespaces."""
    code = shown.__code__
    assert _tierup.code_globals(code) is None
    table = capture.Objects()
    table.ref(code)
    description = table.descriptions[table.ref(code)] | {"module": __name__}
    found = install.Resolver([description], {"globals": {}, "builtins": {}}, capture.loosely([code])).find(0)
    assert found.__code__ is code and found.__globals__ is globals()


def shown() -> int:
    return 1


IN_COMPREHENSIONS = """
class Tree:
    def __init__(self, depth):
        self.parts = [Tree(depth - 1) for _ in range(2)] if depth else []
    def text(self):
        return "(" + "".join([part.text() for part in self.parts]) + ")"

tree = Tree(3)
for _ in range(60):
    last = tree.text()
print(last)
"""


def test_a_function_that_calls_itself_in_a_comprehension_gets_a_region() -> None:
    """The comprehension is made by the region's own code, and by the same code that is called in it."""
    got = run(FORCE, ["-c", IN_COMPREHENSIONS], TIERUP_CACHE="0")
    assert got.stdout == run(PLAIN, ["-c", IN_COMPREHENSIONS]).stdout
    assert "not_bound" not in got.stats


PAUSES = """
import time

def pauses(turns):
    for turn in range(turns):
        if not turn:
            time.sleep(0.1)
        turn * 2

pauses(100)
pauses(100)
"""


def test_a_recording_ends_by_the_time_that_it_takes_not_by_the_clock(tmp_path: Path) -> None:
    """Where the machine is busy, a thread may have to wait longer than a recording may take."""
    run(FORCE, ["-c", PAUSES], TIERUP_COMPILER="inline", TIERUP_CACHE="0", TIERUP_SNAPSHOT_DIR=str(tmp_path))
    snapshot = dump.load(str(next(tmp_path.glob("pauses-*-call-*"))))
    assert max(site[0] for site in snapshot["profile"].values()) >= 100


def test_code_that_waits_for_what_it_has_called_is_looked_at_more_and_more_rarely() -> None:
    def code() -> None: ...

    learner, entry = control.Control(), control.CALL
    unit = learner.unit(code.__code__)
    passed = []
    for _ in range(2 * control.MOST_IN_VAIN):
        unit.targets[entry] = control.Target()
        unit.targets[entry].state = control.RECORDING
        unit.rounds = control.PATIENCE
        learner.recorded(code.__code__)
        assert entry not in unit.targets and _tierup.code_state(code.__code__) == control.COLD
        passed.append(unit.passed_over)
        learner.hot(code.__code__, -1, 1)
        assert not unit.targets and unit.passed_over == passed[-1] - 1
    assert passed == [2, 4, 8, 16, 32, *[64] * 7]


def test_a_recording_that_is_for_nothing_any_more_asks_for_nothing() -> None:
    """Least of all for calls of code that can't be entered by one."""

    def code() -> Any:
        yield 1

    learner = control.Control()
    unit = learner.unit(code.__code__)
    learner.recorded(code.__code__)
    assert not unit.targets and _tierup.code_state(code.__code__) == control.COLD


AWAITED = """
import dis, sys, time

def work(data, n=0):
    if n:
        return work(data, n - 1) + 1
    total = 0
    for k in range(30):
        for i in range(len(data)):
            total += data[i] + k
    return total

def fails(data):
    for k in range(400):
        for i in range(len(data)):
            data[i] += k & 1
    return data[len(data)]

code, data = work.__code__, [1] * 5000
before = code.co_code, code.co_consts, list(dis.get_instructions(work))
for function, argument in ((work, data), (fails, data)):
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        try:
            function(argument)
        except IndexError as error:
            trace = error.__traceback__
            lines = trace.tb_lineno, trace.tb_next.tb_lineno, trace.tb_next.tb_next
print(before == (code.co_code, code.co_consts, list(dis.get_instructions(work))), lines)
sys.setrecursionlimit(5000)
print(work([1, 2], 3000), sys.getrefcount(data), sys._getframe().f_back)
try:
    work([1], 10**5)
except RecursionError as error:
    print(error)
events = []
sys.settrace(lambda frame, what, argument: events.append((what, frame.f_lineno)))
work([1, 2, 3], 5)
sys.settrace(None)
print(events, work([1, 2, 3], 5))
"""


def test_a_stub_that_waits_for_a_call_does_not_show(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(AWAITED)
    plain = run(PLAIN, [str(script)])
    for _ in range(2):
        got = run(ON, [str(script)], TIERUP_CACHE="0")
        assert (got.stdout, got.stderr, got.code) == (plain.stdout, plain.stderr, plain.code) and plain.stdout.count("\n") == 4
