"""What is evaluated when: operands, arguments, targets, defaults, chained comparisons, conditionals, subscripts, keyword values."""

from _show import drive

log = []


def note(name, value):
    log.append(name)
    return value


def take():
    out = "".join(log)
    log.clear()
    return out


def binary(x):
    r = note("a", x) + note("b", 1) * note("c", 2)
    return r, take()


def call(x):
    r = note("f", max)(note("a", x), note("b", 1), key=note("k", lambda v: v))
    return r, take()


def targets(x):
    items, d = [0, 0], {}
    note("i", items)[note("0", 0)], note("d", d)[note("k", "k")] = note("r", (x, x))
    return items, d, take()


def comparison(x):
    r = note("a", 0) < note("b", x) < note("c", 3)
    return r, take()


def short(x):
    r = note("a", x) and note("b", 0) or note("c", x)
    s = note("y", 1) if note("t", x) else note("n", 2)
    return r, s, take()


def display(x):
    r = [note("1", x), *note("2", (x,))], {note("k", 1): note("v", x)}, {note("s", 2)}, (note("t", x),)
    return r, take()


def slices(x):
    r = note("s", [1, 2, 3])[note("a", 0) : note("b", x) : note("c", 1)]
    return r, take()


def lambda_defaults(x):
    f = lambda a=note("d", x), *, b=note("e", x): (a, b)  # noqa: E731
    return f(), take()


def failing_middle(x):
    try:
        note("a", 1) + note("b", x)[note("c", 0)] + note("d", 1)
    except TypeError as e:
        return str(e), take()
    return take()


def chained_assignment(x):
    items = [0, 1]
    i = items[i] = note("v", x) % 2 if isinstance(x, int) else 0
    return i, items, take()


def nested_calls(x):
    return note("o", note("i", x) + note("j", x)), take()


VALUES = [(1,), (2.5,), (0,), ("s",), (2**63,), (None,), ([1],)]
for function in (binary, call, targets, comparison, short, display, slices, lambda_defaults, failing_middle, chained_assignment, nested_calls):
    drive(function, *VALUES, orders=2, times=12, late=2)
log.clear()
