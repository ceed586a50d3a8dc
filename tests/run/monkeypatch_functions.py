"""__code__, __defaults__, __kwdefaults__, __globals__ lookups and closures changed between and during calls."""

from _show import attempt


def target(a, b=10, *, c=100):
    return a + b + c


def replacement(a, b=10, *, c=100):
    return ("replaced", a, b, c)


def caller(n, action):
    out = []
    for i in range(n):
        if i == 5:
            action()
        out.append(attempt(target, i))
        out.append(target(i, 1, c=2) if i < 5 or target.__code__ is not None else None)
    return out


def direct(n, action):
    out = []
    for i in range(n):
        if i == 5:
            action()
        out.append(target(i))
    return out


original_code = target.__code__


def nothing():
    pass


def new_code():
    target.__code__ = replacement.__code__


def new_defaults():
    target.__defaults__ = (2.5,)


def new_kwdefaults():
    target.__kwdefaults__ = {"c": "str"}


def no_defaults():
    target.__defaults__ = None


def restore():
    target.__code__ = original_code
    target.__defaults__ = (10,)
    target.__kwdefaults__ = {"c": 100}


def patch_self(n):
    if n == 3:
        patch_self.__code__ = other_self.__code__
    return ("old", n, patch_self(n - 1) if n else None)


def other_self(n):
    return ("new", n, patch_self(n - 1) if n else None)


def make_counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


for action in (new_code, new_defaults, new_kwdefaults, no_defaults):
    for _ in range(10):
        direct(8, nothing)
    print(action.__name__, attempt(direct, 8, action))
    restore()
    print(attempt(direct, 8, nothing))
    print(attempt(caller, 8, action))
    restore()
for _ in range(10):
    print(patch_self(2))
print(patch_self(5))
print(patch_self(5))
step = make_counter()
for i in range(50):
    step()
step.__closure__[0].cell_contents = 2**63 - 2
print([step(), step(), step(0.5)])
step.__closure__[0].cell_contents = "s"
print(attempt(step))
