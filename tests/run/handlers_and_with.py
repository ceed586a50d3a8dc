"""with in hot loops: managers that swallow, raise, return, look at what is handled; nested ones; locals seen by __exit__."""

import contextlib
import sys
import traceback


class Manager:
    def __init__(self, log, swallows=False, fails=""):
        self.log, self.swallows, self.fails = log, swallows, fails

    def __enter__(self):
        if self.fails == "enter":
            raise KeyError("enter")
        return self.log

    def __exit__(self, kind, value, tb):
        handled = sys.exc_info()
        self.log.append((kind and kind.__name__, str(value), handled[1] is value, tb and tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        if self.fails == "exit":
            raise IndexError("exit")
        return self.swallows


class Looker:
    """Looks at the locals of the frame that leaves."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        frame = sys._getframe(1)
        self.seen = {name: value for name, value in frame.f_locals.items() if isinstance(value, (int, float))}, frame.f_lineno - frame.f_code.co_firstlineno
        return exc[0] is ValueError


class Lock:
    depth = 0

    def __enter__(self):
        self.depth += 1

    def __exit__(self, *exc):
        self.depth -= 1


def plain(n):
    lock, total, scale = Lock(), 0, 1.0
    for i in range(n):
        with lock:
            total += i * lock.depth
            scale *= 1.001
    return total, round(scale, 6), lock.depth


def swallowing(n):
    log, total = [], 0
    for i in range(n):
        with Manager(log, i % 3 == 0):
            total += i
            if i % 3 == 0:
                raise ValueError(i)
            total += 1000
        total -= 1
    return total, log[-3:]


def failing(n):
    log, out = [], []
    for i in range(n):
        try:
            with Manager(log, i % 2 == 1, ("", "enter", "exit")[i % 3]) as inner:
                inner.append(i)
                if i % 4 == 0:
                    raise OSError(i)
        except (KeyError, IndexError, OSError) as error:
            out.append(f"{error!r} {error.__context__!r} {[f.lineno - failing.__code__.co_firstlineno for f in traceback.extract_tb(error.__traceback__)]}")
    return out[-8:], log[-4:]


def looking(n):
    looker, total, x = Looker(), 10**10, 0.5
    for i in range(n):
        total += i
        x += 0.25
        with looker:
            x *= 0.5
            if i % 2:
                total -= 1
                raise ValueError
        if i % 10 == 9:
            print(looker.seen)
    return total, x


def returning(i, log):
    with Manager(log):
        for k in range(3):
            with Manager(log, True):
                if k == i % 3:
                    return k
                if i % 5 == 4:
                    raise KeyError(k)
    return "end"


def leaving(n):
    log = []
    for i in range(n):
        with Manager(log):
            if i % 3 == 1:
                continue
            if i == n - 1:
                break
        log.append(i)
    return log[-4:], len(log)


def nested(n):
    log = []
    count = 0
    for i in range(n):
        try:
            with Manager(log, i % 7 == 0) as a, Manager(log, i % 5 == 0) as b:
                assert a is b
                [][i]
            count += 1
        except IndexError as error:
            count += len(traceback.extract_tb(error.__traceback__)) * 1000
    return count, log[-4:]


@contextlib.contextmanager
def managed(log, i):
    log.append("in")
    try:
        yield i * 2
    except ValueError as error:
        log.append(repr(error))
        if i % 2:
            raise RuntimeError("other") from error
    finally:
        log.append("out")


def by_generator(n):
    log, out = [], []
    for i in range(n):
        try:
            with managed(log, i) as value:
                if i % 3 == 0:
                    raise ValueError(value)
                if i % 3 == 1:
                    {}[value]
        except (KeyError, RuntimeError) as error:
            out.append(f"{error!r} {error.__cause__!r}")
    return out[-4:], log[-4:]


def suppressed(n):
    found = 0
    table = {i: i for i in range(0, n, 2)}
    for i in range(n):
        with contextlib.suppress(KeyError):
            found += table[i]
            found += 1
    return found


def no_manager(n):
    texts = set()
    for i in range(n):
        try:
            with (5, None, "x")[i % 3]:
                pass
        except TypeError as error:
            texts.add(str(error))
        try:
            with Half():
                pass
        except TypeError as error:
            texts.add(str(error))
    return sorted(texts)


class Half:
    def __enter__(self):
        return self


for round_ in range(2):
    print(plain(200))
    print(swallowing(60))
    print(failing(48))
    print(looking(60))
    log = []
    print([returning(i, log) for i in range(30)][-6:], log[-3:])
    print(leaving(50))
    print(nested(70))
    print(by_generator(36))
    print(suppressed(90))
    print(no_manager(20))
print(sys.exc_info())
