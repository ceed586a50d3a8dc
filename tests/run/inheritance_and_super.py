"""Deep and multiple inheritance, super chains, abstract classes, mixins, class attributes that shadow, method resolution that changes."""

from abc import ABC, abstractmethod

from _show import drive


class A:
    tag = "A"

    def __init__(self, **kwargs):
        self.log = ["A"]

    def go(self, x):
        return ["A.go", x]


class B(A):
    def __init__(self, b=1, **kwargs):
        super().__init__(**kwargs)
        self.b = b
        self.log.append("B")

    def go(self, x):
        return ["B.go", *super().go(x + 1)]


class C(A):
    tag = "C"

    def __init__(self, c=2, **kwargs):
        super().__init__(**kwargs)
        self.c = c
        self.log.append("C")

    def go(self, x):
        return ["C.go", *super().go(x * 2)]


class D(B, C):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.log.append("D")

    def go(self, x):
        return ["D.go", *super(D, self).go(x), self.tag, self.b]


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    def describe(self):
        return f"{type(self).__name__} {self.area():.2f}"


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return 3.14159 * self.r**2


class Meta(type):
    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.made_by = "Meta"
        return instance

    @property
    def size(cls):
        return len(cls.__name__)


class WithMeta(metaclass=Meta):
    def __new__(cls, x):
        if x == "none":
            return None
        self = super().__new__(cls)
        self.early = x
        return self

    def __init__(self, x):
        self.late = x


def diamond(x):
    d = D(b=x, c=x)
    return d.go(x), d.log, d.b, d.c


def through(cls, x):
    return cls().go(x)


def shapes(values):
    total = 0
    for i, v in enumerate(values):
        s = Square(v) if i % 2 else Circle(v)
        total += s.area()
    last = s.describe()  # a statement of its own: whether the interpreter's error shows `total` or `s` depends on how warm the code is
    return total, last


def abstract(x):
    return Shape()


def metaclass(x):
    w = WithMeta(x)
    return w.early, w.late, w.made_by, WithMeta.size


def unbound_calls(x):
    return B.go(D(), x), A.go(x, x), super(B, D()).go(x)


def rebase(x):
    class E(B):
        pass

    before = E().go(x)
    E.__bases__ = (C,)
    return before, E().go(x), [k.__name__ for k in E.__mro__]


drive(diamond, (1,), (2.5,), ("s",), (2**63,), orders=2)
drive(through, (B, 1), (C, 1), (D, 1), (A, 2.5), (int, 1), orders=3)
drive(shapes, ([1, 2, 3],), ([1.5],), (["a", 1],), ([2**40, 2**40],), ([],))
drive(abstract, (1,))
drive(metaclass, (1,), ("none",), (2.5,))
drive(unbound_calls, (1,), ("s",))
drive(rebase, (1,), (2.5,), times=6)
