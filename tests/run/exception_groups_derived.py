"""except* with groups of the program's own, notes, causes, tracebacks, and errors on the way."""

import gc
import sys
import traceback
import weakref


class Own(ExceptionGroup):
    def __new__(cls, message, items, code=0):
        made = super().__new__(cls, message, items)
        made.code = code
        return made

    def derive(self, items):
        return Own(self.message + "'", items, self.code + 1)


class Plain(ExceptionGroup):
    pass


class Bad(ExceptionGroup):
    def derive(self, items):
        return 5 if len(items) % 2 else 1 // 0


class Splits(ExceptionGroup):
    def split(self, wanted):
        if wanted is KeyError:
            raise LookupError("split")
        return super().split(wanted)


class Silent(BaseException):
    pass


def tree(error, depth=0):
    lines = [f"{'  ' * depth}{type(error).__name__} {getattr(error, 'message', error)!r} code={getattr(error, 'code', None)}"
             f" notes={getattr(error, '__notes__', None)} cause={error.__cause__!r} context={type(error.__context__).__name__}"
             f" suppress={error.__suppress_context__} lines={[entry[1] - traces.__code__.co_firstlineno for entry in traceback.walk_tb(error.__traceback__)]}"]
    for inner in getattr(error, "exceptions", ()):
        lines += tree(inner, depth + 1)
    return lines


def traces(i):
    """The line numbers shown are those behind this function's first."""
    def noted(error, *notes):
        for note in notes:
            error.add_note(note)
        return error

    group = (Own, ExceptionGroup, Plain, BaseExceptionGroup)[i % 4]
    inner = noted(ExceptionGroup("inner", [ValueError(i), noted(KeyError(i), "key")]), "first", "second")
    other = BaseExceptionGroup("other", [Silent(i)]) if group is BaseExceptionGroup else ExceptionGroup("other", [OSError(i)])
    return noted(group("outer", [TypeError(i), inner, other]), "top")


def once(i):
    caught = []
    try:
        try:
            try:
                raise traces(i) from ArithmeticError(i)
            except* ValueError as group:
                caught.append(("value", tree(group), sys.exc_info()[1] is group))
                if i & 4:
                    raise
            except* (KeyError, OSError) as group:
                caught.append(("key", tree(group), sys.exc_info()[1] is group))
                if i & 8:
                    raise IndexError(i)
                if i & 16:
                    raise group from None
                if i & 32:
                    raise group
            except* Silent:
                caught.append(("silent", sys.exc_info()[1].message))
        finally:
            caught.append(("finally", sys.exc_info()[0] and sys.exc_info()[0].__name__))
    except BaseException as error:
        caught.append(("out", tree(error)))
    caught.append(sys.exc_info())
    return caught


def naked(i):
    caught = []
    try:
        try:
            error = (ValueError, KeyError, Silent, OSError)[i % 4](i)
            error.add_note("naked")
            raise error
        except* (ValueError, Silent) as group:
            if i & 4:
                raise
            if i & 8:
                raise group.exceptions[0]
            if i & 16:
                raise TypeError(i)
            caught += tree(group)
        except* KeyError:
            pass
    except BaseException as error:
        caught += tree(error)
    return caught


def fails(i):
    try:
        try:
            raise (Bad, Splits)[i % 2]("bad", [ValueError(i), KeyError(i)] + [OSError(i)] * (i % 3))
        except* ValueError:
            if i & 4:
                raise
        except* KeyError:
            if i & 8:
                raise
    except BaseException as error:
        return type(error).__name__, error.args, type(error.__context__).__name__, len(list(traceback.walk_tb(error.__traceback__)))
    return None


def not_caught(i):
    wanted = (5, (ValueError, 5), (ValueError, ExceptionGroup), Own, int, ("x",), ())[i % 7]
    try:
        try:
            raise ExceptionGroup("g", [ValueError(i)])
        except* wanted:
            pass
    except BaseException as error:
        return type(error).__name__, str(error), type(error.__context__).__name__
    return "caught"


def deep(n):
    error = ValueError(n)
    for _ in range(n):
        error = ExceptionGroup("deep", [error, KeyError(0)])
    try:
        try:
            raise error
        except* KeyError:
            raise
    except ExceptionGroup as group:
        depth = 0
        while isinstance(group, BaseExceptionGroup):
            group, depth = group.exceptions[0], depth + 1
        return depth, group
    except RecursionError as raised:
        return str(raised)


def loops(n):
    out = []
    for i in range(n):
        try:
            if i % 3:
                raise ExceptionGroup("loop", [ValueError(i), KeyError(i)])
        except* ValueError:
            if i % 5 == 1:
                out.append("break")
                i += 1
        except* KeyError as group:
            out.append(len(group.exceptions))
        else:
            out.append("else")
    return out


def generator(n):
    for i in range(n):
        try:
            yield i
            raise ExceptionGroup("yielded", [ValueError(i), OSError(i)])
        except* ValueError as group:
            yield len(group.exceptions)
        except* OSError:
            yield sys.exc_info()[1]


async def awaiting(n):
    found = 0
    for i in range(n):
        try:
            await nothing(i)
        except* ValueError as group:
            found += len(group.exceptions)
            await nothing(-1)
    return found


async def nothing(i):
    if i >= 0 and i % 2:
        raise ExceptionGroup("awaited", [ValueError(i), ValueError(-i)])


def lifetimes(i):
    class Seen(ValueError):
        pass

    errors = [Seen(i), Seen(-i), KeyError(i)]
    watching = [weakref.ref(error) for error in errors[:2]]
    counts = []
    try:
        try:
            raise ExceptionGroup("seen", errors)
        except* Seen as group:
            counts.append((sys.getrefcount(errors[0]), sys.getrefcount(group)))
            if i % 2:
                raise
        except* KeyError:
            counts.append(sys.getrefcount(errors[2]))
    except ExceptionGroup as group:
        counts.append((sys.getrefcount(errors[0]), sys.getrefcount(group)))
    errors.clear()
    gc.collect()
    return counts, [watched() is None for watched in watching]


def run(function, rounds, show=()):
    for i in range(rounds):
        result = function(i)
        if i in show or i >= rounds - 8:
            print(function.__name__, i, result)


run(once, 136, range(60, 128))
run(naked, 40, range(24, 40))
run(fails, 40, range(12, 40))
run(not_caught, 40)
for n in (1, 5, 20, 60, 60, 60, 5):
    print(deep(n))
for _ in range(5):
    print(deep(600))
for _ in range(6):
    print(loops(20))
    print(list(generator(5)))
    try:
        awaiting(30).send(None)
    except StopIteration as stop:
        print(stop.value)
run(lifetimes, 20)
print(sys.exc_info())
