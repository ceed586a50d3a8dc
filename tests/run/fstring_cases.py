"""f-strings: conversions, nested specs, formats of subclasses, failing formats, evaluation order, debug form."""

import datetime

from _show import drive


class Noisy:
    def __format__(self, spec):
        if spec == "boom":
            raise ValueError("bad spec")
        return f"[{spec}]"

    def __repr__(self):
        return "Noisy()"


class NotString:
    def __format__(self, spec):
        return 5

    def __repr__(self):
        return "NotString()"


class S(str):
    def __str__(self):
        return "S!"


def simple(x):
    return f"{x}", f"<{x}>", f"{x}{x}", f"{x!r}|{x!s}|{x!a}", f"{x=}"


def aligned(x):
    return f"{x:>8}|{x:<8}|{x:^8}|"


def numeric(x):
    return f"{x:,} {x:+} {x:08} {x:.3e}"


def integral(x):
    return f"{x:b} {x:o} {x:X} {x:#x} {x:d} {x:c}"


def nested(x):
    w, p = 10, 3
    return f"{x:{w}.{p}}" + f"{f'{x!r:>{w}}'}"


def spec(x):
    return f"{x:boom}"


def order(x):
    log = []
    return f"{log.append(1)}{x}{log.append(2)}{log}"


def implicit(x):
    return "a" f"{x}" "b" "{}".format(x) + "%s" % (x,)


def long(x):
    out = ""
    for i in range(4):
        out += f"{i}:{x}:{i * i};"
    return out


VALUES = [(5,), (2.5,), ("é",), (S("s"),), (None,), (2**70,), (True,), (Noisy(),), (NotString(),), ([1, "a"],), (float("nan"),), (datetime.date(2020, 1, 2),)]
for function in (simple, aligned, numeric, integral, nested, spec, order, implicit, long):
    drive(function, *VALUES, orders=2, times=12, late=2)
