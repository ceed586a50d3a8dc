"""Makes a snapshot: everything the compiler is told about one region-to-be, as plain data.

The live objects stay here, in a list of their own; the snapshot speaks of them by their index ("ref"). Only facts that
hold as long as a guard can see them hold are told: see `attribute_fact`.
"""

from __future__ import annotations

import marshal
from _weakref import ref as weak

from tierup import _tierup
from tierup.abi import inlining
from tierup.percode import PerCode, forget_dead
from tierup.runtime import loops, objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    Namespaces = tuple[dict[str, Any], dict[str, Any]]
    Profile = dict[int, tuple[Any, ...]]
    Fact = tuple[Any, ...]

FORMAT = 1
CODES_LIMIT = 32  # codes that calls may inline
CODE_BYTES_LIMIT = 64 << 10
OBJECTS_LIMIT = 4096
CALLED_WHERE_MADE = ("<listcomp>", "<setcomp>", "<dictcomp>")
COMPREHENSIONS = (*CALLED_WHERE_MADE, "<genexpr>")
NUMBERS = (int, float)
LOOSELY = (objects.FunctionType, objects.ModuleType, objects.BuiltinType, objects.CodeType)
VERSIONS_LIMIT = 256
stored_by = PerCode(loops.stored_globals)
STORERS_LIMIT = 400  # functions of a module that are searched for STORE_GLOBAL


class CannotCapture(Exception):
    """This code can't be described; the argument is a reason id."""


class Objects:
    """The live objects of a snapshot, each once, and their descriptions."""

    def __init__(self) -> None:
        self.live: list[Any] = []
        self.descriptions: list[dict[str, Any]] = []
        self.refs: dict[int, int] = {}

    def ref(self, value: Any) -> int:
        """The index of this very object; described when it is new."""
        found = self.refs.get(id(value))
        if found is not None:
            return found
        if len(self.live) >= OBJECTS_LIMIT:
            raise CannotCapture("too_big")
        ref = self.refs[id(value)] = len(self.live)
        self.live.append(value)
        description: dict[str, Any] = {}
        self.descriptions.append(description)
        description.update(self.describe(value))
        return ref

    def describe(self, value: Any) -> dict[str, Any]:
        """The description; parts that are objects get refs of their own."""
        kind = type(value)
        if objects.is_type(value):
            description = {**objects.describe_type(value), "version": type_version(value) != 0, "inline": _tierup.inline_count(value)}
            return description | {"base": self.ref(objects.type_bases(value)[0])} if objects.MADE_INSIDE in description["qualname"] else description
        if kind is objects.FunctionType:
            return objects.describe_function(value)
        if kind is objects.CodeType:
            return objects.describe_code(value)
        if kind is objects.BuiltinType:
            return self.describe_builtin(value)
        if kind is objects.MethodDescriptorType:
            return {"kind": "method_descriptor", "name": value.__name__, "type": self.ref(value.__objclass__), "takes": _tierup.method_takes(value)}
        if kind is objects.ModuleType:
            name = value.__dict__.get("__name__", "")
            return {"kind": "module", "name": name if type(name) is str else ""}
        return objects.describe_value(value) or {"kind": "other", "type": self.ref(kind)}

    def describe_builtin(self, value: Any) -> dict[str, Any]:
        """A C function: of a module, or bound to the object that `self` refers to."""
        owner, module = value.__self__, value.__module__
        bound = None if owner is None or type(owner) is objects.ModuleType else self.ref(owner)
        name = module if type(module) is str else ""
        return {"kind": "builtin", "name": value.__name__, "module": name, "self": bound}


def loosely(live: list[Any]) -> list[Any]:
    """The objects as weak references, where the way to them may not be found again; None for the others. The program sees when an object dies."""
    return [weak(value) if type(value) in LOOSELY or objects.is_type(value) else None for value in live]


def type_version(cls: type) -> int:
    """The version tag that guards compare; 0 if the type can't have one."""
    return _tierup.type_version(cls)


def code_key(code: CodeType, namespaces: tuple[Any, Any]) -> tuple[int, int, int]:
    """Functions with the same code share an index if they have the same globals and builtins."""
    return id(code), id(namespaces[0]), id(namespaces[1])


