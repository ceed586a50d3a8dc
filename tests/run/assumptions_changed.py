"""What compiled code relies on, changed in the middle of its loop: from a callee, a finaliser, a weakref callback, a gc callback, a signal handler, a trace function,
a hash or eq method, a property, an iterator. Each kind of change with each way; the loop must see it where plain code does."""

import gc
import signal
import sys
import types
import weakref

N, AT = 12, 5
GLOBAL = 1
module = types.ModuleType("module")
module.value = 1
module.function = lambda x: x + 1


def helper(x, k=2, *, w=3):
    return x + k + w


def other_helper(x, k=20, *, w=30):
    return x - k - w


class Meta(type):
    shared = 1


class Base(metaclass=Meta):
    scale = 2

    def __init__(self, x):
        self.x = x
        self.y = 0.5

    def method(self, k):
        return self.x * k

    def __getitem__(self, k):
        return self.x + k

    def __len__(self):
        return 3


class Derived(Base):
    pass


class Sibling(Base):
    def method(self, k):
        return -self.x * k


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1
        self.b = 2.0


# ---- the loops; `fire` runs the change somehow at the turn AT


def loop_global(fire, thing):
    total = 0
    for i in range(N):
        total += GLOBAL
        fire(i)
        total += GLOBAL
    return total


def loop_builtin(fire, thing):
    total = 0
    for i in range(N):
        total += len("ab") + abs(-i)
        fire(i)
        total += len("ab") + abs(-i)
    return total


def loop_function(fire, thing):
    total = 0
    for i in range(N):
        total += helper(i)
        fire(i)
        total += helper(i) + helper(i, 1) + helper(i, w=1)
    return total


def loop_module(fire, thing):
    total = 0
    for i in range(N):
        total += module.value
        fire(i)
        total += module.value + module.function(i)
    return total


def loop_attribute(fire, thing):
    total = 0
    for i in range(N):
        total += thing.x + thing.y
        fire(i)
        total += thing.x * 2 + thing.y
    return total


def loop_class_attribute(fire, thing):
    total = 0
    for i in range(N):
        total += thing.scale + Derived.scale + Derived.shared
        fire(i)
        total += thing.scale + Derived.scale + Derived.shared
    return total


def loop_method(fire, thing):
    total = 0
    for i in range(N):
        total += thing.method(i)
        fire(i)
        total += thing.method(i)
    return total


def loop_special(fire, thing):
    total = 0
    for i in range(N):
        total += thing[i] + len(thing)
        fire(i)
        total += thing[i] + len(thing) + (1 if thing else 0)
    return total


def loop_store(fire, thing):
    for i in range(N):
        thing.x = i
        fire(i)
        thing.x = thing.x + 1
        thing.y = i * 0.5
    return thing.x, thing.y


def loop_make(fire, thing):
    total = 0
    for i in range(N):
        total += Derived(i).x
        fire(i)
        total += Derived(i).x
    return total


def loop_isinstance(fire, thing):
    total = 0
    for i in range(N):
        total += isinstance(thing, Derived)
        fire(i)
        total += isinstance(thing, Derived) + 2 * isinstance(thing, Sibling)
    return total


def loop_slots(fire, thing):
    slotted = Slotted()
    state["slotted"] = slotted
    total = 0
    for i in range(N):
        total += slotted.a + slotted.b
        fire(i)
        total += slotted.a + slotted.b
    return total


def loop_closure(fire, thing):
    cell = 1

    def inner():
        return cell

    def change(value):
        nonlocal cell
        cell = value

    state["closure"] = change
    total = 0
    for i in range(N):
        total += cell
        fire(i)
        total += cell + inner()
    return total


def loop_containers(fire, thing):
    items, table = [1, 2, 3], {"a": 1, "b": 2}
    state["items"], state["table"] = items, table
    total = 0
    for i in range(N):
        total += items[i % 3] + table["a"]
        fire(i)
        total += items[(i + 1) % 3] + table["a"] + len(items) + len(table)
    return total


def loop_iterating(fire, thing):
    items = list(range(20))
    state["items"], state["table"] = items, {}
    total = 0
    for i in items:
        fire(i)
        total += i
    return total, len(items)


# ---- the changes


def set_global(value):
    def change():
        globals()["GLOBAL"] = value

    return change


def builtin(name, value):
    def change():
        globals()[name] = value

    return change


def real_builtin(name, value):
    def change():
        setattr(__builtins__, name, value)

    return change


