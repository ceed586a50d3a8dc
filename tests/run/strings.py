"""Strings and bytes in loops: concatenation, methods, formatting, f-strings, %, comparison, slicing, interning."""

from _show import drive, drive_each


def concat(x, n):
    s = x
    for i in range(n):
        s += x
    return s


def join(x, n):
    parts = []
    for i in range(n):
        parts.append(x + str(i))
    return ",".join(parts)


def fstrings(x, n):
    return f"{x} {x!r:>8} {n:05d} {n:x} {n + 1} {{}} {x!s:.3}"


def nested_format(x, n):
    return f"{x:{n}}|{n!r:^{n + 5}}"


def percent(x, n):
    return "%s-%r-%d" % (x, x, n)  # noqa: UP031


def methods(x, n):
    return (x.upper(), x.replace("a", "b"), x.split("b"), x.startswith("a"), x.find("c"), x * n, len(x), x.join(["1", "2"]))


def characters(x, n):
    out = []
    for ch in x:
        if "a" <= ch <= "c":
            out.append(chr(ord(ch) + n))
        else:
            out.append(ch)
    return "".join(out)


def reverse(x, n):
    s = ""
    i = len(x) - 1
    while i >= 0:
        s = s + x[i]
        i -= 1
    return s


def count(x, n):
    counts = {}
    for ch in x:
        counts[ch] = counts.get(ch, 0) + n
    return counts


def interned(x, n):
    d = {"key" + str(n): x}
    return d["key" + str(n)] is x


def alias(x, n):
    s = x
    t = s
    s += "!"
    return (s, t, t is x)


class Formatted:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "Formatted()"

    def __str__(self):
        return "str"


BATCHES = [("abc", 3), ("", 2), ("é€\U0001f600", 2), (b"abc", 3), (12, 4), (2.5, 3), (None, 5), ("abc", 2.5), (Formatted(), 7), ("xyz", -1)]
drive_each([concat, join, fstrings, nested_format, percent, methods, characters, reverse, count, interned, alias], *BATCHES, orders=2)


def text_report(rows):
    lines = []
    for name, value, ratio in rows:
        lines.append(f"{name:<10}|{value:>8,}|{ratio:7.2%}|{value if ratio > 0.5 else -value:+d}")
    return "\n".join(lines)


drive(text_report, ([("a", 1234567, 0.5), ("b", -3, 0.75)],), ([("a", 2**70, 1.0)],), ([("a", "x", 1.0)],), ([(None, 1, 1.0)],))