class Capture:
    """One snapshot in the making."""

    def __init__(
        self, code: CodeType, global_dict: dict[str, Any], builtin_dict: dict[str, Any], profile_of: Callable[[CodeType], Profile | None] = _tierup.read_profile
    ) -> None:
        if type(global_dict) is not dict or type(builtin_dict) is not dict:
            raise CannotCapture("namespace")
        self.objects = Objects()
        self.code, self.profile_of = code, profile_of
        self.codes: list[CodeType] = []
        self.namespaces: list[tuple[dict[str, Any], dict[str, Any]]] = [(global_dict, builtin_dict)]
        self.profiles: list[Profile] = []
        self.own_profiles: dict[int, Profile] = {}
        self.raw: list[tuple[CodeType, Profile]] = []
        self.code_index: dict[tuple[int, int, int], int] = {}
        """By `code_key`."""
        self.nested: dict[tuple[int, int], int] = {}
        self.size = 0
        self.attrs: dict[tuple[int, str], Fact] = {}
        self.class_attrs: dict[tuple[int, str], Fact] = {}
        self.globals: list[dict[str, tuple[str, int]]] = []
        self.supers: dict[tuple[int, str], list[tuple[int, int, int]]] = {}
        self.large: dict[int, list[int]] = {}

    def add_profile(self, code: CodeType, profile: Profile, index: int = -1) -> Profile:
        """A profile with refs in place of objects; the functions it calls are noted to be told, too."""
        self.raw.append((code, profile))
        if large := _tierup.large_ints(code):
            self.large[index] = large
        self.add_supers(code, index, profile)
        for _, _, _, callees in profile.values():
            for callee in callees:
                self.add_callee(callee)
                description = self.objects.descriptions[self.objects.ref(callee)]
                if "findable" not in description:
                    description["findable"] = objects.findable(callee)
        told: Profile = _tierup.refer(profile, self.objects.refs, self.objects.ref)
        return told

    def add_supers(self, code: CodeType, index: int, profile: Profile) -> None:
        """What methods of `super()` are, in a method of a class, for each class of `self` that was recorded."""
        for name in sorted(loops.super_methods(code)):
            for types, _ in profile.get(-1, (0, ()))[1]:
                found = super_fact(types[0], code, name) if types and types[0] is not None else None
                if found is None:
                    continue
                above, definer, function = found
                ref, owner = self.objects.ref(function), self.objects.ref(definer)
                self.objects.descriptions[ref].setdefault("via", ("attr", owner, name))
                row = (self.objects.ref(types[0]), self.objects.ref(above), ref)
                rows = self.supers.setdefault((index, name), [])
                if row not in rows:
                    rows.append(row)
                self.add_callee(function)

    def add_callee(self, callee: Any) -> None:
        """Tell the code of a Python function that is called, as far as there is room."""
        if objects.makes_plainly(callee):
            self.add_attr(callee, "__init__")
        if type(callee) is objects.FunctionType:
            self.tell_code(callee, callee.__code__, objects.namespaces(callee))
        elif type(callee) is objects.CodeType and callee.co_name not in CALLED_WHERE_MADE:  # of which `add_nested` tells
            namespaces = namespaces_of(callee, self.code, self.namespaces[0])
            if namespaces is not None and self.tell_code(callee, callee, namespaces):
                name = namespaces[0].get("__name__")
                self.objects.descriptions[self.objects.ref(callee)]["module"] = name if type(name) is str else ""

    def tell_code(self, callee: Any, code: CodeType, namespaces: Namespaces) -> bool:
        """Tell the code of what is called, if there is room."""
        key = code_key(code, namespaces)
        told = key in self.code_index or self.add_code(code, namespaces)
        if told:
            self.objects.descriptions[self.objects.ref(callee)]["code"] = self.code_index[key]
        return told

    def add_code(self, code: CodeType, namespaces: tuple[Any, Any]) -> bool:
        """Tell a code that may be inlined; False if there is no room."""
        self.size += len(code.co_code)
        if len(self.codes) >= CODES_LIMIT or self.size > CODE_BYTES_LIMIT or not all(type(names) is dict for names in namespaces):
            return False
        self.code_index[code_key(code, namespaces)] = len(self.codes)
        self.codes.append(code)
        self.namespaces.append(namespaces)
        return True

    def add_callee_profiles(self) -> None:
        """The profiles of the callees, which bring further callees."""
        while len(self.profiles) < len(self.codes):
            index = len(self.profiles)
            code = self.codes[index]
            self.profiles.append({})
            if index in self.own_profiles:
                profile: Profile | None = self.own_profiles.pop(index)
            else:
                profile = self.profile_of(code) if inlinable(code) else None
            if profile:
                self.profiles[index] = self.add_profile(code, profile, index)  # which may have told further codes
                self.add_nested(code, index)

    def add_nested(self, code: CodeType, index: int) -> None:
        """Comprehensions in a code that were seen to run: they are called where they are made."""
        for place, inner in enumerate(code.co_consts):
            if type(inner) is not objects.CodeType or inner.co_name not in COMPREHENSIONS:
                continue
            key = code_key(inner, self.namespaces[index + 1])
            known = key in self.code_index  # a loop over a generator expression shows its code, too
            profile = self.profile_of(inner) if len(inner.co_code) <= inlining.LARGEST else None
            if not profile or not (known or self.add_code(inner, self.namespaces[index + 1])):
                continue
            if not known:
                self.own_profiles[self.code_index[key]] = profile
            self.nested[index, place] = self.code_index[key]

    def add_globals(self) -> None:
        """For each code the globals and builtins it names; and the attributes of modules and classes among them."""
        for code, (global_dict, builtin_dict) in zip([self.code, *self.codes], self.namespaces, strict=True):
            found: dict[str, tuple[str, int]] = {}
            for name in loops.known_uses.of(code)[0]:
                self.add_global(found, name, global_dict, builtin_dict)
            self.globals.append(found)
            self.add_object_attrs(code, found)

    def add_global(self, found: dict[str, tuple[str, int]], name: str, global_dict: dict[str, Any], builtin_dict: dict[str, Any]) -> None:
        """Where a name is found, and what."""
        for where, namespace in (("globals", global_dict), ("builtins", builtin_dict)):
            value = namespace.get(name, objects.MISSING)
            if value is not objects.MISSING:
                ref = self.objects.ref(value)
                found[name] = (where, ref)
                self.objects.descriptions[ref].setdefault("via", (where, name))
                return

    def add_object_attrs(self, code: CodeType, found: dict[str, tuple[str, int]]) -> None:
        """Facts about attributes of the modules and classes that the code names."""
        names = {name for _, name in loops.known_uses.of(code)[1]}
        for _, ref in list(found.values()):
            owner = self.objects.live[ref]
            for name in sorted(names):
                if type(owner) is objects.ModuleType and name in owner.__dict__:
                    value = self.objects.ref(owner.__dict__[name])
                    self.attrs[ref, name] = ("module", value)
                    self.objects.descriptions[value].setdefault("via", ("module", ref, name))
                elif objects.is_type(owner):
                    self.add_class_attr(ref, owner, name)

    def add_class_attr(self, ref: int, owner: type, name: str) -> None:
        """The fact about an attribute of a class itself; in another process its value is found through the class."""
        fact = self.class_attrs[ref, name] = class_attribute_fact(owner, name, self.objects)
        if fact[0] in ("value", "classmethod", "member"):
            self.objects.descriptions[fact[1]].setdefault("via", ("attr", ref, name))

    def add_attrs(self) -> None:
        """Facts for every attribute name at an offset where the type of the owner was recorded."""
        for code, profile in self.raw:
            _, attributes, specials = loops.known_uses.of(code)
            for offset, name in attributes:
                for types, _ in profile.get(offset, (0, ()))[1]:
                    if types and types[0] is not None:
                        self.add_attr(types[0], name)
            for offset, depth, name in specials:
                for types, _ in profile.get(offset, (0, ()))[1]:
                    asked = len(types) > 1 and (depth or name in loops.UNARY or types[1] in NUMBERS)
                    if asked and types[depth] is not None and objects.type_flags(types[depth]) & objects.HEAP:
                        self.add_attr(types[depth], name)

    def add_attr(self, cls: type, name: str) -> None:
        """The fact for one type and name, once."""
        key = (self.objects.ref(cls), name)
        if key not in self.attrs:
            fact = attribute_fact(cls, name, self.objects)
            self.attrs[key] = fact
            if fact[0] in ("method", "property"):
                self.add_method(fact[1], key)
            elif fact[0] == "class":
                self.objects.descriptions[fact[1]].setdefault("via", ("attr", *key))

    def add_method(self, ref: int, key: tuple[int, str]) -> None:
        """A method that was found: its code may be inlined; in another process it is found through the type."""
        self.objects.descriptions[ref].setdefault("via", ("attr", *key))
        self.add_callee(self.objects.live[ref])
        self.add_callee_profiles()

    def mutable_globals(self) -> list[str]:
        """The names in use that some function of the module stores with STORE_GLOBAL."""
        found = loops.stored_globals(self.code) | stored_names(self.namespaces[0][0])
        return sorted(found.intersection(self.globals[0])) if found else []


