"""Binds a region to live objects: finds what its pool needs, tests its facts once more, hands it to the C side.

Objects are found again by their descriptions, in modules that are loaded already; those of a region that was just compiled also by
weak references. Whatever can't be found, or isn't what it was, means that the region can't be used. No code of the program runs here.
"""

from __future__ import annotations

import marshal
import sys

from tierup import _tierup
from tierup.cache.key import code_digest
from tierup.runtime import arrays, capture, objects
from tierup.wire import REGION_FORMAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

    Region = dict[str, Any]
    Live = list[Any]
    Known = list[Any]

WORD = (1 << 64) - 1
SYMBOLS: dict[str, int] = {}  # filled when the first region is bound
POOL_LIMIT = 1 << 20
IGNORED = frozenset(("via", "code", "self", "type", "inline", "version", "base", "findable"))  # of descriptions
PLAIN_FORMAT = 2  # of marshal: its bytes depend on nothing but the value
VALUE_KINDS = ("int", "float", "str", "bool")


class CannotBind(Exception):
    """The region doesn't fit the program as it is now."""


# -- objects of a cached region


class Nested:
    """What is known of a function that is made anew each time another one runs: all but the function."""

    __slots__ = ("__builtins__", "__code__", "__globals__")

    def __init__(self, code: CodeType, spaces: tuple[Any, Any]) -> None:
        self.__code__ = code
        self.__globals__, self.__builtins__ = spaces


def alive(reference: Any) -> Any:
    """What a weak reference leads to; None if that is nothing."""
    return None if reference is None else reference()


def always(description: dict[str, Any]) -> Any:
    """The object, if it is one that is the same in each process."""
    return objects.BUILTIN_TYPES.get(description["name"], objects.MISSING) if description["kind"] == "type" and description["builtin"] else objects.MISSING


