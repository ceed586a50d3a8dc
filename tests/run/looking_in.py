"""Callees that look at their callers' frames: locals, line numbers, last instruction, code names, back chains, locals() in loops."""

import inspect
import sys
import traceback


def caller_locals():
    frame = sys._getframe(1)
    return dict(frame.f_locals), frame.f_lineno - frame.f_code.co_firstlineno


def caller_chain():
    frame = sys._getframe(1)
    names = []
    while frame:
        names.append((frame.f_code.co_name, frame.f_lineno, frame.f_lasti))
        frame = frame.f_back
    return names


def looked_at(n, x):
    total = 0
    seen = None
    for i in range(n):
        total += i * x
        if i == n - 1:
            seen = caller_locals()
        half = total / 2
    return seen, half


def chain(n):
    for i in range(n):
        k = i * 2
        found = middle(k)
    return found


def middle(k):
    k = k + 1
    return caller_chain()


def locals_in_loop(n):
    out = []
    for i in range(n):
        y = i * 1.5
        if i >= 2:
            z = i
        out.append(sorted(locals().items(), key=str)[-2:])
    return out[-1]


def with_cell(n):
    captured = n

    def inner():
        return captured

    for i in range(n):
        captured += i
        seen = caller_locals()
    return sorted((k, str(type(v))) for k, v in seen[0].items()), seen[0]["captured"], inner()


def stack_text(n):
    text = None
    for i in range(n):
        text = "".join(traceback.format_stack(sys._getframe(0), limit=2))
    return text


def inspected(n):
    for i in range(n):
        info = inspect.currentframe()
        arguments = inspect.getargvalues(info)
    return arguments.args, sorted(arguments.locals, key=str)[:3], info.f_lineno


def keep_frame(n):
    total = 0
    for i in range(n):
        total += i
        frame = sys._getframe()
    return frame


def keep_boxed(x):
    if sys is None:
        return x
    frame = sys._getframe()
    if x:
        return frame
    return frame


def keep_from_callee(n):
    total = 0
    for i in range(n):
        total += i
        frame = give_caller()
    total = "end"
    return frame


def give_caller():
    return sys._getframe(1)


def dead_local(n):
    a = n
    del a
    return caller_locals()


def values_at_call(n):
    out = []
    a, b = 0, 1.0
    for i in range(n):
        a += 2**61
        b *= -3.5
        out.append(caller_locals()[0]["a"] == a and caller_locals()[0]["b"] == b)
    return all(out), a, b


for i in range(40):
    result = [looked_at(5, 3), looked_at(4, 2.5), chain(4), locals_in_loop(5), with_cell(4), stack_text(3), inspected(3)]
    result += [dead_local(i), values_at_call(8)]
    frame = keep_frame(5)
    other = keep_from_callee(5)
    boxed = keep_boxed(["", "x"][i % 2])
    result += [boxed.f_lineno, boxed.f_lasti]
    result += [frame.f_lineno, sorted(frame.f_locals.items(), key=str)[:2], frame.f_back, frame.f_lasti]
    result += [other.f_lineno, {k: v for k, v in other.f_locals.items() if k != "frame"}, other.f_back]
    other.clear()
    result.append(other.f_locals)
    if i in (0, 1, 2, 20, 39):
        print(i, *result, sep="\n  ")
print(looked_at(3, 2**62))
