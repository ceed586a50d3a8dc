"""Who keeps arguments, results and loop items alive, and for how long: reference counts seen from inside callees."""

from sys import getrefcount

from _show import drive


class Token:
    pass


def count(x):
    return getrefcount(x)


def through(x):
    return count(x)


def two_levels(x):
    y = x
    return through(y), through(x)


def in_call_chain(_):
    return count(Token()), through(Token()), two_levels(Token())


def in_loop(_):
    tokens = [Token() for _ in range(3)]
    out = []
    for t in tokens:
        out.append(getrefcount(t))
    return out, getrefcount(t)


def in_arguments(_):
    t = Token()
    return many(t, t, t), stars(t, *[t], k=t), getrefcount(t)


def many(a, b, c):
    return getrefcount(a)


def stars(*args, **kwargs):
    return getrefcount(args[0])


def in_containers(_):
    t = Token()
    a = [t]
    b = (t, a)
    d = {"k": t, "l": b}
    n = getrefcount(t)
    del a
    m = getrefcount(t)
    del b, d
    return n, m, getrefcount(t)


def after_exception(_):
    t = Token()
    try:
        raises(t)
    except ValueError:
        during = getrefcount(t)
    return during, getrefcount(t)


def raises(t):
    u = t
    raise ValueError(len([u, t]))


def returned(_):
    t = Token()
    u = identity(t)
    return getrefcount(t), u is t


def identity(x):
    return x


def unpacked(_):
    t = Token()
    a, b = t, t
    (c, d), e = (a, b), t
    return getrefcount(t)


def attribute(_):
    t = Token()
    t.child = u = Token()
    v = t.child
    n = getrefcount(u)
    t.child = None
    return n, getrefcount(v)


def comparison_temporaries(_):
    t = Token()
    r = t == t, t is t, not t, t in [t]
    return getrefcount(t), r


def self_in_method(_):
    return Holder().look()


class Holder:
    def look(self):
        return getrefcount(self), self.deeper()

    def deeper(self):
        return getrefcount(self)


for function in (in_call_chain, in_loop, in_arguments, in_containers, after_exception, returned, unpacked, attribute, comparison_temporaries, self_in_method):
    drive(function, (0,), times=30)
