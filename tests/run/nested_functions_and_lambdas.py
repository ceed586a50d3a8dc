"""Functions as values: returned, stored, recursive lambdas, Y combinators, currying, defaults that capture, attributes of functions."""

from _show import drive


def curry(a):
    return lambda b: lambda c: a + b * c


def use_curry(x):
    return curry(x)(2)(3), [curry(i)(x)(1) for i in range(3)]


def recursive_lambda(n):
    f = lambda k: 1 if k < 2 else k * f(k - 1)  # noqa: E731
    return f(n)


def combinator(n):
    y = lambda f: (lambda x: x(x))(lambda x: f(lambda v: x(x)(v)))  # noqa: E731
    return y(lambda self: lambda k: k if k < 2 else self(k - 1) + self(k - 2))(n)


def compose(x):
    def then(*functions):
        def run(v):
            for f in functions:
                v = f(v)
            return v

        return run

    return then(lambda v: v + v, str, len)(x)


def table(x):
    operations = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "max": max, "call": lambda a, b: [a, b].count(a)}
    return {name: f(x, x) for name, f in operations.items()}


def counting(x):
    counting.calls = getattr(counting, "calls", 0) + 1
    return x


def generator_of_functions(x):
    fs = [(lambda k: lambda: k + x)(i) for i in range(3)]
    return [f() for f in fs]


def shadowing(x):
    def x_is(x):
        return x

    y = x_is(x)
    x = y
    return [x for x in (x, y)], x


drive(use_curry, (1,), (2.5,), (2**63,), ("s",), orders=2)
drive(recursive_lambda, (5,), (25,), (0,), (2.5,), orders=2)
drive(combinator, (8,), (1,), (2.5,))
drive(compose, (1,), (99,), ("ab",), (2.5,), orders=2)
drive(table, (1,), (2.5,), ("s",), orders=2)
drive(generator_of_functions, (1,), (0.5,), ("s",))
drive(shadowing, (1,), ("s",))
for i in range(50):
    counting(i)
print(counting.calls)
