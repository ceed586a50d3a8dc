"""Generators driven by hot code, and generators that are hot themselves: send, throw, close, yield from, early exit, exceptions."""

from _show import attempt, drive


def numbers(n, step):
    i = 0
    while i < n:
        yield i * step
        i += 1


def total(n, step):
    t = 0
    for x in numbers(n, step):
        t += x
    return t


def early(n, step):
    for x in numbers(n, step):
        if x > 5:
            break
    else:
        return "exhausted"
    return x


def cleanup(log):
    try:
        for i in range(10):
            yield i
    finally:
        log.append("closed")


def leave(n):
    log = []
    for x in cleanup(log):
        if x == n:
            break
    log.append("left")
    return log


def echo():
    got = None
    while True:
        try:
            got = yield got
        except ValueError as e:
            got = f"caught {e}"


def talk(n):
    g = echo()
    next(g)
    out = [g.send(i) for i in range(n)]
    out.append(g.throw(ValueError("thrown")))
    g.close()
    return out


def delegating(n):
    got = yield from numbers(n, 2)
    yield ("got", got)
    return (yield from returning(n))


def returning(n):
    yield n
    return n + 1


def drain(n):
    g = delegating(n)
    out = []
    while True:
        try:
            out.append(next(g))
        except StopIteration as stop:
            return out, stop.value


def failing(n):
    for i in range(n):
        yield 10 // (3 - i)


def consume_failing(n):
    return list(failing(n))


def expressions(n):
    return (sum(x * x for x in range(n)), [y for y in (z + 1 for z in range(n)) if y % 2], any(x > 3 for x in range(n)))


def interleaved(n):
    a, b = numbers(n, 1), numbers(n, 1.5)
    out = []
    for x in a:
        out.append(x + next(b))
    return out


def primes(n):
    def sieve(source, p):
        for x in source:
            if x % p:
                yield x

    source = iter(range(2, n))
    out = []
    for _ in range(6):
        p = next(source)
        out.append(p)
        source = sieve(source, p)
    return out


def already_running():
    def g():
        yield next(self)

    self = g()
    return next(self)


drive(total, (10, 1), (10, 2.5), (10, 2**62), (0, 1), (3, "ab"), (3, None), orders=2)
drive(early, (10, 2), (3, 1), (0, 1), (10, 2.5))
drive(leave, (3,), (20,), (0,))
drive(talk, (4,), (0,))
drive(drain, (3,), (0,))
drive(consume_failing, (3,), (4,), (6,))
drive(expressions, (10,), (0,))
drive(interleaved, (5,))
drive(primes, (60,))
print(attempt(already_running))
