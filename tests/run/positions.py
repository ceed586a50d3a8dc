"""Which instruction a frame stands at: seen by callees, in tracebacks of errors that are handled or not, and where a signal breaks a loop."""

import gc
import signal
import sys
import weakref


class Alarm(Exception):
    pass


def look():
    return sys._getframe(1).f_lasti


def look_and_fail(kind=ValueError):
    raise kind(sys._getframe(1).f_lasti)


class Looker:
    def __init__(self):
        self.seen = sys._getframe(1).f_lasti

    def method(self, extra=0):
        return sys._getframe(1).f_lasti

    @property
    def prop(self):
        return sys._getframe(1).f_lasti

    def __add__(self, other):
        return sys._getframe(1).f_lasti

    def __call__(self):
        return sys._getframe(1).f_lasti


looker = Looker()


def all_calls(f, args):
    bound = looker.method
    return [f(), look(), looker.method(), looker.method(extra=1), bound(), Looker().seen, looker.prop, looker + 1, looker(), f(*args), max([1], key=lambda x: look())]


def positions(e):
    tb, out = e.__traceback__, []
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lasti, tb.tb_lineno, tb.tb_frame.f_lasti))
        tb = tb.tb_next
    return out


def handled(f, *args):
    x = 1
    try:
        x = f(*args)
    except (ValueError, TypeError) as e:
        return str(e), positions(e), x


def unhandled(f, *args):
    x = f(*args)
    return x


def bare_raise(f, *args):
    try:
        return f(*args)
    except (ValueError, TypeError):
        args = None
        raise


def raise_again(f, *args):
    try:
        return f(*args)
    except (ValueError, TypeError) as e:
        raise e


def in_finally(f, *args):
    try:
        return f(*args)
    finally:
        args = None


def handled_directly(f, x):
    y = 2
    try:
        y = f(x)
    except (ValueError, TypeError) as e:
        return str(e), positions(e), y


def raised_directly(f, x):
    y = f(x)
    return y


def outside(function, *args):
    try:
        return function(*args)
    except Exception as e:
        return type(e).__name__, positions(e)


def own_code():
    frame = sys._getframe()
    return frame.f_code is own_code.__code__, frame.f_back.f_code is sys._getframe(1).f_code


class Probe:
    pass


def drops_argument(probe, reference):
    del probe
    return reference() is None


def passes_temporary():
    probe = Probe()
    reference = weakref.ref(probe)
    holder = [probe]
    del probe
    return drops_argument(holder.pop(), reference)


def on_alarm(number, frame):
    raise Alarm(frame.f_lasti)


def broken_at_continue(flag):
    """The interpreter tests for signals behind the jump and looks for a handler there: before the loop is outside the `try`."""
    x = 0
    try:
        while flag:
            x = x + 1 & 0xFFFF
            if x:
                continue
            x = 1
    except Alarm:
        return "inside"


def broken_at_end(flag):
    x = 0
    try:
        while flag:
            x = x + 1 & 0xFFFF
    except Alarm as e:
        return "inside", [row[0] for row in positions(e)]


def broken(function):
    while True:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            return function(True)
        except Alarm as e:
            rows = positions(e)
            if rows[1][0] == function.__name__ and rows[1][1] > 2:  # else it came before the loop
                return "outside", rows[1][0], rows[1][2] - function.__code__.co_firstlineno


for i in range(30):
    result = [all_calls(look, ()), own_code(), passes_temporary()]
    for function in (handled, unhandled, bare_raise, raise_again, in_finally):
        for args in ((look_and_fail,), (look_and_fail, TypeError), (look_and_fail, 1, 2), (look, 1), (int, "x"), (None,)):
            result.append(outside(function, *args))
    for function in (handled_directly, raised_directly):
        for args in ((look_and_fail, TypeError), (look, 1), (int, "x"), (None, 1), (Looker, 1), (looker.method, 3)):
            result.append(outside(function, *args))
    if i in (0, 1, 2, 29):
        print(i, *result, sep="\n  ")
signal.signal(signal.SIGALRM, on_alarm)
for function in (broken_at_continue, broken_at_end) * 3:
    print(function.__name__, broken(function))
gc.collect()
