"""isinstance, type, ord, dict.get, set.add and the like: in hot loops, with subclasses, odd keys, errors in the middle, and replaced builtins."""

import builtins

from _show import attempt


def show(*values):
    print(*values)


class Base:
    pass


class Derived(Base):
    pass


class Liar:
    @property
    def __class__(self):
        return Base


class Meta(type):
    def __instancecheck__(cls, other):
        return other == 3


class Checked(metaclass=Meta):
    pass


class Text(str):
    def lower(self):
        return "own " + str.lower(self)


class Map(dict):
    def get(self, key, default=None):
        return ("got", key)

    def __missing__(self, key):
        return "missing"


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 7

    def __eq__(self, other):
        if self.n == 13:
            raise ValueError("unlucky")
        return isinstance(other, Key) and self.n == other.n


def kinds(values, n):
    counts = {}
    for i in range(n):
        value = values[i % len(values)]
        cls = type(value)
        if isinstance(value, (int, str)):
            name = "number or text"
        elif isinstance(value, Base):
            name = "base"
        elif isinstance(value, Checked):
            name = "checked"
        else:
            name = cls.__name__
        counts[name] = counts.get(name, 0) + 1
        if isinstance(i, int) and not isinstance(i, str):
            counts[cls.__qualname__] = counts.get(cls.__qualname__, 0) + 1
    return counts


def lookups(mapping, keys, n):
    found = []
    for i in range(n):
        key = keys[i % len(keys)]
        found.append(mapping.get(key))
        found.append(mapping.get(key, i))
    return found[-8:]


def members(target, keys, n):
    for i in range(n):
        target.add(keys[i % len(keys)])
    return len(target)


def codes(texts, n):
    total = 0
    for i in range(n):
        total += ord(texts[i % len(texts)])
    return total


def texts(words, n):
    out = []
    for i in range(n):
        word = words[i % len(words)]
        low = word.lower()
        if low.startswith("a") or low.endswith("z"):
            out.append(low.strip().replace("b", "--").split("-"))
        elif low.find("c") >= 0 and not low.isdigit():
            out.append(low.join(["<", ">"]))
        else:
            out.append(low)
    return out[-6:]


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}", error.__traceback__.tb_next is not None and error.__traceback__.tb_next.tb_lineno


def main():
    show(kinds([1, "a", None, 2.5], 400))
    show(kinds([Base(), Derived(), Liar(), 3, True, Checked()], 400))
    show(kinds([Liar(), [], {}, (), Base], 300))
    show(lookups({1: "one", "x": 2}, [1, "x", 5, None], 300))
    show(lookups(Map({1: "one"}), [1, 2], 300))
    show(attempt(lookups, {Key(1): 1, Key(2): 2}, [Key(1), Key(2), Key(3)], 200))
    show(attempt(lookups, {Key(1): 1}, [Key(1), Key(13)], 200))
    show(attempt(lookups, {1: 2}, [1, [], 2], 200))
    show(members(set(), [1, "a", 2.0, 2, True], 300))
    show(attempt(members, set(), [1, {}, 2], 300))
    show(attempt(members, frozenset(), [1], 300))
    show(members({Key(1)}, [Key(1), Key(2)], 300))
    show(codes("hello", 300))
    show(codes(["a", "é", "\U0001f600"], 300))
    show(attempt(codes, ["a", "bc"], 300))
    show(attempt(codes, ["a", b"b", 3], 300))
    show(codes([Text("q")], 300))
    show(texts(["Abc", "xyZ", "cat", "77", " a b "], 300))
    show(texts([Text("Abc"), "abc"], 300))
    show(attempt(texts, ["abc", 3], 300))


def replaced():
    """The builtin is another one in the middle of the loop."""
    log = []
    for i in range(600):
        log.append((isinstance(i, int), type(i), ord("a"), id(log) == id(log)))
        if i == 400:
            globals()["isinstance"] = lambda *a: "mine"
            builtins.ord = lambda c: c * 2
            globals()["type"] = lambda x: "kind"
        if i == 500:
            builtins.ord = saved
            del globals()["isinstance"], globals()["type"]
    show(log[399:402], log[499:503])


class Loud:
    def __del__(self):
        print("gone", end=" ")


def temporaries(n):
    for i in range(n):
        kind = type(Loud()) if i % 100 == 0 else type(i)
        flag = isinstance(Loud(), Base) if i % 150 == 0 else isinstance(i, Base)
        got = {}.get(i, Loud()) if i % 200 == 0 else {}.get(i, i)
    print(kind, flag, got)


class Text(str):
    pass


class Shown:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        if self.text is None:
            raise LookupError("no text")
        return self.text


def strings(items):
    return [(str(x), type(str(x)).__name__, str(x) is x) for x in items]


def shown():
    for items in ((1, 2**70, -5), (1.5, -0.0, float("nan")), ("a", "b" * 3), (True, None), (Shown("s"), Shown(Text("t")), Text("u")), (Shown(3),), (Shown(None),)):
        for _ in range(30):
            found = attempt(strings, items)
        print(found)


saved = builtins.ord
for _ in range(3):
    main()
    replaced()
    shown()
    temporaries(450)
