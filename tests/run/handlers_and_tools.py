"""Trace and profile functions that are set around handlers, or in the middle of one; frames and tracebacks kept and looked at later."""

import sys

events = []
tracing = "one two three withs keeps".split()


def tracer(frame, event, argument):
    if frame.f_code.co_name not in tracing:
        return None
    shown = argument[0].__name__ if event == "exception" else ""
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, shown))
    return tracer


def profiler(frame, event, argument):
    if frame.f_code.co_name in tracing:
        events.append(("profile", frame.f_code.co_name, event))


def on(which):
    if which == 1:
        sys.settrace(tracer)
        sys._getframe(1).f_trace = tracer
    elif which == 2:
        sys.setprofile(profiler)


def off():
    sys.settrace(None)
    sys.setprofile(None)


def one(i, which):
    """Switched on in the body, then something raises."""
    total = 0
    for k in range(6):
        try:
            if k == 3 and i == 0:
                on(which)
            total += 10 // (k % 3)
        except ZeroDivisionError:
            total += 1
        else:
            total += 2
        finally:
            total += 3
    off()
    return total


def two(i, which):
    """Switched on in the handler."""
    caught = 0
    for k in range(6):
        try:
            try:
                raise ValueError(k)
            except ValueError:
                if k == 3 and i == 0:
                    on(which)
                caught += 1
                raise
            finally:
                caught += 10
        except ValueError as error:
            caught += error.args[0]
    off()
    return caught


def three(i, which):
    """By a callee that raises."""
    caught = 0
    for k in range(6):
        try:
            switching(k, i, which)
        except KeyError:
            caught += 1
    off()
    return caught


def switching(k, i, which):
    if k == 3 and i == 0:
        on(which)
    raise KeyError(k)


class Switch:
    def __init__(self, i, which):
        self.i, self.which = i, which

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.i -= 1
        if self.i == -4:
            on(self.which)
        return True


def withs(i, which):
    manager = Switch(i, which)
    count = 0
    for k in range(6):
        with manager:
            count += 1
            [][k]
        count += 10
    off()
    return count


def keeps(n):
    """Frames and exceptions that are looked at while their function goes on, and afterwards."""
    kept = []
    number, real = 0, 0.5
    for i in range(n):
        number += i * 1000
        real *= 1.5
        try:
            deeper(i)
        except LookupError as error:
            kept.append(error)
            frame = error.__traceback__.tb_frame
            assert frame is sys._getframe()
            kept.append((frame.f_lineno - frame.f_code.co_firstlineno, frame.f_locals["number"], frame.f_locals["real"], frame.f_locals.get("absent")))
        number -= 1
    return kept


def deeper(i):
    local = i * 7
    if i % 2:
        raise LookupError(local)
    return [][local]


def places(error):
    found, tb = [], error.__traceback__
    while tb is not None:
        frame = tb.tb_frame
        values = {key: value for key, value in frame.f_locals.items() if isinstance(value, (int, float))}
        found.append((frame.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno, frame.f_lineno - frame.f_code.co_firstlineno, values))
        tb = tb.tb_next
    return found


for function in (one, two, three, withs):
    for _ in range(30):
        result = function(5, 0)
    for which in (1, 2):
        for _ in range(3):
            events.clear()
            result = function(0, which)
            print(function.__name__, which, result, len(events), events[:40])
            result = function(5, 0)
for _ in range(4):
    kept = keeps(12)
print(kept[1::2])
print([places(error) for error in kept[::2]][-2:])
