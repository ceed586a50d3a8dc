"""Opcode events (f_trace_opcodes) that are switched on deep in a recursion of hot functions: each bytecode of each frame comes once."""

import sys

events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name not in ("down", "loops"):
        return None
    frame.f_trace_opcodes = True
    events.append((event, frame.f_lasti, (frame.f_lineno or 0) - frame.f_code.co_firstlineno, frame.f_locals.get("n")))
    return tracer


def switch(outer):
    sys.settrace(tracer)
    frame = sys._getframe(1)
    while outer and frame is not None:
        if frame.f_code.co_name in ("down", "loops"):
            frame.f_trace = tracer
            frame.f_trace_opcodes = True
        frame = frame.f_back


def down(n, at, outer):
    k = n + 1
    if n == at:
        switch(outer)
    if n == 0:
        return k
    r = down(n - 1, at, outer)
    return r + k


def loops(n, at, outer):
    total = 0
    for i in range(2):
        total += i
        if n == at and i == 0:
            switch(outer)
        if n:
            total += loops(n - 1, at, outer)
    return total


for function in (down, loops):
    for _ in range(6):
        function(4, -1, False)
    for outer in (False, True):
        for at in (0, 1, 2, 3):
            result = function(3, at, outer)
            sys.settrace(None)
            print(function.__name__, outer, at, result, len(events))
            for event in events[:120]:
                print("  ", *event)
            events.clear()
            print(function(3, -1, False))
