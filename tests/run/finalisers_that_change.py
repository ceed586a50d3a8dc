"""Every release of an object is arbitrary code: finalisers that change the list, dict, set, attributes, globals or frame that is just in use."""

import gc
import sys
import weakref

from _show import attempt


class Do:
    """Runs something when it dies."""

    def __init__(self, what):
        self.what = what

    def __del__(self):
        self.what()


def overwrite_items(n):
    items = []
    out = []
    for i in range(n):
        items = [1, 2, 3]
        items[0] = Do(items.clear)
        try:
            items[0] = i
            out.append(list(items))
            items[0] = 5
        except IndexError as e:
            out.append(str(e))
    return out


def overwrite_keys(n):
    out = []
    for i in range(n):
        table = {"a": 1, "b": 2}
        table["a"] = Do(table.clear)
        table["a"] = i
        out.append(dict(table))
        table["b"] = Do(lambda table=table: table.update(c=5))
        table["b"] = 2
        out.append(dict(table))
    return out


def shrinking(n):
    out = []
    for i in range(n):
        items = [Do(lambda: out.append("dies")) for _ in range(4)]
        for k, x in enumerate(items):
            x = None
            items[k] = x
            if k == i % 4:
                del items[k + 1 :]
        out.append(len(items))
    return out


def popping(n):
    out = []
    for i in range(n):
        items = [i, 2, 3]
        items.append(Do(items.clear))
        items.pop()
        out.append(items)
        items = [Do(lambda: items.append("late")), 1]
        del items[0]
        out.append(list(items))
    return out


class Holder:
    pass


def attributes(n):
    out = []
    for i in range(n):
        holder = Holder()
        holder.x = Do(lambda: setattr(holder, "x", "from del"))
        holder.x = i
        out.append(holder.x)
        holder.x = Do(lambda: delattr(holder, "x"))
        holder.x = i
        out.append(hasattr(holder, "x"))
        holder.y = 0.5
        holder.y = Do(lambda: holder.__dict__.clear())
        holder.y = 2.5
        out.append(vars(holder))
    return out


def last_owner(n):
    """The attribute's owner lives only on the operand stack while the attribute is stored."""
    out = []
    boxes = []
    for i in range(n):
        boxes.append(Holder())
        boxes[0].value = 1.5
        boxes[0].value = Do(boxes.clear)
        boxes[0].value = i * 0.5
        out.append(len(boxes))
        boxes.append(Holder())
        boxes[0].value = Do(lambda: out.append(weak() is None))
        weak = weakref.ref(boxes[0])
        boxes.pop().value = i
    return out


class Pair:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, d):
        self.x = d
        self.y = d * 2
        return self.x + self.y


def made_and_gone(n):
    out = []
    for i in range(n):
        out.append(Pair(Do(lambda: out.append(i)), 1.5).moved(i))
        out.append(Pair(1.5, Do(lambda: out.append(-i))).moved(i * 0.5))
    return out


GLOBAL = 0


def change_global(value):
    globals()["GLOBAL"] = value


def globals_changed(n):
    total = 0
    x = None
    for i in range(n):
        x = Do(lambda: change_global(i))
        total += GLOBAL
        x = None
        total += GLOBAL
    return total, x


def methods_changed(n):
    out = []
    for i in range(n):
        pair = Pair(1, 2)
        out.append(pair.moved(i))
        x = Do(lambda: setattr(Pair, "moved", [one, two][i % 2]))
        del x
        out.append(pair.moved(i))
    return out


one = Pair.moved


def two(self, d):
    return -d


class Key:
    def __init__(self, k, what):
        self.k = k
        self.what = what

    def __hash__(self):
        return hash(self.k)

    def __eq__(self, other):
        self.what()
        return self.k == getattr(other, "k", other)


def keys_that_change(n):
    out = []
    for i in range(n):
        table = {}
        table[Key(3, lambda: out.append("eq"))] = "three"
        out.append(table.get(3))
        out.append(3 in table)
        table[3] = i
        out.append(list(table.values()))
        table = {}
        table[Key(1, lambda: table.update(extra=i) if len(table) < 5 else None)] = 1
        out.append((1 in table, len(table)))
        table = {Key(2, lambda: len(table) > 1 or table.__setitem__("more", 1)): 1}
        out.append(attempt(lambda: table[2]))
        table = {Key(2, lambda: table.clear()): 1}
        out.append(attempt(lambda: table[2]).splitlines()[-1])
    return out


def iterator_dies(n):
    out = []
    for i in range(n):
        source = iter([Do(lambda: out.append("item")), 2, 3])
        for x in source:
            x = None
            source = None
            break
        out.append(x)
        for x in [Do(lambda: out.append("all")) for _ in range(2)]:
            pass
        del x
        out.append("end")
    return out


def arguments_die(n):
    out = []

    def take(a, b=2):
        a = None
        out.append("in take")
        return b

    for i in range(n):
        out.append(take(Do(lambda: out.append("argument"))))
        out.append(take(Do(lambda: out.append("first")), b=Do(lambda: out.append("second"))) is None)
    return out


def tuples_die(n):
    out = []
    for i in range(n):
        a, b = (Do(lambda: out.append("a")), i)
        a, b = b, a
        b = 1
        out.append("swapped")
        pair = (Do(lambda: out.append("pair")), 2.5)
        first, second = pair
        pair = None
        first = None
        out.append(second)
    return out, a, b


def exceptions_die(n):
    out = []
    for i in range(n):
        x = Do(lambda: out.append("x"))
        try:
            y = Do(lambda: out.append("y"))
            raise ValueError(i)
        except ValueError as e:
            del x
            out.append(e.args)
        y = 0
        out.append(y)
    return out


def raising(n):
    out = []
    for i in range(n):
        x = Do(lambda: 1 // 0)
        x = i
        out.append(x)
    return out


def counted(n):
    """Reference counts as a finaliser sees them."""
    out = []
    target = Holder()
    base = sys.getrefcount(target)
    for i in range(n):
        held = [target, Do(lambda: out.append(sys.getrefcount(target) - base))]
        held[1] = None
        held = None
        t = target
        x = Do(lambda: out.append(sys.getrefcount(target) - base))
        t = x = None
    return out, t, x


def resurrected(n):
    kept = []

    class Back:
        def __init__(self, k):
            self.k = k

        def __del__(self):
            kept.append(self)

    total = 0
    for i in range(n):
        x = Back(i)
        x = i
        total += x + kept[-1].k
    return total, len(kept)


def unraisable(info):
    print("unraisable", info.exc_type.__name__)


sys.unraisablehook = unraisable
gc.disable()
FUNCTIONS = [overwrite_items, overwrite_keys, shrinking, popping, attributes, last_owner, made_and_gone, globals_changed, methods_changed]
FUNCTIONS += [keys_that_change, iterator_dies, arguments_die, tuples_die, exceptions_die, counted, resurrected]
for function in FUNCTIONS:
    print(function.__name__)
    last = None
    for _ in range(12):
        result = attempt(function, 5)
        if result != last:
            print("  ", result)
        last = result
print(raising(3), raising(3), raising(3))
gc.enable()
