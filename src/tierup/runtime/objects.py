"""Looking at live objects without running any code of the program: types, their attributes, descriptions.

An attribute of an object may be computed by the program (`__getattribute__`, a metaclass, a module's `__getattr__`),
so nothing here uses `getattr` on an object whose exact type isn't known; types are looked at through `type.__dict__`.
"""

from __future__ import annotations

import builtins
import sys
from _frozen_importlib import BuiltinImporter  # any class with a Python method would do; this one is always there

from tierup import _tierup
from tierup.cache.key import code_digest
from tierup.runtime import arrays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any

HEAP = 1 << 9  # Py_TPFLAGS_HEAPTYPE
VALID_VERSION = 1 << 19  # Py_TPFLAGS_VALID_VERSION_TAG: comes and goes
TEXT_LIMIT = 4096
MADE_INSIDE = ".<locals>."
INT_LIMIT = 1 << 63
MISSING: Any = object()

ready_type_dict = type.__dict__["__dict__"].__get__
type_mro = type.__dict__["__mro__"].__get__
type_bases = type.__dict__["__bases__"].__get__
type_subclasses = type.__dict__["__subclasses__"]
type_name = type.__dict__["__name__"].__get__
type_qualname = type.__dict__["__qualname__"].__get__
type_flags = type.__dict__["__flags__"].__get__
type_basicsize = type.__dict__["__basicsize__"].__get__
type_itemsize = type.__dict__["__itemsize__"].__get__
static_type_module = type.__dict__["__module__"].__get__
type_dictoffset = type.__dict__["__dictoffset__"].__get__

FunctionType = type(code_digest)
CodeType = type(code_digest.__code__)
ModuleType = type(sys)
BuiltinType = type(len)
MethodDescriptorType = type(list.append)
MemberDescriptorType = type(FunctionType.__globals__)  # type: ignore[attr-defined]
MethodType = type(BuiltinImporter.find_spec)


TUPLE_GETTERS = (("_tuplegetter", "collections"), ("_tuplegetter", "_collections"))
"""The type of the attributes that `namedtuple` makes; nobody has to have imported it."""


def examples() -> Iterator[object]:
    """One object of each type that has no name in `builtins` but that compiled code may meet."""
    yield from (None, NotImplemented, ..., sys, code_digest, code_digest.__code__, len, list.append, FunctionType.__globals__)  # type: ignore[attr-defined]
    yield from (int.__add__, (1).__add__, int.__dict__["real"], type.__dict__, dict.__dict__["fromkeys"])
    yield from (iter([]), reversed([]), iter(()), iter(""), iter("\u0100"), iter(b""), iter(bytearray()), iter(set()))
    yield from (iter(range(0)), iter(range(1 << 70)), iter(int, 0), iter(memoryview(b"")))
    empty: dict[object, object] = {}
    for view in (empty.keys(), empty.values(), empty.items()):
        yield from (view, iter(view), reversed(view))
    awaited = nothing()
    awaited.close()
    yield from ((None for _ in ()), awaited, nothings())


async def nothing() -> None:
    """An example of a coroutine."""


async def nothings() -> AsyncIterator[None]:
    """An example of an asynchronous generator."""
    yield


def named_types() -> dict[str, type]:
    """The types of the interpreter itself, by their name."""
    names = globals().get("__builtins__")  # as they were at the start, if our modules get their content later; the program may have changed them since
    found = {type_name(value): value for value in type_dict_values(names if type(names) is dict else builtins.__dict__) if isinstance(value, type)}
    for example in examples():
        found.setdefault(type_name(type(example)), type(example))
    found["method"] = MethodType
    return {name: value for name, value in found.items() if not type_flags(value) & HEAP}


def type_dict_values(mapping: Mapping[str, Any]) -> list[Any]:
    """The values, as of now."""
    return list(mapping.values())


BUILTIN_TYPES = named_types()
VERSIONS_LIMIT = 1024
_of_builtin: dict[int, dict[str, Any]] = {}  # descriptions of these, by id: they neither change nor die
_of_version: dict[tuple[Any, ...], dict[str, Any]] = {}  # of classes that programs make


def type_dict(cls: type) -> Mapping[str, Any]:
    """The namespace of a class. CPython never makes some of its types ready, as that of co_positions(): they have none, and no MRO."""
    return ready_type_dict(cls) or {}


def type_module(cls: type) -> str:
    """`__module__` of a type, read without its metaclass; "" when it isn't a plain string."""
    module = type_dict(cls).get("__module__", "") if type_flags(cls) & HEAP else static_type_module(cls)
    return module if type(module) is str else ""


