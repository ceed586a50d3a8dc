"""A timer signal handled inside hot loops, handlers that raise, handlers that look; threads that switch in hot loops; async exceptions."""

import ctypes
import signal
import sys
import threading
import time

ticks = []
seen_names = set()


class Alarm(Exception):
    pass


def on_tick(number, frame):
    ticks.append(number)
    seen_names.add(frame.f_code.co_name in ("spin", "spin_floats", "helper", "spin_calls", "on_tick", "<module>"))


def spin(limit):
    n = 0
    while len(ticks) < limit:
        n += 1
    return n > 0


def spin_floats(limit):
    x = 0.0
    while not done[0]:
        x = x * 0.5 + 1.0
    return x <= 2.0


def helper(x):
    return x + 1


def spin_calls():
    x = 0
    try:
        while True:
            x = helper(x)
    except Alarm as e:
        return str(e), x > 0, type(x)


def spin_no_calls():
    x = 0
    try:
        while True:
            x = x + 1 & 0xFFFF
    except Alarm:
        return 0 <= x <= 0xFFFF


def on_raise(number, frame):
    raise Alarm("raised in a handler")


def on_done(number, frame):
    done[0] = True


done = [False]
for _ in range(100):
    ticks.extend(range(50))
    spin(50)
    spin_floats(1) if done[0] else None
ticks.clear()
signal.signal(signal.SIGALRM, on_tick)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
print("ticked", spin(8), len(ticks) >= 8)
signal.setitimer(signal.ITIMER_REAL, 0)
print(seen_names)
signal.signal(signal.SIGALRM, on_done)
signal.setitimer(signal.ITIMER_REAL, 0.01)
print("floats", spin_floats(1))
signal.signal(signal.SIGALRM, on_raise)
for function in (spin_calls, spin_no_calls, spin_calls, spin_no_calls):
    result = None
    while result is None:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            result = function()
        except Alarm:
            pass  # on a busy machine it comes before the function gets to its `try`
    print(function.__name__, result)

counter = 0
lock = threading.Lock()


def count(n):
    global counter
    for _ in range(n):
        with lock:
            counter += 1


def wait_for(flag, value):
    n = 0
    while flag[0] != value:
        n += 1
    return n >= 0


def set_later(flag, value):
    time.sleep(0.005)
    flag[0] = value


sys.setswitchinterval(0.0005)
threads = [threading.Thread(target=count, args=(400,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counter)
for value in (1, 2.5, "x"):
    flag = [None]
    thread = threading.Thread(target=set_later, args=(flag, value))
    thread.start()
    print(wait_for(flag, value))
    thread.join()
outcome = []


def endless():
    n = 0
    try:
        while True:
            n += 1
    except Alarm:
        outcome.append("async exception arrived")


thread = threading.Thread(target=endless)
thread.start()
time.sleep(0.01)
ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Alarm))
thread.join(30)
print(outcome, thread.is_alive())
locals_of_threads = []


def per_thread(k):
    local = threading.local()
    local.value = k
    total = 0
    for i in range(500):
        total += i * local.value
    locals_of_threads.append(total)


threads = [threading.Thread(target=per_thread, args=(k,)) for k in (1, 2, 2.5, 2**60)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(locals_of_threads))
