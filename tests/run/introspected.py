"""What programs can find out about hot functions: sizes, referrers, counts of objects, hashes, copies, pickles, inspect, tracemalloc, faulthandler."""

import copy
import dis
import faulthandler
import gc
import inspect
import io
import marshal
import pickle
import sys
import tempfile
import threading
import time
import tracemalloc
import types
import weakref


def work(n, step=2):
    """Doc of work."""
    total = 0
    for i in range(n):
        total += i * step
    return total


def produce(n):
    for i in range(n):
        yield work(i)


async def wait(n):
    for i in range(n):
        work(i)
    return n


class Thing:
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


def looks(n):
    total = 0
    for i in range(n):
        total += Thing(i).get()
    frame = sys._getframe()
    return total, sys.getsizeof(frame) > 0, frame.f_code is looks.__code__


def sizes():
    generator = produce(3)
    next(generator)
    coroutine = wait(2)
    out = [sys.getsizeof(o) for o in (work, work.__code__, generator, coroutine, Thing, Thing.get, Thing(1), sys._getframe())]
    coroutine.close()
    return out


def code_of(function):
    code = function.__code__
    text = io.StringIO()
    dis.dis(function, file=text)
    adaptive = [(i.offset, i.starts_line) for i in dis.get_instructions(function, adaptive=True, show_caches=True)]
    fresh = [i.opname for i in dis.get_instructions(function, show_caches=True)][:3]
    other = types.FunctionType(marshal.loads(marshal.dumps(code)), globals())
    pickled = pickle.loads(pickle.dumps(function))
    return [
        code.co_code.hex(),
        code.co_consts,
        code.co_names,
        len(text.getvalue()),
        len(adaptive),
        fresh,
        code == other.__code__,
        hash(code) == hash(other.__code__),
        code == code.replace(co_name="other"),
        pickled is function,
        copy.copy(function) is function,
        marshal.dumps(code, 2) == marshal.dumps(other.__code__, 2),
        inspect.getsource(function).splitlines()[0],
        str(inspect.signature(function)),
        function.__closure__,
        sorted(vars(function)),
        len(code.co_linetable),
        len(code.co_exceptiontable),
        [attribute for attribute in dir(code) if attribute.startswith("co_")],
    ]


def referents():
    """Types of what a function, its code and its frame refer to."""
    return [sorted(type(o).__name__ for o in gc.get_referents(x)) for x in (work, work.__code__, Thing, Thing.get)]


def referrers():
    return [sorted(type(o).__name__ for o in gc.get_referrers(x) if not isinstance(o, types.FrameType)) for x in (Thing.get, Thing.__init__, work)]


def weak_counts():
    return [len(weakref.getweakrefs(x)) > 5 for x in (work, Thing)]


def objects_of_ours():
    """Nothing of a JIT among the objects, modules and types that a program can list."""
    names = {type(o).__module__ for o in gc.get_objects()}
    return sorted(name for name in names if isinstance(name, str) and ("jit" in name or "compil" in name))


def states():
    generator = produce(3)
    out = [inspect.getgeneratorstate(generator)]
    next(generator)
    out += [inspect.getgeneratorstate(generator), inspect.getgeneratorlocals(generator), generator.gi_frame.f_lineno, generator.gi_code is produce.__code__]
    out += [generator.gi_running, generator.gi_yieldfrom, list(generator), inspect.getgeneratorstate(generator), generator.gi_frame]
    return out


def stack():
    return [(f.function, f.lineno, f.code_context[0].strip() if f.code_context else None) for f in inspect.stack()[:3]]


def deeper(n):
    return deeper(n - 1) if n else stack()


def busy(stop, n=0):
    while not stop:
        n = work(20)
    return n


def seen_from_outside():
    stop = []
    thread = threading.Thread(target=busy, args=(stop,))
    thread.start()
    names, lines, ok = set(), set(), True
    for _ in range(20):
        time.sleep(0.001)
        frame = sys._current_frames().get(thread.ident)
        while frame is not None:
            names.add(frame.f_code.co_name)
            lines.add(frame.f_lineno)
            if frame.f_code.co_name == "work":
                values = dict(frame.f_locals)
                ok = ok and (values.get("n", 20), values.get("step", 2)) == (20, 2) and type(values.get("total", 0)) is int
            frame = frame.f_back
    stop.append(1)
    thread.join()
    first, other = work.__code__.co_firstlineno, busy.__code__.co_firstlineno
    mine = {line for line in lines if first <= line < first + 50 or other <= line < other + 20}
    return "busy" in names, ok, mine <= {*range(first, first + 6), *range(other, other + 4)}


def allocating(n):
    out = []
    for i in range(n):
        out.append(bytearray(i + 1))
        out.append(bytearray(100))
    return out


def traced_memory():
    tracemalloc.start(5)
    kept = allocating(50)
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    first = allocating.__code__.co_firstlineno
    found = {}
    for trace in snapshot.traces:
        frame = trace.traceback[-1]
        if frame.filename == __file__ and first < frame.lineno < first + 6:
            found[frame.lineno - first] = found.get(frame.lineno - first, 0) + 1
    return sorted(found.items()), len(kept)


def dumped():
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        return [line.split('"')[-1].strip() for line in file if "line" in line][:3]


def dumping(n):
    out = None
    for i in range(n):
        total = work(i)
        out = dumped()
    return out, total


def napping(n, file=None):
    """faulthandler's thread reads frames without the lock of the interpreter, which may crash any program whose frames come and go: they stand still here."""
    total = 0
    for i in range(n):
        total += i
        if i == n - 1 and file:
            faulthandler.dump_traceback_later(0.1, file=file)
            time.sleep(0.3)
    return total


def dump_later():
    for _ in range(5):
        napping(50)
    with tempfile.TemporaryFile("w+") as file:
        n = napping(1000, file)
        faulthandler.cancel_dump_traceback_later()
        file.seek(0)
        text = file.read()
    lines = [line.strip().rpartition(", ")[2] for line in text.splitlines() if " in " in line]
    return lines, n


gc.disable()
before = [code_of(f) for f in (work, produce, wait, looks)]
sizes_before = sizes()
for _ in range(60):
    work(20), list(produce(5)), looks(6), sizes()
after = [code_of(f) for f in (work, produce, wait, looks)]
print(before == after, *[[a for a, b in zip(x, y) if a != b] for x, y in zip(before, after)])
for row in after:
    print(row[1:])
print(sizes(), sizes() == sizes_before)
print(referents(), referrers(), weak_counts(), objects_of_ours(), sep="\n")
for _ in range(10):
    result = [states(), deeper(4), looks(4), traced_memory(), dumping(3)]
print(*result, sep="\n")
gc.enable()
sys.setswitchinterval(0.0005)  # else threads wait for each other for long on a busy machine
for _ in range(3):
    busy([1])
print(seen_from_outside())
dump_later(), dump_later()
print(dump_later(), dump_later())
