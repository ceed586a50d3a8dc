"""What the locals of a function hold is gone when the function has returned, whoever has looked at its frame meanwhile, our own recorder included."""

alive = 0


class Counted:
    def __init__(self, value):
        global alive
        alive += 1
        self.value = value

    def __del__(self):
        global alive
        alive -= 1


class Pair:
    def __init__(self, value, below=None):
        self.value = value
        self.below = below


TEMPLATE = """
def work{number}(n):
    a, b = Pair(1, Pair(2)), Pair(3, Pair(4))
    for i in range(n):
        a = Pair(a.value, Pair(b.value + 1))
        b = Pair(b.value, Pair(a.value + 1))
        a.below, b.below = b.below, a.below
        if i % (n // 3) == 0:
            a.below.below = Pair(Counted(i))
    return a.value, a.below.value, b.value, b.below.value

def values{number}(n):
    for i in range(n):
        held = Pair(i, Pair(i))
        if i % (n // 3) == 0:
            held.below.below = Pair(Counted(i))
        yield held.below.value

def summed{number}(n):
    total, left = 0, values{number}(n)
    for _ in range(n // 2):
        total += next(left)
    return total + sum(values{number}(n))
"""
late = 0
for number in range(30):
    space = {"Counted": Counted, "Pair": Pair}
    exec(TEMPLATE.format(number=number), space)
    for n in (400, 400, 400, 400):
        for name in ("work", "summed"):
            result = space[f"{name}{number}"](n)
            late += alive
            if number % 10 == 0:
                print(name, number, result, alive)
print(late)