def namespaces_of(code: CodeType, own: CodeType, own_namespaces: Namespaces) -> Namespaces | None:
    """Globals and builtins of the functions with this code, as far as is known; of code of the same file probably those of `own` (guards see to that)."""
    seen: Namespaces | None = _tierup.code_globals(code)
    return own_namespaces if seen is None and code.co_filename == own.co_filename else seen


def inlinable(code: CodeType) -> bool:
    """May it go in line, as far as the code alone can tell? (`frontend/inline.py` decides.) Only then what was seen of it matters to its callers."""
    refused = inlining.REFUSED_FLAGS & ~inlining.CO_GENERATOR
    return len(code.co_code) <= inlining.LARGEST and not code.co_flags & refused and not code.co_cellvars


_stored: dict[int, frozenset[str]] = {}  # by version of the namespace, which no other one ever has


def forget() -> None:
    """There was a full collection: drops what is remembered of code, and of classes and namespaces, which may be gone."""
    forget_dead()
    objects.forget()
    _stored.clear()


def stored_names(global_dict: dict[str, Any]) -> frozenset[str]:
    """The names that some function of the module stores with STORE_GLOBAL. A method that came since (only its class has changed) may be missed: without the
    name the front end takes for constant what is guarded anyway.
    """
    version = _tierup.dict_version(global_dict)
    if version not in _stored:
        if len(_stored) >= VERSIONS_LIMIT:
            _stored.clear()
        _stored[version] = loops.NO_NAMES.union(*map(stored_by.of, module_codes(global_dict)))
    return _stored[version]