def on_function(**values):
    def change():
        for name, value in values.items():
            setattr(helper, name, value)

    return change


def on_class(cls, **values):
    def change():
        for name, value in values.items():
            setattr(cls, name, value)

    return change


def on_thing(**values):
    def change():
        for name, value in values.items():
            setattr(state["thing"], name, value)

    return change


def lay_out_anew():
    state["thing"].__dict__ = {"y": 7, "z": 1, "x": 100}


def drop_x():
    del state["thing"].x


def more_attributes():
    for k in range(40):
        setattr(state["thing"], f"more{k}", k)


def unset_class(cls, name):
    return lambda: delattr(cls, name)


def with_property():
    Derived.x = property(lambda self: 1000, lambda self, v: None)


def with_getattr():
    Base.__getattr__ = lambda self, name: 5000
    del state["thing"].x


def with_getattribute():
    Derived.__getattribute__ = lambda self, name: 3 if name in ("x", "y", "scale") else object.__getattribute__(self, name)


def with_setattr():
    Derived.__setattr__ = lambda self, name, value: object.__setattr__(self, name, -1)


def rebase():
    Derived.__bases__ = (Sibling,)


def put(name, key, value):
    def change():
        state[name][key] = value

    return change


def empty(name):
    return lambda: state[name].clear()


def delete_slot():
    del state["slotted"].a


CHANGES = {
    loop_global: [set_global(5), set_global(2.5), set_global("x"), lambda: globals().pop("GLOBAL")],
    loop_builtin: [builtin("len", lambda x: 50), builtin("abs", lambda x: 0.5), real_builtin("len", lambda x: 70), real_builtin("abs", None)],
    loop_function: [
        on_function(__code__=other_helper.__code__),
        on_function(__defaults__=(100,)),
        on_function(__defaults__=None),
        on_function(__kwdefaults__={"w": 1000}),
        on_function(__kwdefaults__=None),
        builtin("helper", other_helper),
        builtin("helper", len),
    ],
    loop_module: [lambda: setattr(module, "value", 9), lambda: delattr(module, "value"), lambda: setattr(module, "function", lambda x: -x), lambda: builtin("module", Derived)()],
    loop_attribute: [
        on_thing(x=50),
        on_thing(x="s"),
        on_thing(y=2**70),
        on_thing(__class__=Sibling),
        lay_out_anew,
        drop_x,
        more_attributes,
        with_property,
        with_getattr,
        with_getattribute,
        lambda: state["thing"].__dict__.clear(),
        lambda: vars(state["thing"]).update(x=77),
    ],
    loop_class_attribute: [
        on_class(Base, scale=9),
        on_class(Derived, scale=9),
        on_class(Meta, shared=9),
        on_class(Derived, shared=11),
        on_class(Meta, scale=property(lambda cls: 12)),
        on_thing(scale=4),
        unset_class(Base, "scale"),
        with_getattribute,
        rebase,
    ],
    loop_method: [
        on_class(Base, method=lambda self, k: 1000),
        on_class(Derived, method=lambda self, k: 2000),
        on_thing(method=lambda k: 3000),
        on_thing(__class__=Sibling),
        rebase,
        unset_class(Base, "method"),
        with_getattr,
    ],
    loop_special: [
        on_class(Base, __getitem__=lambda self, k: 7),
        on_class(Derived, __getitem__=lambda self, k: 8, __len__=lambda self: 0),
        unset_class(Base, "__len__"),
        unset_class(Base, "__getitem__"),
        on_class(Derived, __bool__=lambda self: False),
        on_thing(__getitem__=lambda k: 9),
    ],
    loop_store: [with_property, with_setattr, on_thing(__class__=Sibling), lay_out_anew, drop_x, more_attributes],
    loop_make: [
        on_class(Derived, __init__=lambda self, x: setattr(self, "x", 1)),
        on_class(Meta, __call__=lambda cls, x: state["thing"]),
        rebase,
        with_property,
    ],
    loop_isinstance: [on_thing(__class__=Sibling), on_class(Meta, __instancecheck__=lambda cls, x: 5), rebase],
    loop_slots: [delete_slot, lambda: setattr(state["slotted"], "a", 2.5), lambda: setattr(Slotted, "a", 40)],
    loop_closure: [lambda: state["closure"](10), lambda: state["closure"]("x"), lambda: state["closure"](2.5)],
    loop_containers: [put("items", 0, 2.5), put("items", 1, 2**65), put("table", "a", "x"), put("table", "c", 1), empty("items"), empty("table")],
    loop_iterating: [empty("items"), put("items", 19, 500), lambda: state["items"].append(9)],
}


