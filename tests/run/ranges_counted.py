"""Loops over ranges whose iterators are numbers: bounds and steps of all kinds, ways out at each place, iterators that others hold, and what is far from 0."""

import sys

from _show import drive


def sums(n):
    total = 0
    for i in range(n):
        for j in range(i, n, 3):
            total += j
        for j in range(n, i, -2):
            if j == 7:
                continue
            total ^= j
        for j in range(5, 5):
            total += 1000
    return total


def last_values(n):
    i = j = k = "none"
    for i in range(n):
        pass
    for j in range(n, -n, -3):
        if j < 0:
            break
    else:
        j = "exhausted"
    for k in range(-n, n, 4):
        k += 1
    return i, j, k


def raised(n):
    seen = []
    for i in range(n):
        try:
            for j in range(i, n):
                if j == 4:
                    raise ValueError(i, j)
                seen.append(j)
        except ValueError as e:
            seen.append(e.args)
        finally:
            seen.append(i)
    return seen


def uncaught(n):
    for i in range(n):
        for j in range(2, n):
            [10, 20, 30][i + j]


def held(n):
    iterator = iter(range(n))
    out = []
    for i in iterator:
        out.append(i)
        if i % 3 == 0:
            out.append(next(iterator, None))
    return out, list(iterator), iterator.__reduce__()[2:]


def two_loops(n):
    iterator = iter(range(n))
    out = []
    for i in iterator:
        for j in iterator:
            out.append((i, j))
            if j % 4 == 3:
                break
    return out


def stepped(n):
    numbers = range(n, 0, -1)
    out = 0
    for _ in range(2):
        for i in numbers:
            out = out * 3 + i
        for i in numbers[::2]:
            out ^= i
    return out


def comprehended(n):
    return [[i * j for i in range(j)] for j in range(n)], sum(i for i in range(n, 0, -1)), {i: i for i in range(2, n, 2)}, any(i == 5 for i in range(n))


def yielding(n):
    for i in range(n):
        for j in range(i):
            yield i, j


def handed_on(n):
    out = []
    for i in range(n):
        out += zip(range(i), iter(range(i, n)))
        out.append(len(range(i)))
    return out


def calls(n):
    def inner(i):
        if i == 3:
            raise KeyError(i)
        return i

    out = []
    for i in range(n):
        try:
            for j in range(i):
                out.append(inner(j))
        except KeyError:
            out.append("key")
    return out


def lines(n):
    """Where it is when it raises."""
    try:
        uncaught(n)
    except IndexError as e:
        trace, found = e.__traceback__, []
        while trace is not None:
            found.append((trace.tb_frame.f_code.co_name, trace.tb_lineno - trace.tb_frame.f_code.co_firstlineno, sorted(trace.tb_frame.f_locals.items())))
            trace = trace.tb_next
        return found[1:]
    return None


def far(start, stop, scale, most):
    """The bounds are numbers in registers when the ranges are made."""
    low, high = start * scale + 1, stop * scale - 1
    out = []
    for i in range(low, high):
        out.append(i)
        if len(out) >= most:
            break
    for i in range(low, high, 1 << 58):
        out.append(i)
        if len(out) >= 3 * most:
            break
    for i in range(high, low, -(1 << 58)):
        out.append(i)
        if len(out) >= 5 * most:
            break
    return out


def counted(n):
    """A loop holds none of its bounds."""
    stop = n + 100_000
    before, within = sys.getrefcount(stop), 0
    for _ in range(stop - n, stop):
        within = sys.getrefcount(stop) - before
        for _ in range(3):
            pass
    return within, sys.getrefcount(stop) - before


def any_step(n, step):
    out = []
    for i in range(n):
        for j in range(i, n, step):
            out.append(j)
            if j == 7:
                break
        for j in range(-n, n, step * step):
            out.append(j)
        numbers = range(n, i, -step)
        for j in numbers:
            for k in numbers:
                out.append(j + k)
                if k == j:
                    break
    return out


def far_steps(start, stop, step, scale):
    out = []
    for i in range(start * scale, stop * scale, step * scale):
        out.append(i)
        if len(out) > 9:
            break
    for i in iter(range(start * scale, stop * scale, step * scale)):
        for j in range(3):
            out.append(i + j)
        if len(out) > 40:
            break
    return out


def while_around(n):
    out, k = [], 0
    while k < 3:
        for i in range(n):
            k += i == n - 1
            if i == 2:
                out.append(i)
                break
        else:
            out.append("none")
        k += 1
    return out


def deleted(n):
    out = []
    for i in range(n):
        del i
        for i in range(2):
            out.append(i)
    return out


NEAR = [(-3, 4, 1), (0, 9, 1), (-(2**30), 2**30, 2**30), (-(2**31), 2**31, 2**31), (2**31, 2**32 - 1, 2**31), (-(2**32), 2**32 - 1, 2**31), (1, 2**32, 2**31)]
FAR = [(-(2**61), 2**61, 1), (2**62, 2**63 - 1, 1), (-(2**63), 2**63 - 1, 1), (-(2**62) - 5, 2**62 + 5, 1), (2**63 - 5, 2**63 + 5, 1)]

for function in (sums, last_values, raised, held, two_loops, stepped, comprehended, handed_on, calls, lines, counted, while_around, deleted):
    drive(function, (9,), (0,), (1,), (2,), (3,), (12,), (True,), orders=2)
drive(any_step, *[(n, step) for n in (9, 0, 3, 12) for step in (1, 2, 7, -1, -2, 0, True, 2**70)], orders=6)
drive(far_steps, *[(start, stop, step, scale) for start, stop in ((0, 3), (-2, 1), (-2, 2)) for step in (1, 2, -1) for scale in (1, 2**29, 2**59, 2**61, 2**62)], orders=9)
drive(lambda n: list(yielding(n)), (5,), (0,), (1,), (6,))
drive(far, *[(*ends, most) for ends in NEAR + FAR for most in (3, 9)], orders=9)