def module_codes(global_dict: dict[str, Any]) -> list[CodeType]:
    """The code of the functions and methods in the module, as far as they are easily found."""
    found: list[CodeType] = []
    for value in list(global_dict.values()):
        if len(found) >= STORERS_LIMIT:
            break
        members = list(objects.type_dict(value).values()) if objects.is_type(value) else [value]
        for member in map(objects.unwrapped, members):
            if type(member) is objects.FunctionType and member.__globals__ is global_dict:
                found.append(member.__code__)
    return found


def class_attribute_fact(cls: type, name: str, table: Objects) -> Fact:
    """What `cls.name` is as long as the version of the class stays: ("value", ref), or ("classmethod", ref of the function); ("none",) if that isn't sure.
    ("member", ref, ref of the metaclass): an instance of the class itself, as those of an Enum are; as long as that of the metaclass stays, too.
    """
    if objects.loads_as_type(type(cls)) and objects.lookup(type(cls), name) is objects.MISSING and type_version(cls) != 0:
        member = objects.lookup(cls, name)
        found = type(member) is cls and not objects.is_descriptor(member)
        return ("member", table.ref(member), table.ref(type(cls))) if found else ("none",)
    if type(cls) is not type or objects.lookup(type, name) is not objects.MISSING or type_version(cls) == 0:
        return ("none",)
    value = objects.lookup(cls, name)
    if type(value) is classmethod:
        function: Any = value.__func__
        return ("classmethod", table.ref(function)) if type(function) is objects.FunctionType else ("none",)
    if type(value) is staticmethod:
        value = value.__func__
    elif value is objects.MISSING or (type(value) is not objects.FunctionType and objects.is_descriptor(value)):
        return ("none",)
    return ("value", table.ref(value))


def super_fact(cls: type, code: CodeType, name: str) -> tuple[type, type, Any] | None:
    """What `super().name` is in a method with this code, called with an instance of `cls`: (the class that has the method, the one above it where the name is
    found, the function there). None if that is not sure.
    """
    owners = [base for base in objects.type_mro(cls) or () if has_code(objects.type_dict(base).get(code.co_name), code)]
    if len(owners) != 1 or type_version(cls) == 0 or name == "__class__":
        return None
    definer = objects.definer_above(cls, owners[0], name)
    function = None if definer is None else objects.type_dict(definer)[name]
    return (owners[0], definer, function) if definer is not None and objects.known_behind_super(function) else None


def has_code(value: Any, code: CodeType) -> bool:
    """Is it a function with this code, or a static or class method of one?"""
    function = objects.unwrapped(value)
    return type(function) is objects.FunctionType and function.__code__ is code


