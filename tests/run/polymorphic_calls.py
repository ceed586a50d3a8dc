"""One call site, many classes: methods, properties, callables and operators of two, five and thirty types; then new ones."""

from _show import attempt, fresh


def make(n):
    class K:
        def __init__(self, v):
            self.pad = [None] * (n % 3)
            if n % 2:
                self.extra = n
            self.v = v

        def area(self):
            return self.v * n

        @property
        def double(self):
            return self.v * 2 + n

        def __call__(self, x):
            return x + n

        def __add__(self, other):
            return self.v + other.v + n

        def __len__(self):
            return n

        def __getitem__(self, i):
            return i * n

    K.__name__ = f"K{n}"
    return K


def total_area(items):
    total = 0
    for item in items:
        total += item.area()
    return total


def total_all(items):
    total = 0
    for a, b in zip(items, items[1:]):
        total += a.v + a.double + a(1) + (a + b) + len(a) + a[2]
    return total


CLASSES = [make(n) for n in range(30)]
for width in (1, 2, 5, 30):
    area, everything = fresh(total_area), fresh(total_all)
    items = [CLASSES[i % width](i) for i in range(60)]
    for _ in range(30):
        last = area(items), everything(items)
    print(width, last)
    mixed = [*items[:5], CLASSES[29](2.5), CLASSES[28](2**64)]
    print(attempt(area, mixed), attempt(everything, mixed))
    print(attempt(area, [*items[:3], None]), attempt(everything, [*items[:3], 5]))
    print(area(items), everything(items))
