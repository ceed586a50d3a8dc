"""An exception out of every kind of operation, with the whole traceback: lines and carets."""

from _show import attempt, fresh


class Thing:
    def __init__(self):
        self.x = 1

    @property
    def bad(self):
        raise LookupError("property")

    def __getitem__(self, key):
        raise KeyError(key)

    def __add__(self, other):
        raise ArithmeticError("add")

    def __iter__(self):
        raise TypeError("iter")

    def __bool__(self):
        raise ValueError("bool")

    def __call__(self):
        raise RuntimeError("call")


def arithmetic(x):
    y = 1 + 2
    return y * (x + 10) - 3


def division(x):
    return 1 + (100 // x) * 2


def modulo(x):
    return (
        10
        % x
        + 1
    )


def attribute(x):
    return [x.x, x.missing]


def attribute_property(x):
    return x.bad + 1


def subscript(x):
    return x["one"]["two"]


def store_attribute(x):
    x.real = 5


def store_subscript(x):
    x[0] = 1


def delete_subscript(x):
    del x[7]


def global_name(x):
    return x and undefined_name  # noqa: F821


def iterate(x):
    total = 0
    for item in x:
        total += item
    return total


def unpack(x):
    a, b, c = x
    return (a, b, c)


def star_unpack(x):
    a, *b, c = x
    return (a, b, c)


def call(x):
    return len([1]) + x(1, 2, 3)


def method(x):
    return x.append(1).append(2)


def truth(x):
    if x and not x:
        return 1
    return 2


def compare(x):
    return 1 < 2 < x


def negate(x):
    return 3 - -x


def inner(x):
    return outer_helper(x) + 1


def outer_helper(x):
    return (lambda y: y / x)(1)


def format_it(x):
    return f"{x:>10d} {x!r}"


def assertion(x):
    assert x == "never", ("because", x)
    return x


def raising(x):
    raise x


def raise_from(x):
    try:
        return x + 1 + "s"
    except TypeError as e:
        raise KeyError(x) from e


def context(x):
    try:
        return [][x]
    except (IndexError, TypeError):
        return {}[repr(x)]


def unbound(x):
    if x == "never":
        y = 1
    return y


def multi_line_call(x):
    return max(
        len("abc"),
        int(x),
        min(1, 2),
    )


def build(x):
    return {"a": 1, **x, "b": [*x]}


def membership(x):
    return 5 in x


FUNCTIONS = [
    arithmetic, division, modulo, attribute, attribute_property, subscript, store_attribute, store_subscript, delete_subscript,
    global_name, iterate, unpack, star_unpack, call, method, truth, compare, negate, inner, format_it, assertion, raising, raise_from,
    context, unbound, multi_line_call, build, membership,
]  # fmt: skip
VALUES = [3, 0, "abc", None, [1, 2, 3], {"one": 1}, Thing(), 2.5, ValueError("v")]

for function in FUNCTIONS:
    for first in (0, 3):
        subject = fresh(function)
        for value in [VALUES[first]] * 5 + VALUES:
            print(function.__name__, type(value).__name__)
            print(attempt(subject, value).replace(hex(id(value)), "ADDRESS"))
