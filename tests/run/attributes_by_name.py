"""getattr and hasattr with a name that is written in the code."""

import sys
import types

MARK = object()


class Slotted:
    __slots__ = ("here", "gone", "__weakref__")

    def __init__(self):
        self.here = 1


class Plain:
    shared = "class"

    def __init__(self, **names):
        self.__dict__.update(names)

    @property
    def fails(self):
        raise AttributeError("inner")

    @property
    def breaks(self):
        raise KeyError("other")

    @property
    def nested(self):
        return self.missing_inside

    def method(self):
        return "method"


class Answers:
    def __getattr__(self, name):
        if name == "gone":
            raise AttributeError(name)
        if name == "boom":
            raise ValueError(name)
        return f"answer {name}"


class Asked:
    def __getattribute__(self, name):
        if name == "here":
            return "asked"
        return object.__getattribute__(self, name)


class Meta(type):
    from_meta = "meta"

    def __getattr__(cls, name):
        if name == "gone":
            raise AttributeError(name)
        return f"meta {name}"


class PlainMeta(type):
    from_meta = "plain meta"

    @property
    def here(cls):
        return "a property of the metaclass"


class WithMeta(metaclass=Meta):
    shared = 1


class WithPlainMeta(metaclass=PlainMeta):
    shared = 2


class Text(str):
    shared = "of text"


class Counts:
    """How often it is looked at."""

    seen = 0

    @property
    def here(self):
        Counts.seen += 1
        return Counts.seen


module = types.ModuleType("module")
module.here = "module"
asking = types.ModuleType("asking")
asking.__getattr__ = lambda name: f"asked {name}" if name != "gone" else exec("raise AttributeError('no')")


def look(x):
    return [
        getattr(x, "here", MARK) is MARK,
        str(getattr(x, "here", "default"))[:40],
        str(getattr(x, "gone", None))[:40],
        getattr(x, "shared", "nothing"),
        getattr(x, "from_meta", "nothing"),
        hasattr(x, "here"),
        hasattr(x, "gone"),
        hasattr(x, "shared"),
    ]


def must(x):
    return getattr(x, "here")  # noqa: B009


def error(what, x):
    try:
        return what(x)
    except Exception as problem:
        trace, lines = problem.__traceback__, []
        while trace is not None:
            lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
            trace = trace.tb_next
        name = getattr(problem, "name", MARK)
        return type(problem).__name__, str(problem), name if name is not MARK else "-", getattr(problem, "obj", MARK) is x, problem.__context__ is None, lines


def failing(x):
    return getattr(x, "fails", "instead"), hasattr(x, "fails"), getattr(x, "nested", "instead of nested")


def breaking(x):
    return getattr(x, "breaks", "never")


def asks_breaks(x):
    return hasattr(x, "breaks")


def booms(x):
    return getattr(x, "boom", "never")


THINGS = [
    Slotted(), Plain(), Plain(here=2), Plain(here=3, gone=4), Answers(), Asked(), WithMeta, WithMeta(), WithPlainMeta, WithPlainMeta(), Text("t"), module, asking,
    Counts(), Slotted, Plain, int, 5, None, len, type, object, (1, 2), Meta,
]  # fmt: skip

for turn in range(40):
    for thing in THINGS:
        rows = look(thing)
        if turn in (0, 39):
            print(type(thing).__name__, rows)
for turn in range(30):
    for thing in THINGS:
        shown = error(must, thing)
        if turn == 29:
            print("must", type(thing).__name__, str(shown)[:200])
for turn in range(30):
    rows = [failing(Plain()), error(breaking, Plain()), error(asks_breaks, Plain()), error(booms, Answers())]
print(rows)


# -- what is looked up is counted and released


def references():
    default, owner = object(), Slotted()
    counts = [sys.getrefcount(default), sys.getrefcount(owner)]
    for _ in range(50):
        found = getattr(owner, "gone", default)
        assert found is default
        found = None
    for _ in range(50):
        found = hasattr(owner, "gone"), hasattr(owner, "here")
    return counts, [sys.getrefcount(default), sys.getrefcount(owner)], found


for _ in range(5):
    print(references())


# -- classes that change in the middle


def changing():
    class Now:
        pass

    rows, now = [], Now()
    for turn in range(60):
        rows.append((getattr(now, "late", "no"), hasattr(now, "late"), getattr(Now, "late", "no class"), hasattr(Now, "late")))
        if turn == 20:
            Now.late = "class"
        if turn == 30:
            now.late = "instance"
        if turn == 40:
            del Now.late
        if turn == 50:
            Now.__getattr__ = lambda self, name: f"asked for {name}"
            del now.late
    return sorted(set(map(str, rows)))


for _ in range(3):
    print(changing())


class Dies:
    def __del__(self):
        print("dies")


class Gives:
    @property
    def it(self):
        return Dies()


def given():
    print(hasattr(Gives(), "it"))
    getattr(Gives(), "it", None)
    print(type(getattr(Gives(), "it", None)).__name__)


for _ in range(4):
    given()


class Looks:
    @property
    def here(self):
        return sys._getframe(1).f_lineno, sorted(sys._getframe(1).f_locals)


def seen_by_getters():
    looks = Looks()
    first = getattr(looks, "here", None)
    total = 0
    for number in range(30):
        total += number
        second = getattr(looks, "here")  # noqa: B009
    return first, second, total


for _ in range(3):
    print(seen_by_getters())


# -- another getattr


def replaced(x):
    return getattr(x, "here", 1), hasattr(x, "here")


for turn in range(30):
    if turn == 20:
        getattr = lambda *arguments: "mine"  # noqa: E731
    if turn == 25:
        del getattr
    shown = replaced(Plain(here=turn))
    if turn in (19, 20, 24, 25):
        print(shown)
