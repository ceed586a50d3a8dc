"""Audit hooks of the program run while a tool is being set: no event may come twice then."""

import gc
import sys

frames = set()


def hook(event, arguments):
    if event == "sys.settrace":
        for k in range(3):
            between(k)


def between(k):
    return k + 1


def passes():
    pass
    pass


def collected(phase, info):
    frame = sys._getframe(1)
    while frame is not None:
        frames.add(frame.f_code.co_filename == __file__)
        frame = frame.f_back


def events():
    seen = []

    def tracer(frame, event, argument):
        if frame.f_code is not passes.__code__:
            return None
        seen.append((frame.f_lineno, event))
        return tracer

    sys.settrace(tracer)
    passes()
    sys.settrace(None)
    return seen


sys.addaudithook(hook)
gc.callbacks.append(collected)
gc.set_threshold(3, 2, 2)
for turn in range(8):
    print(turn, events(), [between(k) for k in range(3)])
gc.callbacks.clear()
gc.set_threshold(700, 10, 10)
print(sorted(frames))


def profiled(n):
    """Generators are reported while a profiler runs: our own code must not be profiled then."""
    counts = {}

    def profiler(frame, event, argument):
        if frame.f_code.co_filename == __file__:
            key = (frame.f_code.co_name, event)
            counts[key] = counts.get(key, 0) + 1

    def values(k):
        for i in range(k):
            yield i + len(str(i))

    sys.setprofile(profiler)
    total = sum(sum(values(3)) for _ in range(n))
    for value in values(4):
        total += value
    sys.setprofile(None)
    return total, sorted(counts.items())


for n in range(5):
    print(profiled(n))
