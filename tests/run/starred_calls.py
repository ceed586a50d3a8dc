"""*args and **kwargs: in functions, in calls, passed on; reference counts, errors, lifetimes, changes while the call runs."""

import gc
import sys

from _show import attempt, drive, fresh


def taker(*args, **kwargs):
    return args, sorted(kwargs.items())


def with_first(a, *rest):
    return a, rest


def with_default(a, b=2, *rest, **more):
    return a, b, rest, more


def only_keywords(*, a, b=5, **more):
    return a, b, more


def plain(a, b=1, c=2):
    return a, b, c


def in_cells(a, *rest, **more):
    return (lambda: (a, rest, more))()


def generator(*args, **kwargs):
    yield args
    yield kwargs


def wrapper(function, *args, **kwargs):
    return function(*args, **kwargs)


def call_each(x, y):
    return (
        taker(x, y), taker(), taker(x, k=y), with_first(x), with_first(x, y, x), with_default(x), with_default(x, y, x, z=y), only_keywords(a=x, c=y),
        in_cells(x, y), list(generator(x, k=y)),
    )  # fmt: skip


drive(call_each, (1, 2), ("a", None), ([], 2.5), orders=2)


NAMED = {"plain": plain, "with_default": with_default, "in_cells": in_cells, "lambda": lambda *a, **k: (a, k)}


def passed_on(name, x, y):
    function = NAMED[name]
    out = [wrapper(function, x), wrapper(function, x, y)]
    out.append(wrapper(function, x, b=y))
    return out


drive(passed_on, ("plain", 1, 2), ("with_default", "a", 3), ("in_cells", 1, 2), ("lambda", 1, 2), orders=2)


class Base:
    def __init__(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs

    def method(self, *args, **kwargs):
        return self.args + args, {**self.kwargs, **kwargs}

    def all_of_it(*args):
        return len(args), type(args[0]).__name__

    def __call__(self, *args):
        return args


class Derived(Base):
    def __init__(self, *args, extra=0, **kwargs):
        super().__init__(*args, **kwargs)
        self.extra = extra

    def method(self, *args, **kwargs):
        return super().method(*args, **kwargs), self.extra


def objects(x):
    d = Derived(x, 2, extra=x, key=3)
    bound = d.method
    return d.method(x), wrapper(bound, x, k=1), wrapper(d.all_of_it), d.all_of_it(x), d(x, x), Base(*[x], **{"q": x}).kwargs, wrapper(Derived, x, extra=4).extra


drive(objects, (1,), ("s",), (None,), orders=2)


# -- errors and their tracebacks


def fails(function, *args, **kwargs):
    return function(*args, **kwargs)


def raiser(*args, **kwargs):
    raise ValueError(args, kwargs)


class Mapping:
    def keys(self):
        return ["a", "b"]

    def __getitem__(self, name):
        return name * 2


class Sub(dict):
    pass


def merged(function, args, kwargs):
    return function(*args, **kwargs)


for work in (fresh(fails), fresh(fails)):
    for i in range(30):
        work(plain, i, c=i)
    for args, kwargs in (((plain,), {}), ((plain, 1), {"a": 2}), ((plain, 1), {"z": 2}), ((plain, 1, 2, 3, 4), {}), ((raiser, 1), {}), ((raiser, 1), {"k": 2}), ((5,), {"k": 1}),
                         ((len, [1]), {}), ((dict, [(1, 2)]), {"k": 3}), ((only_keywords,), {"b": 1}), ((only_keywords, 1), {"b": 1})):  # fmt: skip
        print(attempt(work, *args, **kwargs))
for work in (fresh(merged), fresh(merged)):
    for i in range(30):
        work(plain, (i,), {"c": i})
    for args, kwargs in (((1,), Mapping()), ((1,), Sub(b=3)), ((1,), {1: 2}), ((1,), 5), (5, {"b": 2}), ([1], {"b": 2}), (iter([1, 2]), {"c": 2}), ((1,), {"a": 2}),
                         ((1,), {type("S", (str,), {})("b"): 2}), (range(20), {}), (range(20), {str(i): i for i in range(20)})):  # fmt: skip
        print(attempt(work, plain, args, kwargs))
        print(attempt(work, taker, args, kwargs))


def unbound(flag):
    if flag:
        kwargs = {"c": 1}
    return plain(1, **kwargs)


drive(unbound, (True,), (False,))


# -- references


def counted(*args, **kwargs):
    return [sys.getrefcount(a) for a in args] + [sys.getrefcount(kwargs[k]) for k in kwargs], min(sys.getrefcount(args), 1000), sys.getrefcount(kwargs)


def counted_by_name(a, b=None):
    return sys.getrefcount(a), b is None or sys.getrefcount(b)


def counting(*args, **kwargs):
    return counted(*args, **kwargs), counted_by_name(*args, **kwargs)


def references():
    x, y, key = object(), object(), "".join(["b", ""])
    out = [counting(x), counting(x, b=y), counting(x, **{key: y}), counting(a=x, b=y), counted(x, y), counted(x, k=y)]
    return out, sys.getrefcount(x), sys.getrefcount(y)


drive(references, ())


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("  dies", self.name)


def drops(*args, **kwargs):
    print("  in", len(args), len(kwargs))
    del args, kwargs
    print("  dropped")


class Method(Loud):
    def called(self, *args, **more):
        print("  called", len(args))


def lifetimes(work):
    Method("m").called(*[Loud("x")])
    Method("m").called(*[Loud("x")], **{"k": Loud("y")})
    drops(Loud("a"), Loud("b"))
    work(drops, Loud("c"), k=Loud("d"))
    print("  back")


for _ in range(12):
    lifetimes(wrapper)


class Source:
    def __iter__(self):
        return iter((1, 2))

    def __del__(self):
        print("  source dies")


def of_sources(names):
    def inner(*args, **more):
        print("  inside")

    inner(*Source())
    inner(*Source(), **names)
    x = object()
    return sys.getrefcount(x), counted_by_name(*[x])


drive(of_sources, ({},), ({"k": 1},), times=12)


def changes(*args, **kwargs):
    inner = kwargs
    kwargs["new"] = 1
    return plain(*args), taker(*args, **kwargs), inner is kwargs


def passes_the_dict(d, function):
    before = dict(d)
    result = function(**d)
    return result, d == before


def keeps(**kwargs):
    kwargs["kept"] = True
    return kwargs


def separate(x):
    d = {"a": x}
    one, two = keeps(**d), passes_the_dict(d, keeps)
    return one, two, d, one is d


drive(changes, (1,), (1, 2))
drive(separate, (1,), ("q",))


def dict_of_args(*args):
    return args


def the_same(t):
    return dict_of_args(*t) is t, dict_of_args(*t) == t, dict_of_args() is (), gc.is_tracked(dict_of_args(1, 2))


drive(the_same, ((1, 2),), ((),))


def locals_seen(*args, **kwargs):
    return sorted(sys._getframe().f_locals), sys._getframe(1).f_code.co_name


def looks(x):
    return wrapper(locals_seen, x, k=x), locals_seen(x)


drive(looks, (1,))


def deep(n, *args, **kwargs):
    return n if n == 0 else deep(n - 1, *args, **kwargs)


def too_deep(n, *args):
    try:
        return deep(n, *args, k=1)
    except RecursionError as error:
        return str(error)[:32]


drive(too_deep, (5, 1), (100000, 2), (20,), times=12)
