"""Tools that come while hot code runs: pdb from a script, bdb, threading.settrace, sys.setprofile in a callee, cProfile, trace, another frame evaluator (PEP 523)."""

import bdb
import cProfile
import ctypes
import io
import pdb
import sys
import threading
import trace


def add(a, b):
    c = a + b
    return c


def work(n):
    total = 0
    for i in range(n):
        total = add(total, i)
    return total


def stops(n, at):
    total = 0
    scale = 0.5
    for i in range(n):
        total += i
        scale *= 2.0
        if i == at:
            start_pdb()
        total = add(total, 1)
    return total, scale


commands, said = [], io.StringIO()


def start_pdb():
    debugger = pdb.Pdb(stdin=io.StringIO("\n".join(commands) + "\n"), stdout=said, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    debugger.set_trace(sys._getframe(1))


def said_lines():
    text = said.getvalue()
    said.seek(0)
    said.truncate()
    return [line.replace(__file__, "FILE") for line in text.splitlines()]


for _ in range(60):
    work(20), stops(8, -1)
for script in (
    ["p i, total, scale", "n", "n", "p total", "c"],
    ["s", "s", "s", "p locals()", "r", "c"],
    ["!total = 1000", "p total", "c"],
    ["!scale = 'x'", "n", "n", "n", "n", "c"],
    ["w", "u", "p sorted(k for k in locals() if k == 'script')", "d", "b add, i == 1", "p n", "c"],
    ["b add", "c", "p a, b", "!b = 50", "cl 1", "c"],
    ["j 28", "c"],
):
    commands[:] = script
    try:
        print(stops(8, 3))
    except Exception as e:
        print(repr(e))
    sys.settrace(None)
    print(*said_lines(), sep="\n   ")
    print(work(20), stops(8, -1))


class Counting(bdb.Bdb):
    def __init__(self):
        super().__init__()
        self.lines, self.calls, self.returns = 0, 0, 0

    def user_line(self, frame):
        self.lines += 1
        self.set_step()

    def user_call(self, frame, arguments):
        self.calls += 1
        self.set_step()

    def user_return(self, frame, value):
        self.returns += 1
        self.set_step()


for _ in range(3):
    counting = Counting()
    print(counting.runcall(work, 6), counting.lines, counting.calls, counting.returns)
    print(work(20))


# ---- threads


def worker(out):
    out.append(work(30))


def in_thread():
    out, events = [], []

    def tracer(frame, event, arg):
        if frame.f_code.co_name in ("work", "add"):
            events.append((frame.f_code.co_name, event))
        return tracer

    threading.settrace(tracer)
    thread = threading.Thread(target=worker, args=(out,))
    thread.start()
    thread.join()
    threading.settrace(None)
    threading.setprofile(lambda frame, event, arg: events.append(event) if frame.f_code.co_name in ("work", "add") else None)
    other = threading.Thread(target=worker, args=(out,))
    other.start()
    other.join()
    threading.setprofile(None)
    return out, {event: events.count(event) for event in sorted(set(events), key=str)}


for _ in range(3):
    print(in_thread(), work(30))


# ---- profilers


def profiled(n):
    profile = cProfile.Profile()
    total = 0
    for i in range(n):
        if i == 3:
            profile.enable()
        total = add(total, i)
        if i == n - 3:
            profile.disable()
    rows = sorted((getattr(e.code, "co_name", "c"), e.callcount) for e in profile.getstats() if getattr(e.code, "co_name", "c") != "c")
    return total, rows


for _ in range(20):
    result = profiled(30)
print(result)


def counted(n):
    tracer = trace.Trace(count=1, trace=0)
    tracer.runfunc(work, n)
    counts = tracer.results().counts
    first = work.__code__.co_firstlineno
    return sorted((line - first, number) for (name, line), number in counts.items() if name == __file__ and first - 10 < line < first + 10)


print(counted(5), counted(30))


# ---- another evaluator

api = ctypes.pythonapi
api.PyInterpreterState_Get.restype = ctypes.c_void_p
set_evaluator = api._PyInterpreterState_SetEvalFrameFunc
set_evaluator.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
set_evaluator.restype = None
get_evaluator = api._PyInterpreterState_GetEvalFrameFunc
get_evaluator.argtypes = [ctypes.c_void_p]
get_evaluator.restype = ctypes.c_void_p
EVALUATOR = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
default = EVALUATOR(ctypes.cast(api._PyEval_EvalFrameDefault, ctypes.c_void_p).value)
raw_default = ctypes.cast(api._PyEval_EvalFrameDefault, ctypes.c_void_p).value
interpreter = api.PyInterpreterState_Get()
original = get_evaluator(interpreter)


def evaluator_comes(n, at):
    total = 0
    for i in range(n):
        if i == at:
            set_evaluator(interpreter, raw_default)
        total = add(total, i)
        if i == at + 3:
            set_evaluator(interpreter, original)
    return total


for _ in range(30):
    evaluator_comes(10, -10)
for at in (0, 3, 9):
    print(evaluator_comes(10, at), work(10), list(x for x in map(work, range(4))))
    set_evaluator(interpreter, original)
print(evaluator_comes(10, -10), work(20))