def inherits(cls: type, base: type) -> bool:
    """Is the base among the classes of the MRO? By identity: metaclasses may define ==."""
    mro: tuple[type, ...] = type_mro(cls) or ()
    return any(each is base for each in mro)


def lookup(cls: type, name: str) -> Any:
    """What `_PyType_Lookup` finds: the attribute in the first class of the MRO that has it; MISSING if none has."""
    return _tierup.type_lookup(cls, name, MISSING)


def definer_above(cls: type, above: type, name: str) -> type | None:
    """The class where `super(above, instance).name` is found, for instances of `cls`. By identity: metaclasses may define ==."""
    passed = False
    mro: tuple[type, ...] = type_mro(cls) or ()
    for base in mro:
        if passed and name in type_dict(base):
            return base
        passed = passed or base is above
    return None


OBJECT_NEW = object.__dict__["__new__"]
OBJECT_INIT = object.__dict__["__init__"]
TYPE_GETATTRIBUTE = type.__dict__["__getattribute__"]
TUPLE_ITER = tuple.__dict__["__iter__"]
OBJECT_COMPARES = {name: object.__dict__[name] for name in ("__eq__", "__ne__")}


def generic_load(cls: type) -> bool:
    """Are attributes of instances looked up as `object` does it? There may be a `__getattr__` behind it."""
    return bool(_tierup.generic_attributes(cls) & 1)


def hooked_load(cls: type) -> bool:
    """Is there a `__getattr__` for what is not found?"""
    return bool(_tierup.generic_attributes(cls) & 8)


def loads_as_type(cls: type) -> bool:
    """A metaclass of the program that loads attributes of classes as `type` does."""
    return bool(type_flags(cls) & HEAP) and _tierup.type_version(cls) != 0 and lookup(cls, "__getattribute__") is TYPE_GETATTRIBUTE


def generic_store(cls: type) -> bool:
    """Are attributes of instances stored as `object` does it?"""
    return bool(_tierup.generic_attributes(cls) & 2)


def dies_plainly(cls: type) -> bool:
    """Does nothing run when an instance goes, but what its attributes do, and is it nothing but these?"""
    return bool(_tierup.generic_attributes(cls) & 4)


def known_behind_super(value: Any) -> bool:
    """Is it known what `super().name` does that finds this: a function, a method in C, or `object.__init__`?"""
    return type(value) in (FunctionType, MethodDescriptorType) or value is OBJECT_INIT


def iterates_as_tuple(cls: type) -> bool:
    """Is it a kind of tuple that iterates as tuples do?"""
    return inherits(cls, tuple) and lookup(cls, "__iter__") is TUPLE_ITER


def plain_equality(cls: type) -> bool:
    """Is an instance equal to itself only, as far as its class is asked?"""
    return all(lookup(cls, name) is plain for name, plain in OBJECT_COMPARES.items())


def makes_plainly(value: Any) -> bool:
    """A class of the program whose instances are made by `object.__new__`, so that a call is that and __init__."""
    return type(value) is type and bool(type_flags(value) & HEAP) and lookup(value, "__new__") is OBJECT_NEW


def tuple_place(value: object) -> int:
    """Which item of a tuple the attribute of a class is that `namedtuple` has made, -1 if it is no such attribute."""
    cls = type(value)
    if type_flags(cls) & HEAP or (type_name(cls), static_type_module(cls)) not in TUPLE_GETTERS:
        return -1
    place = type_dict(cls)["__reduce__"](value)[1][0]
    return place if type(place) is int else -1


def is_descriptor(value: object) -> bool:
    """Does the value do something of its own when it is found in a class?"""
    cls = type(value)
    return any(lookup(cls, name) is not MISSING for name in ("__get__", "__set__", "__delete__"))


def walk(module: str, qualname: str) -> Any:
    """The object that a loaded module has under a dotted name; MISSING if there is none. Imports nothing."""
    found = sys.modules.get(module, MISSING)
    if type(found) is not ModuleType:
        return MISSING
    names = qualname.split(".")
    value: Any = found.__dict__.get(names[0], MISSING)
    for name in names[1:]:
        if not is_type(value):
            return MISSING
        value = type_dict(value).get(name, MISSING)
    return unwrapped(value)


