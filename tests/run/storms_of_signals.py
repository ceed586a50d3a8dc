"""KeyboardInterrupt and timer storms in hot loops: try, finally, with, generators, nested calls, exceptions from handlers; state is whole afterwards."""

import os
import signal
import sys
import threading
import time


class Storm(Exception):
    pass


counted = [0]
log = []


def count(number, frame):
    counted[0] += 1


def look(number, frame):
    """Every frame below must be complete."""
    counted[0] += 1
    while frame is not None:
        values = dict(frame.f_locals)
        if frame.f_code.co_name in ("numbers", "floats", "calls") and not {"total", "i", "n"} <= set(values) | {"i"}:
            log.append((frame.f_code.co_name, sorted(values)))
        if "check" in values and values["check"] != "here":
            log.append(values)
        if not frame.f_code.co_firstlineno <= (frame.f_lineno or frame.f_code.co_firstlineno) <= frame.f_code.co_firstlineno + 500:
            log.append(frame.f_lineno)
        frame = frame.f_back


def stop(number, frame):
    raise Storm(number)


def numbers(n):
    check = "here"
    total = 0
    for i in range(n):
        total += i % 7
    return total, check


def floats(n):
    total = 0.5
    i = 0
    while i < n:
        total = total * 0.5 + i
        i += 1
    return total


def add(a, b):
    c = a + b
    return c


def calls(n):
    total = 0
    for i in range(n):
        total = add(total, i) & 0xFFFF
    return total


def made(n):
    for i in range(n):
        yield i * 2


def generated(n):
    total = 0
    for x in made(n):
        total += x
    return total


def lists(n):
    items = []
    for i in range(n):
        items.append(i)
        if len(items) > 50:
            items = items[-10:]
    return items


def sorts(n):
    return sorted(range(n), key=lambda x: -x % 10)[:5]


class Thing:
    def __init__(self, x):
        self.x = x

    def step(self, k):
        self.x += k
        return self


def objects(n):
    thing = Thing(0)
    for i in range(n):
        thing = thing.step(i)
        if i % 100 == 0:
            thing = Thing(thing.x % 1000)
    return thing.x


FUNCTIONS = (numbers, floats, calls, generated, lists, sorts, objects)
expected = {}
for function in FUNCTIONS:
    for _ in range(20):
        function(200)
    expected[function] = function(30000)
for handler in (count, look):
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0007, 0.0007)
    for function in FUNCTIONS:
        print(handler.__name__, function.__name__, all(function(30000) == expected[function] for _ in range(5)))
    deadline = time.monotonic() + 30
    while counted[0] < 20 and time.monotonic() < deadline:
        numbers(1000)
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(counted[0] >= 20, log[:3])
    counted[0] = 0


# ---- an exception out of a handler at any place: cleaned up, counted, nothing lost


def arm(seconds=0.02):
    """Called in the middle: to get there may take long, while code is being compiled."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def finishing(log):
    total, entered = 0, False
    try:
        entered = True
        arm()
        while True:
            total += 1
    except Storm as e:
        log.append(("caught", e.args, total > 0, entered))
        raise
    finally:
        log.append(("finally", type(total), total > 0))


class Manager:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.log.append((kind.__name__, traceback.tb_frame.f_code.co_name))
        return False


def managed(log):
    total = 0.0
    with Manager(log):
        arm()
        while True:
            total += 0.5
    return total


def endless(log):
    i = 0
    try:
        while True:
            i += 1
            yield i
    finally:
        log.append(("closed", i > 0))


def over_generator(log):
    last = 0
    try:
        for last in endless(log):
            if last == 1:
                arm()
    finally:
        log.append(("over", last > 0))


def nested(log, depth=3):
    try:
        if depth:
            return nested(log, depth - 1)
        n = 0
        arm()
        while True:
            n = add(n, 1)
    finally:
        log.append((depth, depth == 0))


def retried(log):
    """Goes on after each storm until three have come."""
    storms, n = 0, 0
    while storms < 3:
        try:
            arm(0.003 if storms else 0.02)
            while True:
                n += 1
        except Storm:
            storms += 1
    log.append((storms, n > 0))
    raise Storm("enough")


signal.signal(signal.SIGALRM, stop)
for function in (finishing, managed, over_generator, nested, retried):
    for _ in range(3):
        made_log = []
        try:
            function(made_log)
        except Storm as e:
            entry, names = e.__traceback__, []
            while entry is not None:
                names.append(entry.tb_frame.f_code.co_name)
                entry = entry.tb_next
            inside = [name for name in names if name not in ("add", "__enter__", "endless", "__init__", "<module>", "stop")]
            print(function.__name__, made_log, inside)
        signal.setitimer(signal.ITIMER_REAL, 0)


# ---- Ctrl-C


def interrupted():
    n = 0
    try:
        ready.set()
        while True:
            n += 1
    except KeyboardInterrupt:
        return "interrupted", n > 0
    finally:
        n = None


def kill_later():
    ready.wait(30)  # who starts a thread waits for it, and is not to be interrupted there
    time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)


for _ in range(4):
    ready = threading.Event()
    thread = threading.Thread(target=kill_later)
    thread.start()
    print(interrupted())
    thread.join()


# ---- switching threads in tight loops: each gets on


def spin(flag, results, k):
    n = 0
    while not flag:
        n += 1
    results.append((k, n >= 0))


sys.setswitchinterval(0.0005)
flag, results = [], []
threads = [threading.Thread(target=spin, args=(flag, results, k)) for k in range(4)]
for thread in threads:
    thread.start()
time.sleep(0.1)
flag.append(1)
for thread in threads:
    thread.join(20)
print(sorted(results))
