"""Strings that grow in a local variable: in place where nobody else can see it, and never where somebody can."""

from _show import Change, drive


def plain(x, n):
    s = ""
    for _ in range(n):
        s += x
    return s


def spelled_out(x, n):
    s = x
    for _ in range(n):
        s = s + x
    return s, x


def kept(x, n):
    s = x * 2
    seen = []
    for i in range(n):
        if i % 2:
            seen.append(s)
        t = s
        s += x
        if i == 2:
            u = s
            s += u
    return s, t, u, seen


def doubled(x, n):
    s = x + x
    for _ in range(n % 7):
        s += s
    return s


def other_target(x, n):
    s = t = x + "-"
    for i in range(n):
        t = s + x
        s = t + str(i)
    return s, t


def both_ways(x, n):
    s = x + "."
    for i in range(n):
        s = s + x if i % 3 else x + s
    return s


def closed_over(x, n):
    s = ""

    def more():
        nonlocal s
        s += x

    for _ in range(n):
        more()
    return s


def add(s, x):
    s += x
    return s


def in_line(x, n):
    s = x + "!"
    out = []
    for _ in range(n):
        t = add(s, x)
        out.append(s is t)
        s = add(t, "y")
    return s, t, any(out)


def fails(x, n):
    s = "a"
    for i in range(n):
        s += x if i < n - 1 else None
    return s


def constant(x, n):
    s = "constant"
    for _ in range(n):
        s = "constant"
        s += x
    return s, "constant"


TEXTS = (("ab", 5), ("é", 9), ("日本", 4), ("", 6), ("😀", 5), ("a" * 40, 12))
for function in (plain, spelled_out, kept, doubled, other_target, both_ways, closed_over, in_line, fails, constant):
    drive(function, *TEXTS, orders=2, times=12, late=4)

text = "".join(["some", "text"])
with Change("references", text):
    for _ in range(50):
        plain(text, 3), spelled_out(text, 3), kept(text, 4), constant(text, 2), in_line(text, 2)
