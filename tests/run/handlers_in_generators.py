"""Generators that yield inside try, except and finally; exceptions thrown in, closing, what is handled on both sides of a yield."""

import sys


def now():
    return type(sys.exc_info()[1]).__name__


def careful(items):
    """Yields in a handler: what is handled there comes back with the resume."""
    total = 0
    for item in items:
        try:
            total += int(item)
            yield total
        except ValueError as error:
            got = yield f"bad {item} {now()}"
            total += got or 0
            yield f"{now()} {error}"
        finally:
            total += 1
            yield f"finally {now()}"
    return total


def driven(n):
    out = []
    for i in range(n):
        generator = careful(["1", "x", str(i), "y"])
        while True:
            try:
                raise KeyError(i)
            except KeyError:
                try:
                    out.append((next(generator), now()))
                except StopIteration as stop:
                    out.append(stop.value)
                    break
    return out[-16:]


def sent(n):
    out = []
    for i in range(n):
        generator = careful(["x", "2"])
        next(generator)
        out.append(generator.send(5))
        out += list(generator)
    return out[-6:]


def thrown(n):
    out = []
    for i in range(n):
        generator = careful(["1", "2", "3"])
        next(generator)
        try:
            out.append(generator.throw(ValueError("from outside") if i % 2 else OSError("not caught")))
            out += list(generator)
        except OSError as error:
            out.append(repr(error))
        generator.close()
    return out[-12:]


def closing(log):
    try:
        while True:
            try:
                yield 1
            finally:
                log.append(f"inner {now()}")
    except GeneratorExit:
        log.append("exit")
        raise
    finally:
        log.append(f"outer {now()}")


def closed(n):
    log = []
    for i in range(n):
        generator = closing(log)
        for value in generator:
            if len(log) % 3 == i % 3:
                break
            break
        generator.close()
    return len(log), log[-4:]


def inner(i):
    try:
        yield i
        if i % 3 == 0:
            raise LookupError(i)
        yield -i
    finally:
        i += 100
    return i


def outer(n):
    for i in range(n):
        try:
            got = yield from inner(i)
            yield ("returned", got)
        except LookupError as error:
            yield ("caught", error.args, len(names(error)))


def names(error):
    found, tb = [], error.__traceback__
    while tb is not None:
        found.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    return found


def stops(n):
    """StopIteration out of a generator becomes a RuntimeError."""

    def empty(i):
        yield 1
        try:
            next(iter(()))
        except (KeyError if i % 2 else StopIteration):
            yield 2

    out = set()
    for i in range(n):
        try:
            out.add(tuple(empty(i)))
        except RuntimeError as error:
            out.add(f"{error} {error.__cause__!r}")
    return sorted(map(str, out))


def searching(tables, keys):
    """A generator with unboxed locals that live across handlers and yields."""
    hits, misses, scale = 0, 0, 1.0
    for key in keys:
        for table in tables:
            try:
                value = table[key]
            except (KeyError, IndexError, TypeError):
                misses += 1
                continue
            hits += 1
            scale *= 1.01
            yield value, hits, misses
            break
    yield hits, misses, round(scale, 5)


async def awaiting(n):
    total = 0
    for i in range(n):
        try:
            total += await step(i)
        except ArithmeticError as error:
            total += await step(1)
            assert sys.exc_info()[1] is error
        finally:
            total += await step(0 if sys.exc_info()[0] is None else 2)
    return total


class Step:
    def __init__(self, i):
        self.i = i

    def __await__(self):
        yield self.i
        if self.i % 4 == 3:
            raise OverflowError(self.i)
        return self.i


async def step(i):
    return await Step(i)


def run(coroutine):
    steps = 0
    try:
        while True:
            coroutine.send(None)
            steps += 1
    except StopIteration as stop:
        return stop.value, steps


print(driven(30))
print(sent(30))
print(thrown(30))
print(closed(30))
print(list(outer(40))[-12:])
print(stops(30))
for i in range(8):
    found = list(searching([{1: "a", 2: "b"}, ["x", "y", "z"], None], list(range(5)) * 10))
print(found[-3:], len(found))
for i in range(8):
    print(run(awaiting(30)))
print(sys.exc_info())
