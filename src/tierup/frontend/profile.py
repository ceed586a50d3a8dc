"""What the snapshot says about how the code behaves, in the compiler's terms."""

from __future__ import annotations

import marshal
from types import CodeType
from typing import Any

from tierup.frontend.decode import Decoded
from tierup.ir.types import BUILTIN_TYPES, NUMPY_TYPES, UNKNOWN, Type

OFTEN = 8
ENOUGH = 2


def encoded_offset(offset: int, index: int) -> int:
    """A bytecode offset of the snapshot's code `index` (-1: the region's own) as one number, as exit tables and `failed` have it."""
    return offset + (index + 1 << 24)


def decoded_offset(encoded: int) -> tuple[int, int]:
    """(index, offset) of what `encoded_offset` made."""
    return (encoded >> 24) - 1, encoded & (1 << 24) - 1


def indexes_of(code: CodeType, snapshot: dict[str, Any]) -> list[int]:
    """The indexes of a code among those that the snapshot tells."""
    return [index for index, other in enumerate(snapshot.get("codes", ())) if marshal.loads(other) == code]


class Profile:
    """Types, callees and failed speculation by bytecode offset; facts about globals and attributes."""

    def __init__(self, snapshot: dict[str, Any], decoded: Decoded, index: int = -1, own: bool = True) -> None:
        """Of the snapshot's code `index`; `own`: that is the region's own code (once more, if it calls itself), and what was learned of one is true of both."""
        self.objects: list[dict[str, Any]] = snapshot["objects"]
        self._sites: dict[int, Any] = snapshot["profile"] if own else snapshot["profiles"][index]
        prefixed = {i.offset: self._sites[i.start] for i in decoded.instructions.values() if i.start != i.offset and i.start in self._sites}
        if prefixed:  # the recorder sees an instruction with EXTENDED_ARG at the first of these
            self._sites = {**self._sites, **prefixed}
        self._failed: dict[int, list[str]] = snapshot.get("failed", {})
        self._large = frozenset(snapshot.get("large", {}).get(-1 if own else index, ()))
        self._bases = [encoded_offset(0, each) for each in ([-1, *indexes_of(decoded.code, snapshot)] if own else [index])]
        failed = [ins for ins in decoded.instructions.values() if self.failed(ins.start, "classes_changed")] if self._failed else []
        self.varied = frozenset(map(decoded.owner, failed)) - {-1}
        """The locals that were of other classes than the several seen, where an attribute of them was taken."""
        self._globals: dict[str, tuple[str, int]] = snapshot["globals"][index + 1]
        self._attrs: dict[tuple[int, str], tuple[Any, ...]] = snapshot.get("attrs", {})
        self.used: dict[tuple[int, str], tuple[Any, ...]] = {}
        """The attribute facts that were asked for: binding tests them again."""
        self._class_attrs: dict[tuple[int, str], tuple[Any, ...]] = snapshot.get("class_attrs", {})
        self.used_of_classes: dict[tuple[int, str], tuple[Any, ...]] = {}
        """The same for attributes of classes themselves."""
        self._mutable = frozenset(snapshot.get("mutable_globals", ()))
        self._builtin_refs = {o["name"]: i for i, o in enumerate(self.objects) if o.get("kind") == "type" and o.get("builtin")}
        self._builtin_refs |= {o["numpy"]: i for i, o in enumerate(self.objects) if o.get("kind") == "type" and o.get("numpy")}

    def type_of(self, ref: int | None) -> Type:
        """The type a ref stands for (UNKNOWN if it is not a type or not known)."""
        if ref is None or ref < 0:
            return UNKNOWN
        described = self.objects[ref]
        if described.get("kind") != "type":
            return UNKNOWN
        if described.get("numpy"):
            return NUMPY_TYPES[described["numpy"]]
        if described.get("builtin"):
            return BUILTIN_TYPES.get(described["name"], Type(described["name"], ref))
        return Type(described["name"], ref)

    def seen(self, offset: int, depth: int) -> list[Type]:
        """Exact types seen at stack position `depth` (0 = top) before the instruction, most frequent first; [] if never executed."""
        site = self._sites.get(offset)
        if site is None:
            return []
        counts: dict[Type, int] = {}
        for types, n in site[1]:
            type_ = self.type_of(types[depth]) if depth < len(types) else UNKNOWN
            counts[type_] = counts.get(type_, 0) + n
        return sorted(counts, key=lambda t: -counts[t])

    def only(self, offset: int, depth: int) -> Type:
        """The one type seen there, else UNKNOWN."""
        types = self.seen(offset, depth)
        return types[0] if len(types) == 1 else UNKNOWN

    def result(self, offset: int) -> Type:
        """The one type of result seen there, else UNKNOWN."""
        site = self._sites.get(offset)
        types = [self.type_of(r) for r in site[2]] if site else []
        return types[0] if len(types) == 1 else UNKNOWN

    def targets(self, offset: int) -> list[int]:
        """Refs of what was seen to be called there: functions (also those of bound methods), classes, functions and method descriptors in C."""
        site = self._sites.get(offset)
        return site[3] if site else []

    def misled(self, reason: str) -> bool:
        """True if what the recorder did not see came up in several places of this region after all: one recording says little about such code, and to
        learn place by place means to compile it again and again.
        """
        return sum(reason in reasons for reasons in self._failed.values()) >= ENOUGH

    def never_seen(self, before: int, offset: int, often: int = OFTEN) -> bool:
        """True if the instruction `before` ran so often while it was recorded but the one at `offset`, which may follow it, never did (and has not failed
        to stay so).
        """
        if self.misled("never_seen"):
            return False
        return self.count(offset) == 0 and self.count(before) >= often and not self.failed(offset, "never_seen")

    @property
    def busy(self) -> bool:
        """True if some loop was seen going round."""
        return any(site[0] >= OFTEN * OFTEN for offset, site in self._sites.items() if offset >= 0)

    def ran(self, start: int, end: int) -> bool:
        """True if something between these offsets was seen running."""
        return any(site[0] for offset, site in self._sites.items() if start <= offset < end)

    def count(self, offset: int) -> int:
        """How often the instruction ran while it was recorded."""
        site = self._sites.get(offset)
        return site[0] if site else 0

    def failed(self, offset: int, *reasons: str) -> bool:
        """True if speculation at this bytecode failed before (for one of `reasons`, if given), or is known to: ints seen there were too large."""
        if offset in self._large and (not reasons or "overflow" in reasons):
            return True
        found = [reason for base in self._bases for reason in self._failed.get(base + offset, ())]
        return any(r in found for r in reasons) if reasons else bool(found)

    def global_fact(self, name: str) -> tuple[str, int] | None:
        """(where, ref) of a global or builtin that seems not to change."""
        return None if name in self._mutable else self._globals.get(name)

    def has_global(self, name: str) -> bool:
        """Was there a global or builtin of that name?"""
        return name in self._globals

    def attr_fact(self, type_: Type, name: str) -> tuple[Any, ...] | None:
        """Fact about an attribute of instances of a class of the snapshot."""
        ref = type_.ref if type_.ref >= 0 else self._builtin_refs.get(type_.name, -1)
        return self._use(ref, name)

    def module_fact(self, ref: int, name: str) -> int | None:
        """Ref of a function, class or builtin that is attribute `name` of the module `ref`."""
        fact = self._use(ref, name)
        return fact[1] if fact is not None and fact[0] == "module" else None

    def class_fact(self, ref: int, name: str) -> tuple[Any, ...] | None:
        """Fact about an attribute of the class `ref` itself."""
        fact = self._class_attrs.get((ref, name))
        if fact is None or fact[0] == "none":
            return None
        self.used_of_classes[ref, name] = fact
        return fact

    def _use(self, ref: int, name: str) -> tuple[Any, ...] | None:
        fact = self._attrs.get((ref, name))
        if fact is not None and fact[0] != "none":
            self.used[ref, name] = fact
        return fact

    def full_name(self, described: dict[str, Any]) -> str:
        """`module.name` of a known builtin, `class.name` of a known method descriptor."""
        owner = self.objects[described["type"]]["name"] if described.get("kind") == "method_descriptor" and "type" in described else ""
        return f"{described.get('module') or owner}.{described.get('name')}"

    def lent(self, ref: int) -> bool:
        """True for an object that the region must not keep alive: no function, class or module, nor a constant."""
        return str(self.objects[ref]["kind"]) == "other"

    def described(self, spec: tuple[Any, ...] | None) -> dict[str, Any]:
        """Description of the object a pool spec stands for ({} if none)."""
        return self.objects[spec[1]] if spec and spec[0] == "object" else {}