def findable(value: Any) -> bool:
    """Is it a function or class that a loaded module or one of its classes has, or of the interpreter itself? The program can't expect it to die, then."""
    if type(value) is FunctionType:
        module, name = value.__module__, value.__qualname__
    elif type(value) is BuiltinType:
        module, name = value.__module__, value.__name__
    elif is_type(value):
        module, name = type_module(value), type_qualname(value)
    else:
        return type(value) is MethodDescriptorType and not type_flags(value.__objclass__) & HEAP  # type: ignore[attr-defined]
    return type(module) is str and type(name) is str and walk(module, name) is value


def is_type(value: object) -> bool:
    """A class, asked of its real type (`isinstance` would ask the object)."""
    return inherits(type(value), type)


def unwrapped(value: Any) -> Any:
    """The function in a staticmethod, classmethod or bound method."""
    return value.__func__ if type(value) in (staticmethod, classmethod, MethodType) else value


def namespaces(function: Any) -> tuple[Any, Any]:
    """The globals and builtins of a Python function."""
    return function.__globals__, function.__builtins__


# -- descriptions


def describe_type(cls: type) -> dict[str, Any]:
    """The description of a type, without what needs the C side."""
    found = _of_builtin.get(id(cls))
    if found is not None:
        return found
    bits = type_flags(cls)
    if not bits & HEAP:
        found = describe_type_anew(cls)
        if found["builtin"]:
            _of_builtin[id(cls)] = found
        return found
    version = _tierup.type_version(cls)  # no other type ever has the same; what else the description tells may change without it
    key = (version, bits & ~VALID_VERSION, id(type_name(cls)), id(type_qualname(cls)), type(cls) is type, arrays.known(cls))
    found = _of_version.get(key) if version else None
    if found is None:
        if len(_of_version) >= VERSIONS_LIMIT:
            _of_version.clear()
        found = _of_version[key] = describe_type_anew(cls)
    return found


def forget() -> None:
    """Drops the descriptions of classes that programs make."""
    _of_version.clear()


def describe_type_anew(cls: type) -> dict[str, Any]:
    """The same, by looking at it."""
    name = type_name(cls)
    numpy = arrays.known(cls)
    return {
        **({"numpy": numpy} if numpy else {}),
        "kind": "type",
        "module": type_module(cls),
        "qualname": type_qualname(cls),
        "name": name,
        "builtin": BUILTIN_TYPES.get(name) is cls,
        "flags": {
            "bits": type_flags(cls) & ~VALID_VERSION,
            "basicsize": type_basicsize(cls),
            "itemsize": type_itemsize(cls),
            "has_dict": type_dictoffset(cls) != 0,
            "plain_metaclass": type(cls) is type,
            "makes_plainly": makes_plainly(cls),
            "dies_plainly": dies_plainly(cls),
            "generic_load": generic_load(cls),
            "generic_store": generic_store(cls),
            "plain_equality": plain_equality(cls),
            "iterates_as_tuple": iterates_as_tuple(cls),
            "plain_truth": lookup(cls, "__bool__") is MISSING and lookup(cls, "__len__") is MISSING,
        },
    }


def describe_function(function: Any) -> dict[str, Any]:
    """The description of a Python function; the index of its code is filled in by who knows the codes."""
    code = function.__code__
    module = function.__module__
    defaults, keyword_defaults = function.__defaults__, function.__kwdefaults__
    return {
        "kind": "function",
        "module": module if type(module) is str else "",
        "qualname": function.__qualname__,
        "code": -1,
        "digest": code_digest(code),
        "argcount": code.co_argcount,
        "flags": code.co_flags,
        "defaults": len(defaults) if defaults else 0,
        "kwdefaults": len(keyword_defaults) if keyword_defaults else 0,
        "closure": bool(function.__closure__),
    }


def describe_code(code: Any) -> dict[str, Any]:
    """The description of the code of functions that are made anew each time another one runs; index and module are filled in by who knows the codes."""
    return {"kind": "code", "module": "", "qualname": code.co_qualname, "code": -1, "digest": code_digest(code)}


def describe_value(value: Any) -> dict[str, Any] | None:
    """The description of a small constant of an exact builtin type; None for anything else."""
    kind = type(value)
    if value is None:
        return {"kind": "none", "value": None}
    if kind is bool or kind is float:
        return {"kind": type_name(kind), "value": value}
    if kind is int and -INT_LIMIT <= value < INT_LIMIT:
        return {"kind": "int", "value": value}
    if kind is str and len(value) <= TEXT_LIMIT:
        return {"kind": "str", "value": value}
    return None
