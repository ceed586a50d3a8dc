"""str.format and % with constant templates: of ints, strs, subclasses, floats, big ints; wrong numbers of arguments; classes with __format__ and __str__."""

import sys

from _show import attempt, drive


class Text(str):
    def __str__(self):
        return "Text!"

    def __format__(self, spec):
        return f"<{spec}>"


class Number(int):
    def __str__(self):
        return "Number!"

    __repr__ = __str__

    def __format__(self, spec):
        return f"[{spec}]"


class Broken:
    def __format__(self, spec):
        raise ValueError("no format")

    def __str__(self):
        raise ValueError("no str")

    def __repr__(self):
        return "Broken"


def formats(a, b):
    return (
        "{}-{}".format(a, b), "{} and {{}} {}".format(b, a), "{}".format(a), "{}{}".format(a, b), "x{}".format(a), "{0}{1}{0}".format(a, b), "{!r} {}".format(a, b),
        "{:>5}|{}|".format(a, b), "{}{}{}{}".format(a, b, a, b), "\u20ac{}\U0001f600{}".format(a, b), "{a}{}".format(b, a=a), "{}, {}, {}, {}, {}".format(1, a, 2, b, 3),
    )  # fmt: skip


def percents(a, b):
    return "%s-%s" % (a, b), "%s%%%s" % (b, a), "n: %s" % a, "%s" % b, "%r|%s" % (a, b), "%s %s %s %s" % (a, a, b, b), "%s" % (a,), "%-5s|%s" % (a, b)


def numbers(a, b):
    return "%d" % a, "%d-%d" % (a, b), "%s-%d" % (b, a), "<%d>" % b, "%d%%" % a, "%5d" % a, "%04d-%02d" % (a, b), "%x" % a, "%i" % a, "%d: %s" % (a, "text")


def too_few(a, b):
    return "{} {} {}".format(a, b)


def too_many(a, b):
    return "{}".format(a, b), "%s" % (a, b)


def too_few_percent(a, b):
    return "%s %s %s" % (a, b)


def one_too_few(a):
    return "%s %s" % a


def unfinished(a):
    return "%s %" % a


def brace(a):
    return "{} }".format(a)


def counted(a):
    text = "{}, {}".format(a, 1), "%s, %s" % (1, a), "%s: %d" % (a, 5)
    return text, sys.getrefcount(a)


def in_loop(n, text):
    out = []
    for i in range(n):
        out.append("{}:{}".format(i, text))
        out.append("%d=%s" % (i, text))
        out.append("%d!" % i)
    return out


def identity(a, empty):
    return "{}".format(a) is a, "%s" % (a,) is a, "{}x".format(empty) is "x", "%sx" % empty is "x", "%d" % 5 is "5"


PAIRS = [(1, 2), ("a", "b"), (-5, "text"), (2.5, 1), (True, None), (Text("t"), Number(3)), (10**30, -(10**18)), (Broken(), 1), (1, Broken()), ([], {}), ((1,), (2, 3)), ("\u20ac", "\udc80")]
for function in (formats, percents, numbers):
    drive(function, *PAIRS)
    drive(function, *PAIRS[::-1], times=12)
for function in (too_few, too_many, too_few_percent):
    drive(function, (1, 2), ("a", "b"))
for function in (one_too_few, unfinished, brace):
    drive(function, (1,), ("a",), ((1, 2),))
drive(in_loop, (5, "x"), (3, 7), (2, 1.5))
drive(identity, ("word of mine", ""), ("w", ""))


def nested(depth):
    return nested(depth - 1) if depth else "{}-{}".format(depth, "end")


def handled(a, b):
    try:
        return "%d of %d" % (a, b)
    except TypeError as error:
        return str(error)


drive(counted, ("".join(["long", "er"]),))
drive(nested, (3,), (10,))
drive(handled, (1, 2), ("a", 1), (1, "b"), (1.5, 2))
print(attempt(formats, 10**5000, 1)[-60:])
