"""Objects that print when they die: the moment and order of each death is part of the transcript."""

from _show import attempt


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)

    def __add__(self, other):
        return Loud(f"({self.name}+{other.name})")


def rebinding(i):
    a = Loud(f"a{i}")
    b = Loud(f"b{i}")
    print("before")
    a = b
    print("after")
    return a.name


def temporaries(i):
    print("sum")
    c = Loud(f"x{i}") + Loud(f"y{i}")
    print("done", c.name)
    del c
    print("end")


def chain(i):
    return (Loud(f"p{i}") + Loud(f"q{i}") + Loud(f"r{i}")).name


def loop_variable(i):
    for x in [Loud(f"l{i}.{j}") for j in range(3)]:
        print("at", x.name)
    print("loop over")


def container(i):
    items = [Loud(f"i{i}"), Loud(f"j{i}")]
    items[0] = Loud(f"k{i}")
    print("stored")
    d = {1: Loud(f"m{i}")}
    d[1] = items.pop()
    print("replaced")


def attribute(i):
    holder = Loud(f"holder{i}")
    holder.other = Loud(f"first{i}")
    holder.other = Loud(f"second{i}")
    print("assigned")


def discarded(i):
    Loud(f"gone{i}")
    print("after discard")
    Loud(f"left{i}"), Loud(f"right{i}")
    print("after pair")


def failing(i):
    a = Loud(f"f{i}")
    b = Loud(f"g{i}")
    return a.name + [b][1].name


def arguments(a, b):
    print("in", a.name, b.name)
    a = None
    print("dropped a")
    del b
    print("dropped b")


def returned(i):
    a = Loud(f"stay{i}")
    b = Loud(f"go{i}")  # noqa: F841
    return a


def swap(i):
    a, b = Loud(f"sa{i}"), Loud(f"sb{i}")
    a, b = b, a
    b = 1
    print("b gone")
    a = b
    print("a gone")
    return a


for i in range(12):
    for function in (rebinding, temporaries, chain, loop_variable, container, attribute, discarded, returned, swap):
        print(function.__name__, i)
        result = function(i)
        print("result", getattr(result, "name", result))
        del result
    print(attempt(failing, i))
    arguments(Loud(f"arg{i}"), Loud(f"brg{i}"))
