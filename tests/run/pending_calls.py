"""What C code asks for with Py_AddPendingCall runs for a while, and so does what it calls: with tools, without, in hot loops."""

import ctypes
import sys
import threading
import time

SECONDS = 0.03
seen = []
bodies = []


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def tracer(frame, event, arg):
    seen.append((event, frame.f_code.co_name))
    return tracer


def profiler(frame, event, arg):
    seen.append((event, frame.f_code.co_name))


def busy(note):
    end = time.process_time() + SECONDS
    while time.process_time() < end:
        note(work(50))


def untraced():
    busy(lambda value: value)


def traced():
    sys.settrace(tracer)
    busy(lambda value: value)
    sys.settrace(None)


def profiled():
    sys.setprofile(profiler)
    busy(lambda value: value)
    sys.setprofile(None)


def nested():
    ask(untraced)
    busy(lambda value: value)


@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
def pending(_):
    bodies.pop(0)()
    return 0


def ask(body):
    bodies.append(body)
    ctypes.pythonapi.Py_AddPendingCall(pending, None)


def loop(turns):
    total = 0
    for i in range(turns):
        total += work(3)
    return total


def in_thread():
    sys.settrace(tracer)
    total = loop(3000)
    sys.settrace(None)
    return total


print(loop(100_000))
for turn in range(3):
    for body in (untraced, traced, profiled, nested):
        ask(body)
        print(turn, body.__name__, loop(20_000), len(bodies))
        names = sorted({name for _, name in seen})
        print("  seen:", names, sorted({event for event, _ in seen}))
        seen.clear()

seen.clear()

threads = [threading.Thread(target=in_thread) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("threads", sorted({name for _, name in seen}), sum(name == "loop" for event, name in seen if event == "call"))
