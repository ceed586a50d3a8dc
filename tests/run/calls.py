"""Every shape of call: positional, keyword, default, star, double star, keyword-only, positional-only, wrong counts, bound methods, classes."""

from functools import partial

from _show import attempt, drive, fresh


def simple(a, b):
    return (a, b)


def defaults(a, b=2, c=3):
    return (a, b, c)


def variable(a, *rest):
    return (a, rest)


def keywords(a, **named):
    return (a, sorted(named.items()))


def keyword_only(a, *, b, c=5):
    return (a, b, c)


def positional_only(a, /, b):
    return (a, b)


def everything(a, /, b, *rest, c=1, **named):
    return (a, b, rest, c, sorted(named.items()))


def mutable_default(x, seen=[]):  # noqa: B006
    seen.append(x)
    return len(seen)


class Callable:
    def __init__(self, k=1):
        self.k = k

    def __call__(self, x, *rest):
        return (self.k, x, rest)

    def method(self, x, y=2):
        return (self.k, x, y)

    @classmethod
    def build(cls, k):
        return cls(k)

    @staticmethod
    def static(x):
        return ("static", x)


def call_all(x):
    out = [
        simple(x, 1),
        simple(b=x, a=1),
        simple(1, b=x),
        defaults(x),
        defaults(x, 5),
        defaults(x, c=6),
        defaults(c=1, b=2, a=x),
        variable(x),
        variable(x, 1, 2),
        variable(*[x, 3]),
        keywords(x, z=1, y=2),
        keywords(**{"a": x, "q": 1}),
        keyword_only(x, b=1),
        positional_only(x, b=2),
        everything(x, 2, 3, 4, c=5, d=6),
        everything(x, *(1, 2), **{"e": 3}),
    ]
    c = Callable(x)
    bound = c.method
    out += [c(1), c(1, 2, 3), c.method(5), c.method(y=1, x=2), bound(7), Callable.method(c, 9), Callable.build(x).k, c.static(x)]
    out += [Callable.static(1), partial(simple, x)(2), (lambda q, r=x: (q, r))(1), max(x, x), sorted([3, 1], reverse=True), dict(a=x)]
    return out


def too_few():
    return simple(1)


def too_many():
    return simple(1, 2, 3)


def unexpected():
    return simple(1, c=2)


def twice():
    return simple(1, a=2)


def missing_keyword():
    return keyword_only(1)


def positional_by_keyword():
    return positional_only(a=1, b=2)


def bad_star():
    return simple(*5)


def bad_double_star():
    return keywords(1, **[1])


def duplicate_keyword():
    return keywords(1, x=1, **{"x": 2})


def non_string_keyword():
    return keywords(1, **{1: 2})


def not_callable():
    return (5)(1)


def method_too_many():
    return Callable().method(1, 2, 3)


def class_too_many():
    return Callable(1, 2)


def builtin_wrong():
    return len()


def builtin_keyword():
    return len(obj=[])


drive(call_all, (1,), (2.5,), ("s",), (2**70,), ([1],))
FAILING = [
    too_few, too_many, unexpected, twice, missing_keyword, positional_by_keyword, bad_star, bad_double_star, duplicate_keyword,
    non_string_keyword, not_callable, method_too_many, class_too_many, builtin_wrong, builtin_keyword,
]  # fmt: skip
for function in FAILING:
    subject = fresh(function)
    for _ in range(5):
        outcome = attempt(subject)
    print(outcome)
for i in range(100):
    last = mutable_default(i)
print(last)


def changing_callee(functions, x):
    return [f(x) for f in functions]


def plain(x):
    return ("plain", x)


MIXED = [plain, str, Callable(3), Callable(4).method, Callable.build, abs, partial(simple, 1), [].append, type, lambda y: y]
drive(changing_callee, ([plain] * 5, 1), ([plain, str], 1), ([abs, plain], -2.5), ([None], 1), orders=2)
print([str(type(v)) for v in changing_callee(MIXED, 1)])
