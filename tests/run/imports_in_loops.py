"""import statements, __import__, module attributes changed, from-imports, exec and eval, inside hot functions."""

import math
import sys
import types

from _show import attempt, drive


def import_inside(x):
    import math as m
    from math import floor, sqrt

    return m.pi * x, sqrt(x), floor(x)


def missing_module(x):
    import no_such_module_here  # noqa: F401

    return x


def missing_name(x):
    from math import no_such_name  # noqa: F401

    return x


fake = types.ModuleType("fake")
fake.value = 1
fake.function = lambda x: x + 1
sys.modules["fake"] = fake


def module_use(n):
    import fake

    out = []
    for i in range(n):
        if i == 3:
            fake.value = 2.5
        if i == 5:
            fake.function = lambda x: ("new", x)
        out.append((fake.value * i, fake.function(i)))
    fake.value, fake.function = 1, original
    return out


def module_getattr(n):
    fake.__getattr__ = lambda name: f"dynamic {name}"
    out = [fake.anything for _ in range(n)]
    del fake.__getattr__
    return out


def module_missing(n):
    return fake.nothing


def evaluated(x):
    y = x
    return eval("x + y"), eval("[x for _ in range(2)]", {"x": x}), exec("z = 1")


def patched_math(n):
    out = []
    real = math.sqrt
    for i in range(n):
        if i == 3:
            math.sqrt = lambda v: "patched"
        out.append(math.sqrt(i * i))
    math.sqrt = real
    return out


original = fake.function
drive(import_inside, (4,), (2.25,), (-1,), ("s",), orders=2)
drive(missing_module, (1,))
drive(missing_name, (1,))
drive(module_use, (7,), (4,))
drive(module_getattr, (3,))
drive(module_missing, (3,))
drive(evaluated, (1,), (2.5,), ("s",))
drive(patched_math, (6,))
print(attempt(eval, "1 +"))
