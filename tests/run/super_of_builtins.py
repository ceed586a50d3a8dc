"""super().name(...) where the name is a method in C, or object.__init__."""

import sys

MARK = object()


class Base:
    def __init__(self):
        super().__init__()
        self.base = 1


class Mixed:
    def __init__(self, *arguments):
        super().__init__(*arguments)


class Derived(Base, Mixed):
    def __init__(self, extra=0):
        super().__init__()
        self.extra = extra


class Excess:
    def __init__(self, given):
        super().__init__(given)


class Scope(dict):
    __slots__ = ("root",)

    def get(self, key, default=None):
        value = super().get(key, MARK)
        if value is not MARK:
            return value
        root = getattr(self, "root", MARK)
        if root is not MARK:
            value = super(Scope, root).get(key, MARK)
            if value is not MARK:
                return value
        return default

    def pop(self, key):
        return super().pop(key, None)

    def update(self, *arguments, **names):
        super().update(*arguments, **names)
        super().update(last=len(self))
        return super().update(names)

    def clear(self, *more):
        return super().clear()

    def keys(self):
        return sorted(super().keys())

    def wrong_clear(self):
        return super().clear(1)

    def wrong_get(self):
        return super().get()

    def wrong_keyword(self):
        return super().get("a", default=1)

    def setdefault(self, key, value):
        return super().setdefault(key, value if value else [self])

    def conditional(self, flag):
        return super().get("a" if flag else "b", 3)


class Deeper(Scope):
    def get(self, key, default=None):
        return "deeper", super().get(key, default)


class Stack(list):
    def append(self, item):
        super().append((item, len(self)))
        return self

    def pop(self, *place):
        return super().pop()

    def sort(self):
        super().sort(key=lambda pair: -pair[0], reverse=False)

    def index(self, item):
        return super().index(item, 0)

    def extend(self, items):
        super().extend(item for item in items)


class Words(str):
    def split(self, *arguments):
        return super().split(*arguments)

    def upper(self):
        return super().upper() + super().lower()

    def join(self, items):
        return super().join(map(str, items))

    def encode(self):
        return super().encode("latin-1", errors="replace")


class Number(int):
    def bit_length(self):
        return super().bit_length() + 1


def error(what, *arguments):
    try:
        return what(*arguments)
    except Exception as problem:
        lines, trace = [], problem.__traceback__
        while trace is not None:
            lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
            trace = trace.tb_next
        return type(problem).__name__, str(problem), lines


def work():
    derived = Derived(5)
    scope = Scope(a=1)
    scope.root = Scope(b=2)
    deeper = Deeper(c=3)
    rows = [vars(derived), scope.get("a"), scope.get("b"), scope.get("x", 9), deeper.get("c"), deeper.get("nothing")]
    rows += [scope.pop("a"), scope.pop("a"), scope.update({"z": 26}, y=25), scope.keys(), scope.conditional(True), scope.conditional(False)]
    rows += [len(scope.setdefault("list", 0)), scope.setdefault("one", 1), error(scope.wrong_clear), error(scope.wrong_get), error(scope.wrong_keyword)]
    scope.clear()
    stack = Stack()
    for number in (3, 1, 2):
        stack.append(number)
    stack.sort()
    rows += [list(stack), stack.index((3, 0)), stack.pop(), error(stack.index, 5)]
    stack.extend(range(2))
    rows += [list(stack), Words("a b").split(), Words("a-b").split("-"), Words("aB").upper(), Words("+").join([1, 2]), Words("\u20ac").encode(), Number(9).bit_length()]
    rows += [error(Excess, 1), error(Mixed, 1), len(scope)]
    return rows


for turn in range(60):
    rows = work()
    if turn in (0, 59):
        for row in rows:
            print(row)


def counted():
    scope, key = Scope(k=MARK), "-".join("ab")
    before = sys.getrefcount(scope), sys.getrefcount(key)
    for _ in range(40):
        scope.get(key)
        scope.get("k")
    return before, (sys.getrefcount(scope), sys.getrefcount(key))


for _ in range(4):
    print(counted())


class Root:
    pass


class Other:
    def __init__(self, *arguments):
        self.other = arguments


class Changes(Root):
    def __init__(self):
        super().__init__()
        self.own = 1


def changed(turn):
    return vars(Changes()), Scope(a=turn).get("a")


for turn in range(60):
    if turn == 30:
        Changes.__bases__ = (Other,)
    if turn == 45:
        Scope.__bases__ = (dict,)
    shown = changed(turn)
    if turn in (29, 30, 59):
        print(shown)


class Watched(dict):
    """Keys whose comparison looks at who asks."""

    def get(self, key):
        return super().get(key, "none")


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return 1

    def __eq__(self, other):
        frame = sys._getframe(1)
        return (frame.f_code.co_name, frame.f_lineno, self.value)[2] == other.value and Key.seen.add((frame.f_code.co_name, frame.f_lineno)) is None


Key.seen = set()
watched = Watched({Key(1): "one", Key(2): "two"})
for _ in range(40):
    shown = watched.get(Key(2)), watched.get(Key(3))
print(shown, sorted(Key.seen))
