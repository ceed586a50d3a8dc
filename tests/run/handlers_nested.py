"""Nested try statements: finally, return, break and continue in them, chains of exceptions, raising again."""

import sys
import traceback


def chain(error):
    """An exception with what it came from, and its traceback, as text without file names."""
    parts = []
    while error is not None:
        places = [f"{frame.name}+{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        parts.append(f"{error!r} {error.__suppress_context__} {' '.join(places)}")
        error = error.__cause__ or error.__context__
    return " <- ".join(parts)


def handling():
    return repr(sys.exc_info()[1])


def nested(i):
    log = []
    try:
        try:
            log.append("a")
            if i % 4 == 1:
                raise ValueError(i)
            if i % 4 == 2:
                raise KeyError(i)
            log.append("b")
        except ValueError as error:
            log.append(f"value {error} {handling()}")
            if i % 8 == 1:
                raise TypeError(i) from error
            raise
        finally:
            log.append(f"finally {handling()}")
    except (TypeError, KeyError) as error:
        log.append(f"outer {chain(error)}")
    except ValueError as error:
        log.append(f"again {chain(error)} {handling()}")
    else:
        log.append("else")
    log.append(handling())
    return log


def returns(i):
    """A return in finally swallows what was raised."""
    for k in range(3):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 3 == 1:
                return "try", k
        finally:
            if i % 2 == 0:
                return "finally", k, handling()
    return "end"


def loops(n):
    count = 0
    for i in range(n):
        try:
            if i % 5 == 0:
                continue
            if i % 7 == 0:
                raise KeyError(i)
            if i == n - 2:
                break
            count += 1
        except KeyError:
            count += 1000
            continue
        finally:
            count += 7
    else:
        count = -count
    return count, i


def swallowed(n):
    """continue and break in finally."""
    total = 0
    for i in range(n):
        while True:
            try:
                total += 1 // (i % 3)
            finally:
                if i % 2:
                    break
                else:
                    total += 10
                    break
        try:
            raise OSError(i)
        finally:
            total += 1
            continue
    return total, handling()


def context(n):
    texts = set()
    for i in range(n):
        try:
            try:
                {}[i % 2]
            except KeyError:
                [][i % 2]
        except IndexError as error:
            texts.add(chain(error))
        try:
            try:
                raise ValueError("first")
            finally:
                int("second")
        except ValueError as error:
            texts.add(chain(error))
        try:
            try:
                raise ValueError("hidden")
            except ValueError:
                raise RuntimeError("shown") from None
        except RuntimeError as error:
            texts.add(chain(error))
    return sorted(texts)


def bare(n):
    out = []
    for i in range(n):
        try:
            try:
                if i % 2:
                    int("x")
                raise  # nothing is handled here
            except ValueError:
                raise
        except (ValueError, RuntimeError) as error:
            out.append(chain(error))
    return out[-2:]


def bare_in_callee(n):
    out = []
    for i in range(n):
        try:
            try:
                int("y")
            except ValueError:
                raise_again()
        except ValueError as error:
            out.append(chain(error))
    return out[-1]


def raise_again():
    raise


def goes_through(i):
    """Handlers that don't want it, and a finally: the exception goes on to the caller."""
    try:
        try:
            if i % 2:
                {}["key"]
            [].pop()
        except ValueError:
            return "not here"
        finally:
            i += 1
    except OSError:
        return "nor here"


def caller(n):
    texts = {}
    for i in range(n):
        try:
            goes_through(i)
        except LookupError as error:
            texts[chain(error)] = texts.get(chain(error), 0) + 1
    return texts


def three_levels(n):
    found = []
    for i in range(n):
        try:
            try:
                try:
                    raise ValueError(i)
                except ValueError as first:
                    try:
                        raise KeyError(i)
                    except KeyError as second:
                        found.append((first.args, second.args, second.__context__ is first, sys.exc_info()[1] is second))
                    found.append(sys.exc_info()[1] is first)
                    raise IndexError(i)
            except IndexError as third:
                found.append((repr(third.__context__), repr(third.__context__.__context__)))
                raise AttributeError from third
        except AttributeError as fourth:
            found.append(chain(fourth))
    return found[-4:], handling()


def not_classes(n):
    out = set()
    for i in range(n):
        for wanted in (5, (ValueError, 5), "x", int, (KeyError, (OSError,))):
            try:
                try:
                    raise ValueError(1)
                except wanted:
                    out.add("caught")
            except (TypeError, ValueError) as error:
                out.add(f"{error!r} {error.__context__!r}")
    return sorted(out)


def groups_of_classes(n):
    wanted = (KeyError, IndexError)
    count = [0, 0]
    for i in range(n):
        try:
            if i % 3 == 0:
                {}[i]
            if i % 3 == 1:
                ()[i]
            raise LookupError(i)
        except wanted:
            count[0] += 1
        except LookupError:
            count[1] += 1
    return count


class Strange(Exception):
    """An exception whose making raises, or gives something else."""

    def __new__(cls, *args):
        if args and args[0] == "other":
            return 5
        return super().__new__(cls, *args)

    def __init__(self, *args):
        if args and args[0] == "bad":
            raise ArithmeticError("in __init__")


def strange(n):
    out = []
    for i in range(n):
        for argument in ("good", "bad", "other"):
            try:
                raise Strange(argument)
            except Strange as error:
                out.append(chain(error))
            except (ArithmeticError, TypeError) as error:
                out.append(chain(error))
        try:
            raise Strange
        except Strange as error:
            out.append(chain(error))
        try:
            raise 5
        except TypeError as error:
            out.append(chain(error))
        try:
            raise ValueError from 5
        except TypeError as error:
            out.append(chain(error))
    return out[-6:]


def many(function, n):
    last = None
    for i in range(n):
        last = function(i)
    return last


for i in range(40):
    result = nested(i)
    if i < 8 or i > 32:
        print(result)
for i in range(24):
    try:
        print(returns(i), end=" ")
    except ValueError as error:
        print(chain(error), end=" ")
print()
print(loops(40), loops(41), loops(2))
try:
    for i in range(20):
        out = swallowed(12)
    print(out)
except ZeroDivisionError as error:
    print(chain(error))
print(context(30))
print(bare(30))
print(bare_in_callee(30))
print(caller(40))
print(three_levels(20))
print(not_classes(10))
print(groups_of_classes(60))
print(strange(12))
print(handling())