def attribute_fact(cls: type, name: str, table: Objects) -> Fact:
    """What can be said about attribute `name` of instances of `cls` while the version tag of `cls` stays the same.

    Nothing is said of stores, which a `__setattr__` may do.
    Where the instance's own dictionary could hide what the class has, the fact says how many shared keys there were
    when the name was not among them; -1 if instances have no dictionary.
    """
    if type_version(cls) == 0 or not objects.generic_load(cls) or not (objects.generic_store(cls) or objects.type_flags(cls) & objects.HEAP):
        return ("none",)
    hooked = objects.hooked_load(cls)
    found = objects.lookup(cls, name)
    if found is objects.MISSING:
        index = _tierup.inline_index(cls, name)
        if index >= 0:
            return ("value", index, _tierup.inline_count(cls))
        in_dict = _tierup.inline_count(cls) >= 0 and not hooked  # set when there was no room for its name any more
        return ("dict",) if in_dict else ("none",)
    kind = type(found)
    if kind is objects.MemberDescriptorType:
        offset = _tierup.member_offset(found)
        return ("slot", offset) if offset >= 0 and objects.inherits(cls, found.__objclass__) else ("none",)
    place = objects.tuple_place(found)
    if place >= 0:
        return ("item", place) if objects.inherits(cls, tuple) else ("none",)
    if kind is property:  # an AttributeError of its getter would have a `__getattr__` called
        getter = found.fget
        return ("property", table.ref(getter)) if type(getter) is objects.FunctionType and not hooked else ("none",)
    return shadowed_fact(cls, name, found, table)


def shadowed_fact(cls: type, name: str, found: Any, table: Objects) -> Fact:
    """The fact for what an instance's own dictionary could hide: methods and plain class attributes."""
    shadow = -1
    if objects.type_dictoffset(cls) != 0:
        shadow = _tierup.inline_count(cls)
        if shadow < 0 or _tierup.inline_index(cls, name) >= 0:
            return ("none",)
    if type(found) in (objects.FunctionType, objects.MethodDescriptorType):
        return ("method", table.ref(found), shadow)
    return ("none",) if objects.is_descriptor(found) else ("class", table.ref(found), shadow)


def entry_types(code: CodeType, kind: str, profile: Profile | None, table: Objects) -> list[int | None]:
    """The type of each argument if calls agreed on it while recording; None for the other locals."""
    types: list[int | None] = [None] * len(code.co_varnames)
    rows = (profile or {}).get(-1, (0, ()))[1]
    if kind == "call" and len(rows) == 1:
        for index, cls in enumerate(rows[0][0][: len(types)]):
            types[index] = None if cls is None else table.ref(cls)
    return types


class Subject:
    """A code that regions are wanted of, as it is now: described once, for all its entries.

    `function`: the function, if it is known. `profile`: what was recorded of the code; `profile_of`: of a code that it calls.
    """

    def __init__(
        self,
        code: CodeType,
        function: Any,
        profile: Profile | None,
        namespaces: tuple[dict[str, Any], dict[str, Any]],
        profile_of: Callable[[CodeType], Profile | None] = _tierup.read_profile,
    ) -> None:
        self.code, self.function, self.profile, self.namespaces, self.profile_of = code, function, profile, namespaces, profile_of
        self.shared: dict[str, Any] = {}
        self.objects = Objects()

    def snapshot(self, kind: str, header: int, failed: dict[int, list[str]]) -> tuple[dict[str, Any], list[Any]]:
        """The snapshot for one region, and the live objects its refs mean. CannotCapture if there is a reason not to."""
        if not self.shared:
            self.shared = self.describe()
        types = entry_types(self.code, kind, self.profile, self.objects)
        own = {"kind": kind, "header": header, "entry_types": types, "failed": {offset: list(reasons) for offset, reasons in failed.items()}}
        return {**self.shared, **own}, self.objects.live

    def describe(self) -> dict[str, Any]:
        """The part of the snapshot that all entries share."""
        making = Capture(self.code, *self.namespaces, self.profile_of)
        self.objects = making.objects
        if self.function is not None:
            making.objects.ref(self.function)
        own_profile = making.add_profile(self.code, self.profile or {})
        making.add_nested(self.code, -1)
        making.add_callee_profiles()
        making.add_attrs()
        making.add_globals()
        return {
            "format": FORMAT,
            "code": marshal.dumps(self.code),
            "codes": [marshal.dumps(callee) for callee in making.codes],
            "profile": own_profile,
            "profiles": making.profiles,
            "objects": making.objects.descriptions,
            "globals": making.globals,
            "attrs": making.attrs,
            "class_attrs": making.class_attrs,
            "mutable_globals": making.mutable_globals(),
            "inline": {},
            "nested": making.nested,
            "supers": making.supers,
            "large": making.large,
        }
