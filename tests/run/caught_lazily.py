"""Handlers that ask for the class of what they catch and nothing else, and everything that may look at the exception all the same."""

import builtins
import sys
import traceback
import weakref

ROUNDS = 40
log = []


def chain(error):
    parts = []
    while error is not None:
        places = [f"{frame.name}+{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        parts.append(f"{error!r} {' '.join(places)}")
        error = error.__context__
    return " <- ".join(parts)


def handling():
    return chain(sys.exc_info()[1])


class Watched:
    """Its end looks at what is being handled."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(f"{self.name} dies, {handling()}")

    def __repr__(self):
        return self.name

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        return self is other


class Looking:
    """Its operators look."""

    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return Looking(self.n + len(handling()) + other)

    @property
    def seen(self):
        return handling()

    def __getattr__(self, name):
        log.append(f"{name}: {handling()}")
        return 1

    def __setitem__(self, key, value):
        log.append(f"set {key}: {handling()}")

    def __getitem__(self, key):
        raise IndexError(key)


class Plain(Exception):
    pass


class Special(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        log.append(f"made, handling {handling()}")


class Final(Plain):
    def __del__(self):
        log.append(f"{self!r} dies, {handling()}")


class Slotted(Plain):
    __slots__ = ("part",)


class Missing(dict):
    def __missing__(self, key):
        if key % 2:
            raise KeyError("missing", key)
        return key


def looks_in_handler(d, n):
    out = []
    for i in range(n):
        try:
            out.append(d[i])
        except KeyError:
            out.append(handling())
    return out


def looks_by_operators(d, n):
    x, out = Looking(0), []
    for i in range(n):
        try:
            out.append(d[i])
        except KeyError:
            x = x + i
            out.append(x.seen)
            x.other
            x[i] = 3
    return x.n, out


def raises_in_handler(d, n):
    out = []
    for i in range(n):
        try:
            try:
                d[i]
            except KeyError:
                if i % 2:
                    [][i]
                elif i % 3:
                    int("x" * i)
                else:
                    i.missing
        except (LookupError, ValueError, AttributeError) as error:
            out.append(chain(error))
    return out


def raises_again(d, n):
    out = []
    for i in range(n):
        try:
            try:
                d[i]
            except IndexError:
                out.append("no")
            except KeyError:
                if i % 2:
                    raise
                out.append(i)
        except KeyError as error:
            out.append((chain(error), handling()))
    return out


def not_caught_here(d, i):
    try:
        return d[i]
    except IndexError:
        return "no"
    except (ValueError, ZeroDivisionError):
        return "neither"


def drops_in_handler(d, n):
    x = None
    for i in range(n):
        try:
            x = Watched(f"x{i}")
            d[i]
        except KeyError:
            x = i
    return x


def overwrites_in_handler(d, n):
    held, items, name = {}, [None] * n, "k"
    for i in range(n):
        held[name] = Watched(f"held{i}")
        items[i] = Watched(f"item{i}")
        try:
            d[i]
        except KeyError:
            held[name] = i
            items[i] = i
    return held


def containers_in_handler(d, n):
    x = y = z = w = None
    for i in range(n):
        x, y, z = [Watched(f"list{i}")], (Watched(f"tuple{i}"), 1), {"k": Watched(f"dict{i}")}
        w = Looking(i)
        w.part = Watched(f"part{i}")
        try:
            d[i]
        except KeyError:
            x = 1
            y = 2
            z = 3
            w = 4
    return x, y, z, w


def weak_in_handler(d, n):
    dead = []
    for i in range(n):
        x = Plain(i)
        ref = weakref.ref(x, lambda ref: dead.append(handling()))
        try:
            d[i]
        except KeyError:
            x = None
        dead.append(ref())
    return dead


def keys_die(n):
    d = {}
    for i in range(n):
        try:
            d[Watched(f"key{i}")]
        except KeyError:
            log.append("in the handler")
            log.append(handling())
        log.append("behind")


def keys_die_quietly(n):
    d, t = {}, 0
    for i in range(n):
        try:
            d[Watched(f"key{i}")]
        except KeyError:
            t += 1
        t += len(log) % 3
    return t


def counts_references(n):
    d, out = {}, []
    for i in range(n):
        key = ("a", i)
        try:
            d[key]
        except KeyError:
            out.append(sys.getrefcount(key))
            out.append(sys.getrefcount(sys.exc_info()[1]))
        out.append(sys.getrefcount(key))
    return out


READY = Plain("ready")


def one_for_all(n):
    out = []
    for i in range(n):
        try:
            raise READY
        except Plain:
            t = i
        out.append((t, len(traceback.extract_tb(READY.__traceback__))))
    READY.__traceback__ = None
    return out


def keeps_it(errors, n):
    for i in range(n):
        error = ValueError(i)
        errors.append(error)
        try:
            raise error
        except ValueError:
            i += 1
    return [(len(traceback.extract_tb(e.__traceback__)), e.__context__) for e in errors]


def own_classes(n):
    out, t = [], 0
    for i in range(n):
        try:
            if i % 4 == 0:
                raise Special(i)
            if i % 4 == 1:
                raise Final(i)
            if i % 4 == 2:
                raise Slotted
            raise Plain(Watched(f"argument{i}"))
        except Plain:
            t += 1
        out.append(len(log))
    return out, t


def raised_below(i):
    local = Watched(f"local{i}") if i % 5 == 0 else i
    if i % 3:
        raise ValueError(i)
    return {}[local]


def calls(n):
    t = 0
    for i in range(n):
        try:
            t += raised_below(i)
        except ValueError:
            t += 1
        except KeyError:
            t += 2
        t += len(log) % 2
    return t


def leaves(i, k):
    for j in range(5):
        try:
            [][i]
        except IndexError:
            if k == 0:
                return j
            if k == 1:
                break
            if k == 2:
                continue
            if k == 3:
                raise ValueError(j) from None
            for m in range(3):
                i += m
    return i, j


def yields(n):
    for i in range(n):
        try:
            {}[i]
        except KeyError:
            yield i
            yield handling()
        yield handling()


def nested_handlers(n):
    out = []
    for i in range(n):
        try:
            {}[i]
        except KeyError:
            t = i
            try:
                [][t]
            except IndexError:
                t += 1
                if i % 3 == 0:
                    out.append(handling())
            t += 1
            if i % 2:
                out.append(handling())
        out.append((t, handling()))
    return out


def in_handler_of_caller(n):
    try:
        raise TypeError(n)
    except TypeError:
        return looks_in_handler({}, n), nested_handlers(n), overwrites_in_handler({}, 2)


def tuples_of_classes(classes, n):
    out = []
    for i in range(n):
        try:
            try:
                {}[i]
            except (IndexError, classes):
                out.append(i)
        except (KeyError, TypeError) as error:
            out.append(chain(error))
    return out


def variable_class(wanted, n):
    out = []
    for i in range(n):
        try:
            try:
                {}[i]
            except wanted:
                out.append(i)
        except (KeyError, TypeError) as error:
            out.append(chain(error))
    return out


def everything(n):
    t = 0
    for i in range(n):
        try:
            t += [1, 2][i]
        except:
            t += 10
        finally:
            t += 100
    return t


def missing(n):
    t, d = 0, Missing()
    for i in range(n):
        try:
            t += d[i]
        except KeyError:
            t += 1000
    return t


def next_of(items):
    t, it = 0, iter(items)
    while True:
        try:
            t += next(it)
        except StopIteration:
            break
    return t


def deep(n):
    try:
        return deep(n + 1)
    except RecursionError:
        try:
            {}[n]
        except KeyError:
            return "key"
        except RecursionError:
            return "recursion"


def global_key_error(n):
    t = []
    for i in range(n):
        try:
            try:
                {}[i]
            except KeyError:
                t.append(i)
        except LookupError as error:
            t.append(repr(error))
        if i == n // 2:
            builtins.KeyError = IndexError
    builtins.KeyError = type(kept)
    return t


def traced(n):
    events, out = [], []

    def local(frame, event, argument):
        events.append((event, frame.f_lineno - frame.f_code.co_firstlineno, argument and argument[0].__name__ if event == "exception" else None))
        return local

    def switch(on):
        frame = sys._getframe(1)
        frame.f_trace = local if on else None
        sys.settrace(local if on else None)

    for i in range(n):
        try:
            if i == n - 2:
                switch(True)
            {}[i]
        except KeyError:
            out.append(i)
    switch(False)
    return out, events[:60]


def traced_in_handler(n):
    events = []

    def local(frame, event, argument):
        events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return local

    class Tracing:
        def __add__(self, other):
            frame = sys._getframe(1)
            frame.f_trace = local
            sys.settrace(local)
            return self

    t, x = 0, None
    for i in range(n):
        try:
            {}[i]
        except KeyError:
            x = Tracing() if i == n - 2 else 1
            x = x + 1
            t += 1
    sys.settrace(None)
    return t, events


def lines(n):
    out = []
    for i in range(n):
        try:
            t = i
            t += {}.get(i, 1)
            t += [
                1,
                2,
            ][i + 2]
        except IndexError:
            out.append(sys.exc_info()[2].tb_lineno - sys._getframe().f_code.co_firstlineno)
            out.append(sys._getframe().f_lineno - sys._getframe().f_code.co_firstlineno)
    return out


class LongName0123456789012345678901234567890123456789012345678901234567890:
    __slots__ = ("a",)


class Varied:
    def __init__(self, i):
        if i % 3 == 0:
            self.maybe = i

    @property
    def sometimes(self):
        if self.__dict__:
            return 1
        raise AttributeError("of the property")


class Asked:
    def __getattr__(self, name):
        if name == "given":
            return 3
        raise AttributeError(name, handling())


def missing_attributes(objects, n):
    t, out = 0, []
    for i in range(n):
        for x in objects:
            try:
                t += x.maybe
            except AttributeError:
                t += 1
            try:
                x.sometimes
            except AttributeError:
                error = sys.exc_info()[1]
                out.append((chain(error), error.name, type(error.obj).__name__))
            try:
                x.a
            except KeyError:
                t += 7
            except (IndexError, AttributeError):
                x = t
            try:
                getattr(x, "other")
            except AttributeError:
                try:
                    x.more
                except AttributeError:
                    out.append(chain(sys.exc_info()[1]))
    return t, out


def sets_what_was_missing(n):
    out = []
    for i in range(n):
        x = Varied(1)
        try:
            x.later
        except AttributeError:
            x.later = i
            out.append(handling())
        out.append(x.later)
    return out


def attribute_out(x):
    try:
        return x.nothing
    except KeyError:
        return "no"


def owner_dies(n):
    t = 0
    for i in range(n):
        try:
            t += Watched(f"owner{i}").nothing
        except AttributeError:
            t += 1
        t += len(log) % 2
        try:
            t += Watched(f"owner{i}").nothing
        except AttributeError:
            log.append("in the handler")
    return t


def numbers(texts, n):
    t, out = 0, []
    for i in range(n):
        for text in texts:
            try:
                t += int(text)
            except ValueError:
                t += 1
            try:
                t += int(text)
            except ValueError:
                out.append(handling()[:80])
            try:
                t += float(text)
            except ValueError:
                t += 1
            try:
                t += float(text)
            except ValueError:
                out.append(handling()[:80])
    return t, out


def number_out(text):
    try:
        return float(text), int(text)
    except KeyError:
        return "no"


def show(function, *args):
    for i in range(ROUNDS):
        try:
            outcome = repr(function(*args))
        except Exception as error:
            outcome = f"raised {chain(error)}"
        outcome += " | " + "; ".join(log)
        log.clear()
        if i in (0, 1, 2, 5, 20, ROUNDS - 1):
            print(function.__name__, i, outcome)


kept = KeyError()
half = {i: i for i in range(3)}
for one in (looks_in_handler, looks_by_operators, raises_in_handler, raises_again, drops_in_handler, overwrites_in_handler, containers_in_handler, weak_in_handler):
    show(one, half, 7)
for i in range(5):
    show(not_caught_here, half, i)
for one in (
    keys_die, keys_die_quietly, counts_references, one_for_all, own_classes, calls, nested_handlers, in_handler_of_caller, everything, missing, lines,
):
    show(one, 9)
show(keeps_it, [], 3)
for k in range(5):
    show(leaves, 3, k)
show(lambda n: list(yields(n)), 5)
show(tuples_of_classes, KeyError, 3)
show(tuples_of_classes, ValueError, 3)
show(tuples_of_classes, 3, 3)
show(variable_class, LookupError, 3)
show(variable_class, (ValueError, OSError), 3)
show(variable_class, (ValueError, 4), 3)
show(variable_class, None, 3)
show(next_of, [1, 2, 3])
show(missing_attributes, [Varied(0), Varied(1), 3, LongName0123456789012345678901234567890123456789012345678901234567890(), Asked(), Varied, sys], 2)
show(sets_what_was_missing, 4)
show(attribute_out, Varied(1))
show(attribute_out, LongName0123456789012345678901234567890123456789012345678901234567890())
show(owner_dies, 4)
show(numbers, ["12", "x", "", " 7 ", "+5", "-5", "1_0", "1__0", "_1", "\u0661\u0662", "\xb2", "9" * 30, "x" * 700, "9" * 5000, "9" * 5000 + "x", "1.5", "1 2", "1e5", "-Infinity", "NaN", "nap", "inf ", "0x1", "1_0.5", "1__0.5", "/", "x\0", "1\0"], 2)
for text in ("x", "3", "", "0" * 20, "007", "\u0661", "1e5"):
    show(number_out, text)
limit = sys.getrecursionlimit()
sys.setrecursionlimit(120)
show(deep, 0)
sys.setrecursionlimit(limit)
show(traced, 8)
show(traced_in_handler, 8)
show(global_key_error, 6)
