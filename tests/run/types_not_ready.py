"""A class that CPython never made ready, without namespace and MRO, among the globals; and an object of it."""

positions = compile("a + b", "<a>", "eval").co_positions()
NotReady = type(positions)


class Pair:
    def __init__(self, one, other):
        self.one = one
        self.other = other

    def total(self, n):
        return sum(self.one + self.other * i for i in range(n))


def work(n):
    total = 0
    for i in range(n):
        total += Pair(i, 2).total(3) if positions is not None else 0
    return total


def kinds(n):
    same = 0
    for _ in range(n):
        same += type(positions) is NotReady
    return same


for _ in range(40):
    result = work(30), kinds(30)
print(result)
print([line for line, *_ in positions])
