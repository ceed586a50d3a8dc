"""isinstance where the class of the value is known, is not, or changes."""


class Meta(type):
    def __instancecheck__(cls, x):
        log.append(type(x).__name__)
        return isinstance(x, (int, A)) and x != 3


log = []


class A:
    pass


class B(A):
    pass


class M(metaclass=Meta):
    pass


class M2(M):
    pass


class Liar:
    @property
    def __class__(self): return list

def f(xs):
    out = []
    for x in xs:
        out.append((isinstance(x, A), isinstance(x, B), isinstance(x, M), isinstance(x, int), isinstance(x, str), isinstance(x, object), isinstance(x, float), isinstance(x, list), isinstance(x, bool), isinstance(x, (A, int)), isinstance(x, type), isinstance(x, int | str), isinstance(x, M2)))
    return out
pools = [[A()] * 9, [B()] * 9, [1] * 9, [True] * 9, [1.5] * 9, ["a"] * 9, [M()] * 9, [M2()]*9, [Liar()] * 9, [A] * 9, [[1]] * 9, [None] * 9, [(1, 2)]*9]


def fresh(f):
    return type(f)(f.__code__.replace(), f.__globals__)


for p in pools:
    g = fresh(f)
    for _ in range(4):
        r = g(p)
    print(r[-1], len(log))
    log.clear()
    for q in pools:
        print(g(q)[-1], len(log))
        log.clear()


def raw(n):
    c = 0
    for i in range(n):
        x = i * 1.5
        y = i + 1
        c += isinstance(x, float) + isinstance(y, int) * 2 + isinstance((x, y), tuple) * 4 + isinstance(x, int) + isinstance(y, bool) + isinstance(y > 2, int) * 8
    return c


for _ in range(4):
    print(raw(20))


def late(o, n):
    out = []
    for i in range(n):
        out.append((isinstance(o, A), isinstance(o, B)))
        if i == 12:
            o.__class__ = B
        if i == 15:
            o.__class__ = A
    return out


for _ in range(3):
    late(A(), 10)
print(late(A(), 20))