class Resolver:
    """Finds the objects that descriptions speak of."""

    def __init__(self, descriptions: list[Any], namespaces: dict[str, dict[str, Any]], known: Known | None, code: CodeType | None = None) -> None:
        self.descriptions = descriptions
        self.namespaces = namespaces
        self.code = code  # whose region it is
        self.found: dict[int, Any] = {}
        for place, value in enumerate(map(alive, known or [])):
            found = self.of_code(value) if type(value) is objects.CodeType else value
            if found is not None and found is not objects.MISSING:
                self.found[place] = found
        self.table = capture.Objects()

    def all(self) -> Live:
        """All of them; MISSING for those without a description, which nothing needs."""
        return [objects.MISSING if text is None else self.find(ref) for ref, text in enumerate(self.descriptions)]

    def find(self, ref: int) -> Any:
        """The object, found once; CannotBind if there is none or it is another one."""
        if ref not in self.found:
            description = self.descriptions[ref]
            self.found[ref] = always(description)  # if there is nothing, a description that leads to itself ends here
            for candidate in self.candidates(description) if self.found[ref] is objects.MISSING else ():
                if candidate is not objects.MISSING and self.matches(candidate, description):
                    self.found[ref] = candidate
                    break
        if self.found[ref] is objects.MISSING:
            raise CannotBind(f"not found: {self.descriptions[ref]}")
        return self.found[ref]

    def candidates(self, description: dict[str, Any]) -> Iterator[Any]:
        """What the object may be, one after the other."""
        yield self.by_via(description.get("via"))
        yield self.by_name(description)
        yield self.nested(description)
        yield self.of_function(description)
        yield self.made_inside(description)

    def made_inside(self, description: dict[str, Any]) -> Any:
        """A class that a function made: of those that inherit from its base, the only one with its name. Guards know it from others that come later."""
        if description["kind"] != "type" or "base" not in description:
            return objects.MISSING
        wanted = description["module"], description["qualname"]
        found = [cls for cls in objects.type_subclasses(self.find(description["base"])) if full_name(cls) == wanted]
        return found[0] if len(found) == 1 else objects.MISSING

    def nested(self, description: dict[str, Any]) -> Any:
        """A function inside of another one: its code is a constant of that one's."""
        if description["kind"] not in ("function", "code") or objects.MADE_INSIDE not in description["qualname"]:
            return objects.MISSING
        own = [] if self.code is None else same_codes([self.code, *inner_codes(self.code)], description)
        if own and description["kind"] == "code":
            return Nested(own[0], (self.namespaces["globals"], self.namespaces["builtins"]))
        outer = objects.walk(description["module"], description["qualname"].partition(objects.MADE_INSIDE)[0])
        if type(outer) is not objects.FunctionType:
            return objects.MISSING
        codes = same_codes(inner_codes(outer.__code__), description)
        return Nested(codes[0], objects.namespaces(outer)) if len(codes) == 1 else objects.MISSING

    def of_function(self, description: dict[str, Any]) -> Any:
        """The code of generators that a loop went over: that of a function which can be found."""
        function = objects.walk(description["module"], description["qualname"]) if description["kind"] == "code" else None
        if type(function) is not objects.FunctionType or not same_codes([function.__code__], description):
            return objects.MISSING
        return Nested(function.__code__, objects.namespaces(function))

    def of_code(self, code: CodeType) -> Any:
        """What is known of the functions with this code, which were seen running."""
        own = self.namespaces["globals"], self.namespaces["builtins"]
        spaces = None if self.code is None else capture.namespaces_of(code, self.code, own)
        return objects.MISSING if spaces is None else Nested(code, spaces)

    def by_via(self, via: Any) -> Any:
        """By the way it was reached when the snapshot was made."""
        if not via:
            return objects.MISSING
        if via[0] == "module":
            return self.find(via[1]).__dict__.get(via[2], objects.MISSING)
        if via[0] == "attr":
            _, owner, name = via
            return objects.unwrapped(self.getter(objects.lookup(self.find(owner), name)))
        return self.namespaces[via[0]].get(via[1], objects.MISSING)

    def getter(self, value: Any) -> Any:
        """The function behind a property."""
        return value.fget if type(value) is property else value

    def by_name(self, description: dict[str, Any]) -> Any:
        """By what it is called."""
        kind = description["kind"]
        if kind == "none":
            return None
        if kind in VALUE_KINDS:
            return objects.MISSING if "via" in description else description["value"]
        if kind == "type" and description["builtin"]:
            return objects.BUILTIN_TYPES.get(description["name"], objects.MISSING)
        if kind == "module":
            return sys.modules.get(description["name"], objects.MISSING)
        if kind == "method_descriptor":
            return objects.lookup(self.find(description["type"]), description["name"])
        if kind == "builtin":
            return objects.walk(description["module"], description["name"])
        if kind in ("type", "function"):
            return objects.walk(description["module"], description["qualname"])
        return objects.MISSING

    def matches(self, candidate: Any, description: dict[str, Any]) -> bool:
        """Is it described in the same way? Refs and indexes of the old table don't count."""
        kind = description["kind"]
        if type(candidate) is Nested:
            return True
        if kind == "other":
            return type(candidate) is self.find(description["type"])
        own = self.table.descriptions[self.table.ref(candidate)]
        if len(own.keys() - IGNORED) != len(description.keys() - IGNORED):
            return False
        for name, value in own.items():
            if name not in IGNORED and name != "value" and description.get(name) != value:
                return False
        return same_value(own, description)


def same_codes(codes: list[CodeType], description: dict[str, Any]) -> list[CodeType]:
    """Those that the description is of."""
    return [code for code in codes if code.co_qualname == description["qualname"] and code_digest(code) == description["digest"]]


def full_name(cls: type) -> tuple[str, str]:
    """The names of a class's module and of the class in it."""
    name = objects.type_qualname(cls)
    return objects.type_module(cls), name if type(name) is str else ""


def inner_codes(code: CodeType) -> list[CodeType]:
    """The code objects among the constants of a code object, and those inside of them."""
    found = [value for value in code.co_consts if type(value) is objects.CodeType]
    return [*found, *(inner for value in found for inner in inner_codes(value))]


