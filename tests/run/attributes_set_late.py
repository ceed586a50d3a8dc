"""Attributes that are set when their class has many instances already: they are in the dicts of the instances."""


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("died", self.name)


class Square:
    kind = "square"

    def __init__(self, place):
        self.place = place

    def bump(self):
        self.count += 1
        return self.count

    def swap(self, other):
        self.friend, old = other, self.friend
        return old is None

    def seen(self):
        return self.kind


squares = [Square(i) for i in range(100)]
for square in squares:
    square.count = square.place
    square.friend = None


def bump_all(rounds):
    total = 0
    for _ in range(rounds):
        for square in squares:
            total += square.bump() + square.count
    return total


def swap_all(rounds):
    empty = 0
    for turn in range(rounds):
        for place, square in enumerate(squares):
            empty += square.swap(squares[place - 1] if turn % 2 else None)
    return empty


def kinds():
    found = {}
    for square in squares:
        kind = square.seen()
        found[kind] = found.get(kind, 0) + 1
    return found


for _ in range(6):
    print(bump_all(20), swap_all(20), kinds())

squares[3].kind = "own"
print([kinds() for _ in range(30)][-1])
squares[5].friend = Loud("friend")
squares[5].swap(None)
print("swapped")
for place, value in ((6, {"count": 3, "friend": None}), (7, {1: 2, "count": 4}), (8, type("D", (dict,), {})(count=9, friend=None))):
    squares[place].__dict__ = value
for square in squares:
    square.friend = None
print(bump_all(30), swap_all(4), [sorted(map(str, square.__dict__.items()))[:2] for square in squares[5:9]])
del squares[9].count
for _ in range(3):
    try:
        bump_all(2)
    except AttributeError as error:
        print(error)
squares[9].count = 0
squares[10].count = 1.5
squares[11].count = 2**62
print(bump_all(40))
Square.count = property(lambda self: 7)
try:
    print(bump_all(3))
except AttributeError as error:
    print(error)
del Square.count
print(bump_all(3), swap_all(3))
Square.__getattr__ = lambda self, name: f"missing {name}"
del squares[12].friend
print(squares[12].swap(None), kinds())
squares[13].friend = Loud("last")
squares.clear()
print("cleared")
