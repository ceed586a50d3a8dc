"""Tracebacks keep frames and their locals alive; line numbers of every frame; exc_info in callees; warnings and logging name their callers."""

import logging
import sys
import warnings

from _show import Change


class Token:
    pass


def deepest(x):
    local = [x]
    return local[5]


def middle(x):
    note = "in the middle"
    total = 0
    for i in range(3):
        total += i
        if i == 2:
            deepest(x)
    return total, note


def walk(tb):
    out = []
    while tb:
        frame = tb.tb_frame
        out.append((frame.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno, tb.tb_lasti, sorted(frame.f_locals)))
        tb = tb.tb_next
    return out


def catcher(x):
    try:
        middle(x)
    except IndexError as e:
        return e


def alive(x):
    token = Token()
    error = catcher(token)
    with Change("dropping the traceback", token):
        error.__traceback__ = None
    return error.args


def info_in_callee(x):
    try:
        middle(x)
    except IndexError:
        return callee_looks()


def callee_looks():
    kind, value, tb = sys.exc_info()
    return kind.__name__, len(walk(tb))


def reraised(x):
    try:
        try:
            middle(x)
        except IndexError as e:
            e.add_note("a note")
            raise
    except IndexError as e:
        return walk(e.__traceback__), e.__notes__


def warns(n):
    for i in range(n):
        warnings.warn(f"careful {i}", stacklevel=2)


def calls_warns(n):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warns(n)
    return [(w.lineno, str(w.message)) for w in caught]


def logs(n):
    records = []
    logger = logging.Logger("test")
    handler = logging.Handler()
    handler.emit = records.append
    logger.addHandler(handler)
    for i in range(n):
        logger.warning("message %s", i)
    return [(r.funcName, r.lineno, r.getMessage()) for r in records]


for i in range(25):
    error = catcher(i)
    result = [walk(error.__traceback__), info_in_callee(i), reraised(i), calls_warns(2), logs(2)]
    if i in (0, 1, 24):
        print(*result, sep="\n")
        alive(i)
    del error