def same_value(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Equal constants of the same type; of floats the bits: 0.0 is not -0.0, and a nan is what has the same sign and payload."""
    if "value" not in left:
        return True
    one, two = left["value"], right.get("value")
    if type(one) is float and type(two) is float:
        return marshal.dumps(one, PLAIN_FORMAT) == marshal.dumps(two, PLAIN_FORMAT)
    return type(one) is type(two) and bool(one == two)


# -- the facts


def check_facts(region: Region, live: Live, spaces: list[dict[str, dict[str, Any]]]) -> None:
    """CannotBind if a fact that the region was made for does not hold now."""
    table = capture.Objects()
    for kind, *details in region.get("checks", ()):
        if kind == "global":
            name, where, ref, *index = details
            check_global(spaces[index[0] + 1 if index else 0], name, where, live[ref])
        elif kind in ("attr", "class_attr"):
            ref, name, fact = details
            check_attr(kind, live[ref], name, fact, live, table)
        elif kind == "super":
            cls, above, name, function = details
            check_super(live[cls], live[above], name, live[function])
        else:
            raise CannotBind(f"unknown check {kind}")


def check_global(spaces: dict[str, dict[str, Any]], name: str, where: str, value: Any) -> None:
    """Is this the value of the name, and found in the same place?"""
    if where == "builtins" and name in spaces["globals"]:
        raise CannotBind(f"{name} is a global now")
    if spaces[where].get(name, objects.MISSING) is not value:
        raise CannotBind(f"{name} was changed")


def check_super(cls: type, above: type, name: str, function: Any) -> None:
    """Is the function what comes next behind `above` for instances of `cls`?"""
    definer = objects.definer_above(cls, above, name)
    if definer is None or objects.type_dict(definer)[name] is not function:
        raise CannotBind(f"super().{name} was changed")


def check_attr(kind: str, owner: Any, name: str, fact: tuple[Any, ...], live: Live, table: capture.Objects) -> None:
    """Is the fact about the attribute still the same?"""
    if fact[0] == "module":
        current: tuple[Any, ...] = ("module", table.ref(owner.__dict__.get(name)))
    elif kind == "class_attr":
        current = capture.class_attribute_fact(owner, name, table)
    else:
        current = capture.attribute_fact(owner, name, table)
    if not same_fact(fact, current, live, table):
        raise CannotBind(f"attribute {name} was changed")


def same_fact(old: tuple[Any, ...], new: tuple[Any, ...], live: Live, table: capture.Objects) -> bool:
    """Equal facts; the first detail of some is a ref, which must mean the same object."""
    if old[0] != new[0] or len(old) != len(new):
        return False
    if old[0] in ("method", "class", "property", "module", "classmethod") or (old[0] == "value" and len(old) == 2):
        return live[old[1]] is table.live[new[1]] and tuple(old[2:]) == tuple(new[2:])
    if old[0] == "member":
        return all(live[before] is table.live[now] for before, now in zip(old[1:], new[1:], strict=True))
    if old[0] == "value":
        return tuple(old[:2]) == tuple(new[:2])  # more keys may have come since; the index of this one stays
    return tuple(old) == tuple(new)


# -- the pool


def symbol(name: str) -> int:
    """The address of a C function or object."""
    if not SYMBOLS:
        SYMBOLS.update(_tierup.symbols())
    if name not in SYMBOLS and name.startswith("numpy.") and arrays.learned():
        SYMBOLS.update(_tierup.symbols())
    if name not in SYMBOLS:
        raise CannotBind(f"no symbol {name}")
    return SYMBOLS[name]


class Pool:
    """Turns pool specs into 8-byte values; `keep` has what must stay alive for them."""

    def __init__(self, codes: list[CodeType | None], live: Live, spaces: list[dict[str, dict[str, Any]]]) -> None:
        self.codes = codes  # own code first
        self.live = live
        self.spaces = spaces  # likewise
        self.keep: list[Any] = []

    def address(self, value: Any) -> int:
        """The address of an object that is kept alive from now on."""
        self.keep.append(value)
        return id(value)

    def value(self, spec: tuple[Any, ...]) -> int:
        """The value of one spec."""
        kind = spec[0]
        if kind in ("int", "cell"):
            return int(spec[1]) & WORD
        if kind == "symbol":
            return symbol(spec[1])
        details = spec[1:]
        if kind == "version":
            return self.version(details[0])
        value = self.object(kind, details)
        lent = kind == "lent" or value is self.codes[0]  # the region dies with its own code, which it must not keep
        return id(value) if lent else self.address(value)

    def object(self, kind: str, details: tuple[Any, ...]) -> Any:
        """The object whose address is meant."""
        if kind in ("object", "lent"):
            return self.live_object(details[0])
        if kind in ("globals", "builtins"):
            return self.spaces[details[0] + 1][kind]
        if kind == "module_dict":
            return self.live_object(details[0]).__dict__
        if kind == "str":
            return sys.intern(details[0])
        if kind in ("const", "name", "code"):
            code = self.codes[details[0] + 1]
            if code is None:
                raise CannotBind("the pool needs code without a description")
            return code if kind == "code" else (code.co_consts if kind == "const" else code.co_names)[details[1]]
        raise CannotBind(f"unknown pool entry {kind}")

    def live_object(self, ref: int) -> Any:
        """The object with this ref."""
        value = self.live[ref]
        if value is objects.MISSING or type(value) is Nested:
            raise CannotBind("the pool needs an object without a description")
        return value

    def version(self, ref: int) -> int:
        """The version tag of a type; the type must outlive the region, or its tag could come to mean another."""
        version = capture.type_version(self.address_of_type(ref))
        if version == 0:
            raise CannotBind("a type has no version")
        return version

    def address_of_type(self, ref: int) -> type:
        """The type, kept alive."""
        cls = self.live_object(ref)
        self.keep.append(cls)
        return cls  # type: ignore[no-any-return]


def plausible(region: Region, abi: str) -> bool:
    """Has it the form of a region for this version? (Its machine code can't be judged.)"""
    forms = {"kind": str, "header": int, "blob": bytes, "code_size": int, "pool": list, "exits": list, "objects": list}
    if region.get("format") != REGION_FORMAT or region.get("abi") != abi:
        return False
    if any(type(region.get(name)) is not form for name, form in forms.items()):
        return False
    size, pool = region["code_size"], region["pool"]
    fits = 0 < size <= len(region["blob"]) and len(pool) <= POOL_LIMIT
    return fits and bool(pool) and pool[0][0] == "cell" and region["kind"] in ("call", "loop", "resume")


def function_codes(
    region: Region, code: CodeType, live: Live, spaces: dict[str, dict[str, Any]]
) -> tuple[list[CodeType | None], list[dict[str, dict[str, Any]]]]:
    """The codes that a code index means: own code, then those of the functions that were told and of comprehensions in them; and their namespaces."""
    found: dict[int, Any] = {}
    for ref, description in enumerate(region["objects"]):
        if description and description["kind"] in ("function", "code") and description["code"] >= 0:
            function = live[ref]
            if code_digest(function.__code__) != description["digest"]:
                raise CannotBind("a function was given other code")
            other = found.setdefault(description["code"], function)
            if any(one is not two for one, two in zip(objects.namespaces(other), objects.namespaces(function), strict=True)):
                raise CannotBind("functions of one code have different namespaces")
    nested = {index: (creator, const) for index, creator, const in reversed(region.get("nested", ()))}  # the first creator: it comes before what it makes
    codes: list[CodeType | None] = [code]
    all_spaces = [spaces]
    for index in range(max((*found, *nested), default=-1) + 1):
        function = found.get(index)
        creator, const = nested.get(index, (-1, -1))
        outer = codes[creator + 1] if index in nested else None
        codes.append(function.__code__ if function is not None else None if outer is None else outer.co_consts[const])
        all_spaces.append(spaces_of(function) if function is not None else all_spaces[creator + 1])
    return codes, all_spaces


def bind(
    region: Region, code: CodeType, known: Known | None, global_dict: dict[str, Any], builtin_dict: dict[str, Any]
) -> tuple[list[int], list[Any]]:
    """The values of the pool and what must be kept alive; `known`: what `capture.loosely` made, None for a region from the cache. CannotBind."""
    spaces = {"globals": global_dict, "builtins": builtin_dict}
    if type(global_dict) is not dict or type(builtin_dict) is not dict:
        raise CannotBind("a namespace is not a plain dict")
    live = Resolver(region["objects"], spaces, known, code).all()
    codes, all_spaces = function_codes(region, code, live, spaces)
    check_facts(region, live, all_spaces)
    pool = Pool(codes, live, all_spaces)
    return [pool.value(tuple(spec)) for spec in region["pool"]], pool.keep


def spaces_of(function: Any) -> dict[str, dict[str, Any]]:
    """The namespaces of a function, by the words that specs and checks use."""
    return dict(zip(("globals", "builtins"), objects.namespaces(function), strict=True))


def replace(number: int, code: CodeType, region: Region, abi: str) -> int:
    """Load a region with better code for one that is in use: it is bound to the same things."""
    if not plausible(region, abi):
        raise CannotBind("not a region of this version")
    keep, pool = map(list, _tierup.region_binding(number))  # each region holds references of its own
    if len(pool) != len(region["pool"]):
        raise CannotBind("another pool")
    return _tierup.load_region(
        code, region["kind"], region["header"], region["blob"], region["code_size"], pool, keep, [tuple(row) for row in region["exits"]]
    )


def load(
    region: Region, code: CodeType, known: Known | None, global_dict: dict[str, Any], builtin_dict: dict[str, Any], abi: str
) -> int:
    """Bind and load; the region id. CannotBind, or whatever a region without sense leads to."""
    if not plausible(region, abi):
        raise CannotBind("not a region of this version")
    pool, keep = bind(region, code, known, global_dict, builtin_dict)
    return _tierup.load_region(
        code, region["kind"], region["header"], region["blob"], region["code_size"], pool, keep, [tuple(row) for row in region["exits"]]
    )