# ---- the ways


class Finaliser:
    def __init__(self, change):
        self.change = change

    def __del__(self):
        self.change()


class Cyclic(Finaliser):
    def __init__(self, change):
        self.change, self.me = change, self


class Hashed:
    def __init__(self, change):
        self.change = change

    def __hash__(self):
        return 5

    def __eq__(self, other):
        if other == AT:
            self.change()
        return False


class Operator:
    def __init__(self, change):
        self.change = change

    def __add__(self, other):
        if other == AT:
            self.change()
        return 0


class Target:
    pass


def by_call(change):
    return lambda i: change() if i == AT else None


def by_finaliser(change):
    holder = [None]

    def fire(i):
        holder[0] = Finaliser(change) if i == AT else None
        holder[0] = None

    return fire


def by_weakref(change):
    def fire(i):
        if i == AT:
            target = Target()
            state["ref"] = weakref.ref(target, lambda _: change())
            target = None

    return fire


def by_collection(change):
    def fire(i):
        if i == AT:
            Cyclic(change)
            gc.collect()

    return fire


def by_gc_callback(change):
    def callback(phase, info):
        if phase == "stop":
            gc.callbacks.clear()
            change()

    def fire(i):
        if i == AT:
            gc.callbacks.append(callback)
            gc.collect(0)

    return fire


def by_signal(change):
    def fire(i):
        if i == AT:
            signal.signal(signal.SIGUSR1, lambda *_: change())
            signal.raise_signal(signal.SIGUSR1)

    return fire


def by_trace(change):
    def tracer(frame, event, arg):
        if event == "call" and frame.f_code.co_name == "marker":
            sys.settrace(None)
            change()

    def marker():
        return 1

    def fire(i):
        if i == AT:
            sys.settrace(tracer)
            marker()

    return fire


def by_equality(change):
    table = {Hashed(change): 1}
    return lambda i: i in table


def by_operator(change):
    operator = Operator(change)
    return lambda i: operator + i


WAYS = [by_call, by_finaliser, by_weakref, by_collection, by_gc_callback, by_signal, by_trace, by_equality, by_operator]
state = {}
KEPT = {"GLOBAL": 1, "helper": helper, "module": module}
HELPER = (helper.__code__, helper.__defaults__, helper.__kwdefaults__)
CLASSES = {cls: dict(vars(cls)) for cls in (Meta, Base, Derived, Sibling, Slotted)}
BUILTINS = {"len": len, "abs": abs}


def restore():
    globals().update(KEPT)
    for name, value in BUILTINS.items():
        globals().pop(name, None)
        setattr(__builtins__, name, value)
    helper.__code__, helper.__defaults__, helper.__kwdefaults__ = HELPER
    module.value = 1
    module.function = lambda x: x + 1
    Derived.__bases__ = (Base,)
    for cls, content in CLASSES.items():
        for name in [name for name in vars(cls) if name not in content]:
            delattr(cls, name)
        for name, value in content.items():
            if name not in ("__dict__", "__weakref__", "__doc__", "__module__", "__slots__") and vars(cls).get(name) is not value:
                setattr(cls, name, value)
    state["thing"] = Derived(3)


def outcome(loop, fire):
    try:
        result = loop(fire, state["thing"])
    except Exception as e:
        result = f"{type(e).__name__}: {e}", e.__traceback__.tb_next.tb_lineno - loop.__code__.co_firstlineno
    return result


def nothing(i):
    return None


for loop, changes in CHANGES.items():
    subject = loop
    for number, change in enumerate(changes):
        results = []
        if number % 6 == 5:
            subject = types.FunctionType(loop.__code__.replace(), globals(), loop.__name__)
        for way in [by_call, *WAYS[1 + number % 2 :: 3]]:
            restore()
            for _ in range(5):
                outcome(subject, nothing)
                outcome(subject, way(lambda: None))
            fire = way(change)
            results.append(outcome(subject, fire))
            sys.settrace(None)
            gc.callbacks.clear()
            results.append(outcome(subject, nothing))
        restore()
        print(loop.__name__, number, results[:2] if all(r == results[i % 2] for i, r in enumerate(results)) else results)
