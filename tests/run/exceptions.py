"""try, except, else, finally in hot loops: nesting, re-raising, context, suppression, return and break in finally, exception variables."""

import sys

from _show import drive


class Custom(ValueError):
    def __init__(self, n):
        super().__init__(n, "custom")
        self.n = n


def divide(a, b):
    try:
        result = a / b
    except ZeroDivisionError:
        return "zero"
    except (TypeError, ValueError) as e:
        return repr(e)
    else:
        return ("ok", result)
    finally:
        divide.calls += 1


divide.calls = 0


def loop_with_errors(items):
    good, bad = 0, 0
    for x in items:
        try:
            good += 10 // x
        except ZeroDivisionError:
            bad += 1
        except TypeError as e:
            bad += 100
            last = str(e)
    return (good, bad, locals().get("last"))


def finally_return(x):
    try:
        return 1 // x
    finally:
        if x == 0:
            return "from finally"  # noqa: B012


def finally_order(x):
    log = []
    try:
        try:
            log.append("try")
            log.append(1 // x)
        except ZeroDivisionError:
            log.append("except")
            raise
        else:
            log.append("else")
        finally:
            log.append("finally")
    except ArithmeticError:
        log.append("outer")
    return log


def finally_break(n):
    out = []
    for i in range(n):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append(("f", i))
    return out


def variable_is_deleted(x):
    e = "before"
    try:
        raise Custom(x)
    except Custom as e:  # noqa: F841
        n = e.n
    try:
        return (n, e)
    except UnboundLocalError as error:
        return (n, str(error))


def nested_raise(x):
    try:
        try:
            raise Custom(x)
        except Custom as inner:
            raise KeyError(x) from inner
    except KeyError as e:
        return (repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__)


def raise_none(x):
    try:
        try:
            raise Custom(x)
        except Custom:
            raise KeyError(x) from None
    except KeyError as e:
        return (repr(e.__cause__), repr(e.__context__), e.__suppress_context__)


def bare_raise(x):
    try:
        raise Custom(x)
    except Custom:
        if x > 2:
            raise
        return "handled"


def current(x):
    before = sys.exc_info()[0]
    try:
        raise Custom(x)
    except Custom:
        during = sys.exc_info()[0].__name__
    return (before, during, sys.exc_info()[0])


def groups(x):
    out = []
    try:
        raise ExceptionGroup("g", [ValueError(x), TypeError(x), KeyError(x)])
    except* ValueError as g:
        out.append(repr(g.exceptions))
    except* (TypeError, KeyError) as g:
        out.append(len(g.exceptions))
    return out


def raise_type(kind):
    try:
        raise kind
    except Exception as e:
        return (type(e).__name__, str(e))


def dynamic_match(kinds):
    try:
        [][0]
    except kinds:
        return "matched"


def deep(n):
    if n == 0:
        raise Custom(n)
    try:
        return deep(n - 1)
    finally:
        deep.finals += 1


deep.finals = 0


def asserting(x):
    assert x > 0, f"x is {x}"
    return x


drive(divide, (4, 2), (1, 0), (1, "a"), (1.5, 0.0), (2**70, 2), orders=3)
drive(loop_with_errors, ([1, 2, 3],), ([1, 0, 2],), ([0, 0, 0],), ([1, "a", 2.5],), ([None],), orders=3)
for function in (finally_return, finally_order, variable_is_deleted, nested_raise, raise_none, bare_raise, current, groups):
    drive(function, (1,), (0,), (5,), (2.5,), orders=2)
drive(finally_break, (2,), (5,), (0,))
drive(raise_type, (ValueError,), (Custom(3),), (Custom,), (5,), (None,))
drive(dynamic_match, (IndexError,), ((KeyError, LookupError),), (KeyError,), (5,), ((),))
drive(deep, (3,), (20,))
drive(asserting, (1,), (-1,), (2.5,), ("a",), orders=2)
print(divide.calls, deep.finals)
