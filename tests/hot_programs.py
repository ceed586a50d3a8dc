"""Programs for tests/test_hot_failures.py: something happens to them while compiled code runs."""

from __future__ import annotations

HOT = '''
def helper(x):
    return x * 3 + 1

def work(n):
    total = 0
    for i in range(n):
        total += helper(i) & 1023
    return total
'''

INTERRUPT_LOOP = '''
import sys, threading, time, os, signal
def spin(n):
    i = 0
    x = 0.5
    while i < n:
        i += 1
        x = x * 0.999 + i
    return x
spin(200000)
spin(200000)
def interrupt():
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
try:
    spin(10**12)
except KeyboardInterrupt as e:
    tb = e.__traceback__
    names = []
    while tb:
        names.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    print("interrupted", names)
    print(spin(10))
'''

INTERRUPT_EXIT = '''
import threading, time, os, signal
def spin():
    i = 0
    while True:
        i = i + 1 if i < 1000 else 0
def interrupt():
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
spin()
'''

INTERRUPT_CLEANUP = '''
import threading, time, os, signal
log = []
class Guard:
    def __enter__(self):
        log.append("enter")
    def __exit__(self, kind, *rest):
        log.append(kind and kind.__name__)
def spin(items):
    try:
        with Guard():
            while True:
                for item in items:
                    items[0] = item
    finally:
        log.append("finally")
def interrupt():
    time.sleep(0.4)
    os.kill(os.getpid(), signal.SIGINT)
for _ in range(2):
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        spin([1, 2, 3])
    except KeyboardInterrupt:
        print(log)
'''

OVERFLOWING_STACK = '''
import sys
def down(n):
    return 1 + down(n - 1) if n else 0
def forever(n):
    return forever(n + 1) + 1
def mutual_a(x, y=1):
    return mutual_b(x + y)
def mutual_b(x):
    return mutual_a(x)
print([down(100) for _ in range(50)][-1])
for limit in (1000, 300, 3000):
    sys.setrecursionlimit(limit)
    for function in (forever, mutual_a) * 10:
        try:
            function(1)
        except RecursionError as e:
            print(limit, function.__name__, e)
    print(down(150))
'''

VERY_DEEP = '''
import sys, threading
def down(n):
    return 1 + down(n - 1) if n else 0
print([down(100) for _ in range(50)][-1])
sys.setrecursionlimit(60000)
print(down(50000))
def tree(n):
    return [tree(n - 1)] if n else []
t = tree(20000)
depth = 0
while t:
    t = t[0]
    depth += 1
print(depth)
threading.stack_size(256 * 1024)
def in_thread():
    print("thread", down(20000))
thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
'''

KILLED_COMPILER = '''
import sys, time
source = """
def f{n}(items, k):
    total = {n}
    for item in items:
        if item % 3 == {n} % 3:
            total += item * k
        else:
            total -= item
    return total
"""
checks = 0
end = time.monotonic() + float(sys.argv[1])
n = 0
while time.monotonic() < end:
    namespace = {}
    exec(source.format(n=n), namespace)
    f = namespace[f"f{n}"]
    stop = time.monotonic() + 0.02
    while time.monotonic() < stop:
        got = [f(range(300), k) for k in (1, 2, 1.5, 2**70)]
        assert got[0] == n + sum(i if i % 3 == n % 3 else -i for i in range(300)), (n, got)
    n += 1
print("all right")
'''

TRACE_MIDWAY = HOT + '''
import sys, threading, time
lines = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("work", "helper"):
        lines.append((frame.f_code.co_name, event))
        return tracer
work(200000)
def switch(n):
    total = 0
    for i in range(n):
        if i == n // 2:
            sys.settrace(tracer)
        total += work(3)
        if i == n // 2 + 2:
            sys.settrace(None)
    return total
for _ in range(5):
    lines.clear()
    print(switch(2000), len(lines), lines[:12])
'''

PROFILE_FROM_THREAD = HOT + '''
import cProfile, pstats
work(200000)
for _ in range(3):
    p = cProfile.Profile()
    p.enable()
    for _ in range(100):
        work(20)
    p.disable()
    print(sorted((k[2], v[0], v[1]) for k, v in pstats.Stats(p).stats.items()))
    work(50000)
'''

OTHER_THREAD_LOOKS = HOT + '''
import sys, threading, traceback
stop, seen = [], set()
def look(ident):
    while not stop:
        frame = sys._current_frames().get(ident)
        while frame:
            seen.add(frame.f_code.co_name)
            frame.f_lineno, dict(frame.f_locals), frame.f_lasti
            frame = frame.f_back
thread = threading.Thread(target=look, args=(threading.get_ident(),))
sys.setswitchinterval(0.0002)
thread.start()
total = 0
for _ in range(300):
    total += work(500)
while not seen >= {"work", "<module>"}:  # the other thread gets its turn when it pleases the machine
    work(500)
stop.append(1)
thread.join()
print(total, sorted(seen & {"work", "<module>"}))
'''

MEMORY_ERRORS = '''
import resource
def grow(n):
    parts = []
    for i in range(n):
        parts.append("x" * (1 << 20) * (i + 1))
    return len(parts)
print([grow(3) for _ in range(200)][-1])
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
for _ in range(3):
    try:
        grow(10**6)
    except MemoryError as e:
        print("MemoryError", e.__traceback__.tb_next.tb_lineno)
print(grow(3))
'''

EXIT_CODES = HOT + '''
import sys, os, atexit
work(100000)
def leave(how, n):
    for i in range(n):
        work(5)
        if i == n - 1:
            if how == "exit":
                sys.exit(7)
            if how == "os._exit":
                os._exit(9)
            if how == "raise":
                raise ValueError("at the end")
            if how == "abort":
                os.abort()
            if how == "string":
                sys.exit("a message")
atexit.register(lambda: print("atexit", work(10), flush=True))
leave(sys.argv[1], 500)
'''
