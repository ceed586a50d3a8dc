"""Generators in trouble: throw, close, GeneratorExit ignored, return in finally, abandoned, in cycles, closed by death."""

import gc

from _show import attempt, drive

log = []


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def guarded(n):
    try:
        for i in range(n):
            yield i
    except ValueError as e:
        log.append(str(e))
        yield "recovered"
    finally:
        log.append("finally")


def returns_in_finally():
    try:
        yield 1
    finally:
        return "returned"  # noqa: B012


def throw_into(n):
    log.clear()
    g = guarded(n)
    out = [next(g)]
    out.append(g.throw(ValueError("thrown")))
    out.append(list(g))
    return out, list(log)


def throw_unstarted(n):
    return guarded(n).throw(KeyError("early"))


def close_twice(n):
    log.clear()
    g = guarded(n)
    next(g)
    g.close()
    g.close()
    return list(log), next(g, "over")


def ignore_exit(n):
    g = stubborn()
    next(g)
    g.close()


def abandon(n):
    log.clear()
    for i in guarded(n):
        if i == 1:
            break
    after = list(log)
    del i
    return after, list(log)


def in_cycle(n):
    log.clear()
    box = []

    def g():
        box.append(1)
        try:
            yield self
        finally:
            log.append("collected")

    self = g()
    next(self)
    del self
    gc.collect()
    return list(log), box


def stop_value(n):
    g = returns_in_finally()
    next(g)
    try:
        g.throw(KeyError)
    except StopIteration as stop:
        return stop.value


def send_unstarted(n):
    return guarded(n).send(5)


def yield_from_throw(n):
    def outer():
        try:
            yield from guarded(n)
        except KeyError as e:
            yield ("outer", str(e))

    g = outer()
    next(g)
    return g.throw(ValueError("v")), attempt(g.throw, KeyError("k")).splitlines()[-1]


def state(n):
    g = guarded(n)
    before = g.gi_frame.f_lineno - g.gi_code.co_firstlineno, g.gi_running
    next(g)
    after = g.gi_frame.f_lineno - g.gi_code.co_firstlineno, sorted(g.gi_frame.f_locals.items())
    g.close()
    return before, after, g.gi_frame


for function in (throw_into, throw_unstarted, close_twice, ignore_exit, abandon, in_cycle, stop_value, send_unstarted, yield_from_throw, state):
    drive(function, (3,), (5,), times=10, late=3)
