"""Iterators: exhausted and revived, __iter__ that returns others, __length_hint__, iter with sentinel, exceptions in the middle, StopIteration leaks."""

from _show import attempt, drive, fresh


class Revived:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n % 4 == 0:
            raise StopIteration
        return self.n


class Hint:
    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        raise ValueError("hint")


class Failing:
    def __init__(self, at, error):
        self.at, self.error, self.n = at, error, 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n >= self.at:
            raise self.error
        return self.n


def twice(make):
    it = make()
    out = []
    for x in it:
        out.append(x)
    for x in it:
        out.append(("again", x))
    return out


def manual(make):
    it = iter(make())
    out = []
    while True:
        try:
            x = next(it)
        except StopIteration:
            break
        out.append(x)
    return out, next(it, "default")


def builtins_(make):
    return list(make()), sum(1 for _ in make()), len(tuple(make())), dict(enumerate(make()))


def sentinel(make):
    values = [1, 2, 0, 3]
    return list(iter(lambda: values.pop(), 0)), values


def error_inside(make):
    total = 0
    try:
        for x in make():
            total += x
    except (ValueError, RuntimeError) as e:
        return total, repr(e)
    return total


def generator_leak(make):
    def g():
        yield next(iter([]))

    return list(g())


def star(make):
    a, *b = make()
    return a, b


def zipped(make):
    a = make()
    return list(zip(make(), make())), list(zip(a, a))


MAKERS = [lambda: [1, 2, 3], Revived, Hint, lambda: Failing(3, StopIteration()), lambda: (x for x in (1, 2, 3)), lambda: Failing(2, ValueError("v"))]
MAKERS += [lambda: Failing(1, RuntimeError("r")), lambda: map(abs, [-1, 2]), lambda: filter(None, [0, 1]), lambda: reversed([1, 2])]
for function in (twice, manual, builtins_, sentinel, error_inside, generator_leak, star, zipped):
    for start in (0, 4, 5):
        subject = fresh(function)
        for _ in range(8):
            attempt(subject, MAKERS[start])
        for number, make in enumerate(MAKERS):
            print(function.__name__, start, number, attempt(subject, make))
