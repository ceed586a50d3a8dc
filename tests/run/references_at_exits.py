"""Code in line is left in the middle, again and again: the functions, code objects and classes whose frames are made then have no more references afterwards."""

import sys


def numbers(n, step):
    i = 0
    while i < n:
        yield i * step
        i += 1


def over_generator(n, step):
    total = 0
    for x in numbers(n, step):
        total += x
    return total


def over_two(n, step):
    total = 0
    for x in numbers(n, 1):
        for y in numbers(x, step):
            total += y
    return total


def stopped(n, step):
    for x in numbers(n, 1):
        if x * step > 3:
            break
    return x


def over_expression(n, step):
    total = 0
    for x in (k * step for k in range(n)):
        total += x
    return total


def summed(n, step):
    return sum(k * step for k in range(n))


def listed(n, step):
    return len([k * step for k in range(n)])


class Steps:
    def __init__(self, n, step):
        self.n = n
        self.step = step
        self.at = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= self.n:
            raise StopIteration
        self.at += 1
        return self.at * self.step

    def __call__(self, k):
        return k * self.step

    def __getitem__(self, k):
        return k * self.step

    def __add__(self, k):
        return k * self.step

    @property
    def last(self):
        return self.n * self.step

    def method(self, k):
        return k * self.step


def over_next(n, step):
    total = 0
    for x in Steps(n, step):
        total += x
    return total


def called(n, step):
    steps, total = Steps(n, step), 0
    for k in range(n):
        total = steps(k)
    return total


def by_operators(n, step):
    steps, total = Steps(n, step), 0
    for k in range(n):
        total = steps[k]
        total = steps + k
        total = steps.last
        total = steps.method(k)
    return total


def times(k, step):
    return k * step


def by_function(n, step):
    total = 0
    for k in range(n):
        total = times(k, step)
    return total


def by_closure(n, step):
    def inner(k):
        return k * step

    total = 0
    for k in range(n):
        total = inner(k)
    return total


def by_lambda(n, step):
    total = 0
    for k in range(n):
        total = (lambda k: k * step)(k)
    return total


def by_parameter(n, step, function=times):
    total = 0
    for k in range(n):
        total = function(k, step)
    return total


def recursive(n, step):
    return recursive(n - 1, step) * step if n else 1


TRACKED = [numbers, Steps, Steps.__next__, Steps.__call__, Steps.__getitem__, Steps.__add__, Steps.last.fget, Steps.method, Steps.__init__, times, recursive]
ODD = [0.5, 2**70, "a", None]


def counts(function):
    tracked = [*TRACKED, function]
    return [sys.getrefcount(each) for each in tracked] + [sys.getrefcount(each.__code__) for each in tracked if hasattr(each, "__code__")]


def attempt(function, n, step):
    try:
        return function(n, step)
    except TypeError as error:
        return str(error)


def leave(function, rounds):
    for _ in range(rounds):
        for step in ODD:
            attempt(function, 5, step)
            attempt(function, 5, 2)


for function in (
    over_generator, over_two, stopped, over_expression, summed, listed, over_next, called, by_operators, by_function, by_closure, by_lambda, by_parameter, recursive,
):  # fmt: skip
    results = [attempt(function, 5, 2) for _ in range(100)]
    leave(function, 5)
    before = counts(function)
    leave(function, 15)
    grown = [after - old for after, old in zip(counts(function), before, strict=True)]
    print(function.__name__, results[-1], [attempt(function, 5, step) for step in ODD], "grows" if max(grown) > 12 else "stays")  # a region has some
