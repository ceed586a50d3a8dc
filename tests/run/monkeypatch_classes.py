"""Classes and instances changed while compiled code uses them: methods, class attributes, instance dicts, __class__, bases."""

from _show import attempt, fresh


class Base:
    kind = "base"

    def __init__(self, x):
        self.x = x

    def value(self):
        return self.x

    def double(self):
        return self.value() * 2


class Derived(Base):
    def value(self):
        return self.x + 1


class Other:
    kind = "other"
    x = "class x"

    def value(self):
        return "other"

    def double(self):
        return "doubled"


def use(obj, n):
    out = []
    for i in range(n):
        out.append((obj.value(), obj.double(), obj.kind, obj.x))
    return out[-1]


def mutate_while_used(obj, action, n):
    out = []
    for i in range(n):
        if i == 4:
            action(obj)
        out.append((obj.value(), obj.kind, obj.x))
    return out


def patch_method(obj):
    type(obj).value = lambda self: "patched"


def shadow_method(obj):
    obj.value = lambda: "shadowed"


def shadow_kind(obj):
    obj.kind = "instance"


def change_kind(obj):
    type(obj).kind = ["changed"]


def switch_class(obj):
    obj.__class__ = Other


def new_dict(obj):
    obj.__dict__ = {"x": "new dict", "extra": 1}


def delete_x(obj):
    del obj.x


def dict_store(obj):
    obj.__dict__["x"] = 2**80


def many_attributes(obj):
    for i in range(40):
        setattr(obj, f"a{i}", i)


def add_getattr(obj):
    type(obj).__getattr__ = lambda self, name: f"getattr {name}"
    del obj.x


def add_getattribute(obj):
    type(obj).__getattribute__ = lambda self, name: (lambda: "called") if name == "value" else f"all {name}"


def property_x(obj):
    type(obj).x = property(lambda self: "property wins")


def slot_like(obj):
    class Descriptor:
        def __get__(self, instance, owner):
            return "non-data"

    type(obj).x = Descriptor()


def change_base(obj):
    class Second(Base):
        kind = "second base"

    type(obj).__bases__ = (Second,)


ACTIONS = [
    patch_method, shadow_method, shadow_kind, change_kind, switch_class, new_dict, delete_x, dict_store, many_attributes,
    add_getattr, add_getattribute, property_x, slot_like, change_base,
]  # fmt: skip


def make():
    class Local(Derived):
        pass

    return Local


for action in ACTIONS:
    loop = fresh(mutate_while_used)
    for _ in range(8):
        loop(make()(5), repr, 8)
    user = fresh(use)
    cls = make()
    for i in range(8):
        user(cls(i), 3)
    print(action.__name__, attempt(loop, make()(5), action, 8))
    obj, sibling = cls(3), cls(4)
    action(obj)
    print(attempt(user, obj, 3))
    print(attempt(user, sibling, 3))
    print(attempt(loop, make()(6), repr, 8))

subject = fresh(use)
for obj in [Base(1)] * 20 + [Derived(2), Other(), Base(2.5), Derived("s"), 5, None, Base(2**70)]:
    print(attempt(subject, obj, 2))
